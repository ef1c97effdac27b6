"""Write docs/licences.md, the licences of all that is installed with guidepress: `.venv/bin/python docs/licences.py`.

They are what the packages say of themselves in their metadata (Core Metadata 2.4: `License-Expression`, classifiers,
`License`). Exits with status 1 where one says nothing.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs/licences.md"
_PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)", re.MULTILINE)
_CLASSIFIER = "License :: OSI Approved :: "
# What only other systems or Pythons install than the page is made on, as their metadata on PyPI has it.
ELSEWHERE = {"brotlicffi": "MIT"}
HEAD = """\
# Licences

What is installed with guidepress, as `constraints.txt` pins it, and under which licence, as the packages say
themselves. Made by `.venv/bin/python docs/licences.py`; `tests/test_licences.py` holds it to the pins.

Nothing of it is under the AGPL: the `anki` package, which is, is the extra `verify`, and runs only where somebody asks
for `guidepress verify`. Pango (LGPL), HarfBuzz and fontconfig (like MIT) are the system's. guidepress itself is under
the MIT licence, the text of the guide in this repository under `LICENSE-GUIDE`.

| package | version | licence |
|---|---|---|
"""


def pins() -> dict[str, str]:
    """The pinned packages of a build: name and version."""
    found = _PIN.findall((ROOT / "constraints.txt").read_text())
    return {name.lower().replace("_", "-"): version for name, version in found}


def licence(name: str) -> str:
    """What a package says its licence is; empty where it says nothing, or is not installed."""
    try:
        said = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return ELSEWHERE.get(name, "")
    if expression := said.get("License-Expression"):
        return str(expression)
    classifiers = [one for one in said.get_all("Classifier", []) if one.startswith(_CLASSIFIER)]
    classified = [one.removeprefix(_CLASSIFIER) for one in classifiers]
    text = str(said.get("License") or "").strip()
    # A whole text of a licence instead of its name begins with the name.
    return ", ".join(classified) or (text.splitlines()[0][:60] if text else ELSEWHERE.get(name, ""))


def page() -> str:
    """The page as it should be."""
    return HEAD + "".join(_rows())


def _rows() -> Iterator[str]:
    for name, version in sorted(pins().items()):
        yield f"| {name} | {version} | {licence(name) or '?'} |\n"


def main() -> int:
    """Renew the page."""
    text = page()
    PAGE.write_text(text, "utf-8")
    return 1 if "| ? |" in text else 0


if __name__ == "__main__":
    sys.exit(main())
