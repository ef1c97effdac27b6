"""A small guide that builds, to be overwritten by its author."""

from __future__ import annotations

from importlib.resources import as_file, files
from pathlib import Path

from guidepress.artifacts import write_atomically


def start(folder: Path) -> list[Path]:
    """Write the starting guide into `folder`; gives the files made.

    Raises FileExistsError where a guide is already there.
    """
    written: list[Path] = []
    with as_file(files("guidepress.scaffold").joinpath("template")) as template:
        sources = [path for path in sorted(template.rglob("*")) if path.is_file()]
        refuse_existing(folder, [folder / path.relative_to(template) for path in sources])
        for path in sources:
            target = folder / path.relative_to(template)
            write_atomically(target, path.read_bytes())
            written.append(target)
    return written


def refuse_existing(folder: Path, targets: list[Path]) -> None:
    """Raise FileExistsError where one of the files is already there: nothing of an author is overwritten."""
    for guide in (folder / "guide.yaml", *targets):
        if guide.exists():
            raise FileExistsError(17, "there is a file already; nothing was written", str(guide))
