"""The line on the back of a card that says where the handbook treats it: "Handbook 2025.1, ch. 7, p. 87"."""

from __future__ import annotations

from collections.abc import Mapping

from guidepress.book.model import Book
from guidepress.deck.field import literal
from guidepress.words import Words


class Citations:
    """Writes the source lines of a book's cards; `folios` are the printed page numbers by anchor."""

    def __init__(self, book: Book, folios: Mapping[str, str], words: Words) -> None:
        self._chapters = {chapter.id: chapter for chapter in book.chapters()}
        self._folios = folios
        self._words = words
        self._handbook = words.phrase("handbook-edition", edition=book.edition)
        # By chapter and page: many cards have the same line.
        self._lines: dict[tuple[str, str | None], str] = {}

    def of(self, chapter: str, anchor: str) -> str:
        """The line of a card in a chapter, as HTML; chapter and page are left out where there are none.

        `anchor` is where the handbook asks it.
        """
        place = (chapter, self._folios.get(anchor))
        if (line := self._lines.get(place)) is None:
            line = self._lines[place] = self._line(*place)
        return line

    def _line(self, chapter_id: str, folio: str | None) -> str:
        parts = [self._handbook]
        chapter = self._chapters.get(chapter_id)
        if chapter is not None:
            number = self._words.phrase("citation-chapter", n=chapter.number)
            parts.append(number if chapter.number else chapter.title)
            if folio is None:
                folio = self._folios.get(chapter.anchor)
        if folio:
            parts.append(self._words.phrase("citation-page", n=folio))
        # Templates write the line into the address for reports, too, and Anki escapes nothing there.
        return literal(
            self._words["separator"].join(parts).replace('"', "\N{RIGHT DOUBLE QUOTATION MARK}")
        )
