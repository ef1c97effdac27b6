"""A small guide that builds, to be overwritten by its author."""

from __future__ import annotations

from importlib.resources import as_file, files
from pathlib import Path

from guidepress.artifacts import write_atomically
from guidepress.book.slugs import identify

# Of an id.
_LONGEST = 80


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
            data = path.read_bytes()
            if target.name == "guide.yaml":
                data = data.replace(b"id: my-guide ", f"id: {guide_id(folder)} ".encode(), 1)
            write_atomically(target, data)
            written.append(target)
    return written


def guide_id(folder: Path) -> str:
    """The id of a guide that is made in `folder`: its name as an id; `my-guide` where that has no letter for one."""
    return identify(folder.resolve().name)[:_LONGEST].strip("-") or "my-guide"


def refuse_existing(folder: Path, targets: list[Path]) -> None:
    """Raise FileExistsError where one of the files is already there: nothing of an author is overwritten."""
    for guide in (folder / "guide.yaml", *targets):
        if guide.exists():
            raise FileExistsError(17, "there is a file already; nothing was written", str(guide))
