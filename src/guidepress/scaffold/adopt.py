"""An existing Markdown book as a guide: its files copied and translated, its order found, a guide.yaml written."""

from __future__ import annotations

from pathlib import Path

from guidepress.scaffold.books.adopting import Step, Wishes, adopt_book, describe
from guidepress.scaffold.decks import Adoption


def adopt(
    folder: Path, markdown: Path, wishes: Wishes | None = None, step: Step | None = None
) -> Adoption:
    """Make the Markdown book in `markdown` a guide in `folder`; gives the files made, and what to say of them.

    `step` is called with what is being done, how much of it is done, and of how much. Raises FileExistsError
    where a guide is already there, FileNotFoundError where there is no Markdown; then nothing is left behind.
    """
    files, report = adopt_book(folder, markdown, wishes or Wishes(), step or _silent)
    return Adoption(tuple(files), tuple(describe(report, folder)))


def _silent(name: str, done: int, of: int) -> None:
    """Tell nobody."""
