"""Where a project keeps its guide: the folder of guide.yaml."""

from __future__ import annotations

import difflib
from pathlib import Path

from guidepress.diagnostics import Diagnosed, Span, error

# What `--edition` takes for every edition of a guide, the guide itself among them.
ALL = "all"
# The folder of a project with the decks that learners have.
RELEASES = "releases"


def find(folder: Path) -> Diagnosed[tuple[Path, Path]]:
    """(project, folder of guide.yaml) for the DIR of the command line.

    Problem: `guide-missing`.
    """
    for root in (folder / "source", folder):
        if (root / "guide.yaml").is_file():
            return Diagnosed((folder, root))
    there = {
        path.stem: path.relative_to(folder).as_posix()
        for root in (folder, folder / "source")
        for path in sorted(root.glob("*.y*ml"))
    }
    hints = ["`guidepress new DIR` makes a guide to start from"]
    if close := difflib.get_close_matches("guide", there, n=1):
        hints.insert(0, f"there is a `{there[close[0]]}`; the file must be called guide.yaml")
    message = (
        "no guide.yaml here, nor in source/" if folder.is_dir() else "this folder does not exist"
    )
    return Diagnosed(None, (error("guide-missing", message, Span("."), hints=hints),))
