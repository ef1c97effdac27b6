"""What is wrong with a handbook before anything of it is composed: settings, colours and fonts, records."""

from __future__ import annotations

from collections.abc import Iterator

from guidepress.book.model import Book
from guidepress.diagnostics import Diagnostic
from guidepress.handbook.geometry import handbook_settings
from guidepress.handbook.omissions import unprinted
from guidepress.layouts import Layout
from guidepress.layouts.colours import palette
from guidepress.layouts.fonts import check_fonts
from guidepress.model import Guide


def check(guide: Guide, book: Book, layout: Layout) -> Iterator[Diagnostic]:
    """The problems that need neither a page nor a composed section."""
    yield from handbook_settings(layout).diagnostics
    yield from palette(layout, book.brand.colours).diagnostics
    places = {role: guide.brand.span("fonts", role) for role in book.brand.fonts}
    yield from check_fonts(layout, book.brand.fonts, places)
    yield from unprinted(book)
