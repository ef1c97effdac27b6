"""Formulas in the handbook: words for the outline, which shows no pictures, and which are too wide for the page."""

from __future__ import annotations

from collections.abc import Iterator

from lxml.html import HtmlElement

from guidepress.book.model import Book
from guidepress.content.working import elements, text_of
from guidepress.diagnostics import Diagnostic, Span, warning
from guidepress.handbook.composer import Composer
from guidepress.handbook.geometry import Geometry
from guidepress.lengths import PT_PER_MM
from guidepress.maths import LEAST_SCALE, Drawing, Drawings


def name_bookmarks(root: HtmlElement, composer: Composer) -> None:
    """Give headings with formulas the words that the outline calls them by."""
    for heading in elements(root, "h2", "h3"):
        if any("data-tex" in element.attrib for element in elements(heading, "span", "div")):
            heading.set("data-bookmark", text_of(heading))


def wide_formulas(book: Book, geometry: Geometry, drawings: Drawings) -> Iterator[Diagnostic]:
    """A warning for each formula that is printed at less than `LEAST_SCALE`."""
    room = geometry.text * PT_PER_MM / geometry.type.body[0]
    reported: set[Span] = set()
    for formula in book.formulas:
        drawn = drawings.of(formula.tex, formula.display)
        if not isinstance(drawn, Drawing) or drawn.width * LEAST_SCALE <= room:
            continue
        if formula.span not in reported:
            reported.add(formula.span)
            scale = room / drawn.width
            message = (
                f"this formula is so wide that it is printed at {scale:.0%} of the size of the text"
            )
            hints = ("break it into lines with `\\begin{aligned} … \\\\ … \\end{aligned}`",)
            yield warning("handbook-formula-wide", message, formula.span, hints=hints)
