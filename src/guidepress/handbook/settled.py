"""What is wrong with a handbook before anything of it is composed: settings, colours and fonts, records."""

from __future__ import annotations

from collections.abc import Iterator

from guidepress.book.model import Book
from guidepress.diagnostics import Diagnostic, did_you_mean, error
from guidepress.handbook.geometry import HandbookSettings, handbook_settings, overfull
from guidepress.layouts import Layout
from guidepress.layouts.colours import palette
from guidepress.layouts.fonts import check_fonts
from guidepress.model import Guide
from guidepress.model.kinds import KINDS, block_for, listed


def check(guide: Guide, book: Book, layout: Layout) -> Iterator[Diagnostic]:
    """The problems that need neither a page nor a composed section."""
    settings = handbook_settings(layout)
    yield from settings.diagnostics
    if settings.value is not None:
        yield from _page(guide, settings.value, layout)
    yield from palette(layout, book.brand.colours).diagnostics
    places = {role: guide.brand.span("fonts", role) for role in book.brand.fonts}
    yield from check_fonts(layout, book.brand.fonts, places)
    yield from unprinted(book)
    yield from _press(guide, book, layout)


def _press(guide: Guide, book: Book, layout: Layout) -> Iterator[Diagnostic]:
    """What is wrong with the files for a printer."""
    if book.handbook.press is None:
        return
    # Not above: most books are for no printer.
    from guidepress.layouts.pressing import contradictions, missing_profile

    yield from missing_profile(book.handbook.press)
    colours = palette(layout, book.brand.colours).value
    if colours is not None:
        spans = {role: guide.brand.span("inks", role) for role in book.brand.inks}
        yield from contradictions(book, colours, spans)


def _page(guide: Guide, settings: HandbookSettings, layout: Layout) -> Iterator[Diagnostic]:
    """An error for a page that the layout does not name, and for one that has no room for what it says of it."""
    options = guide.source.products.handbook
    page = options.page
    if isinstance(page, str) and page not in settings.pages:
        known = (f"known are {', '.join(settings.pages)}; or write `[width, height]`",)
        message = f"the layout `{options.layout}` has no page `{page}`"
        hints = did_you_mean(page, settings.pages) or known
        yield error("page-unknown", message, options.span("page"), hints=hints)
    elif page is None or isinstance(page, str):
        for what in overfull(settings, page or settings.page):
            yield error("layout-setting", what, layout.settings_span)


def unprinted(book: Book) -> list[Diagnostic]:
    """An error for each record that no block prints. (Terms without a block have a glossary of their own.)"""
    return [
        error(
            "handbook-record-unprinted",
            f"no chapter prints the {kind.what} `{one.record.id}`",
            hints=(f"write `/// {block_for(kind, one)}` and `///` where it belongs, or remove it",),
        )
        for kind in KINDS.values()
        if not kind.own_pages and not kind.within
        for one in listed(book, kind)
        if one.label not in book.labels
    ]
