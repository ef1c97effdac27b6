"""What editors need to check YAML while it is typed: the schemas, and which file each is of."""

from __future__ import annotations

import json
from pathlib import Path

from guidepress.artifacts import write_atomically
from guidepress.schema import SUFFIX, write
from guidepress.source.location import find

SCHEMAS = ".vscode/schemas"
SETTINGS = ".vscode/settings.json"
# VS Code goes by its settings; Neovim, Zed and whatever else runs the language server by this line.
_LINE = "# yaml-language-server: $schema={}\n"
# Kinds of files that stand in the guide's folder under their own names.
_NAMED = ("guide", "brand", "roadmap", "skills", "faq", "glossary")


def equip(folder: Path) -> list[Path]:
    """Give the guide in `folder` its schemas; the files written. Raises OSError.

    Settings that are there already stay as they are.
    """
    found = find(folder).value
    if found is None:
        return []
    root = found[1]
    written = write(folder / SCHEMAS)
    inside = root.relative_to(folder).as_posix()
    place = "" if inside == "." else f"{inside}/"
    files = {kind: f"{place}{kind}.yaml" for kind in _NAMED} | {"data": f"{place}data/*.yaml"}
    if not (folder / SETTINGS).exists():
        schemas = {f"{SCHEMAS}/{kind}{SUFFIX}": file for kind, file in files.items()}
        text = json.dumps({"yaml.schemas": schemas}, indent=2) + "\n"
        write_atomically(folder / SETTINGS, text.encode())
        written.append(folder / SETTINGS)
    up = "../" * (place.count("/"))
    for kind in _NAMED:
        path = root / f"{kind}.yaml"
        if path.exists():
            line = _LINE.format(f"{up}{SCHEMAS}/{kind}{SUFFIX}")
            write_atomically(path, line.encode() + path.read_bytes())
    return written
