"""A small guide that builds, to be overwritten by its author."""

from __future__ import annotations

from importlib.resources import as_file, files
from pathlib import Path

from guidepress.artifacts import Tree
from guidepress.book.slugs import identify

# Of an id.
_LONGEST = 80


def start(folder: Path) -> list[Path]:
    """Write the starting guide into `folder`, all of it or nothing; gives the files made.

    Raises FileExistsError where a guide is already there.
    """
    with as_file(files("guidepress.scaffold").joinpath("template")) as template:
        sources = [path for path in sorted(template.rglob("*")) if path.is_file()]
        refuse_existing(folder, [folder / path.relative_to(template) for path in sources])
        with Tree(folder) as tree:
            for path in sources:
                data = path.read_bytes()
                if path.name == "guide.yaml":
                    data = data.replace(b"id: my-guide ", f"id: {guide_id(folder)} ".encode(), 1)
                tree.add(path.relative_to(template).as_posix(), data)
            tree.place()
    return [folder / name for name in tree.names]


def guide_id(folder: Path) -> str:
    """The id of a guide that is made in `folder`: its name as an id; `my-guide` where that has no letter for one."""
    return identify(folder.resolve().name)[:_LONGEST].strip("-") or "my-guide"


def refuse_existing(folder: Path, targets: list[Path]) -> None:
    """Raise FileExistsError where one of the files is already there: nothing of an author is overwritten."""
    for guide in (folder / "guide.yaml", *targets):
        if guide.exists():
            raise FileExistsError(17, "there is a file already; nothing was written", str(guide))
