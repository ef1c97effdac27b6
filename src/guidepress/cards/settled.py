"""What is wrong with the cards on paper before a side is set: sheet, card and selection, colours."""

from __future__ import annotations

from collections.abc import Iterator

from guidepress.book.model import Book
from guidepress.cards.appearance import card_colours
from guidepress.cards.format import card_format
from guidepress.cards.options import options_of
from guidepress.cards.selection import select
from guidepress.diagnostics import Diagnostic
from guidepress.layouts import Layout
from guidepress.layouts.pressing import missing_profile
from guidepress.model import Guide


def check(guide: Guide, book: Book, layout: Layout) -> Iterator[Diagnostic]:
    """The problems that need neither a page nor a composed side. A guide without cards has no sheets to be wrong."""
    if not book.cards:
        return
    options = options_of(book.sheets)
    yield from card_format(options).diagnostics
    yield from select(book, options.selection, options.span).diagnostics
    yield from card_colours(layout, book.brand).diagnostics
    yield from missing_profile(book.sheets.press)
