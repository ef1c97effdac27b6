"""The calibration sheet: two pages from which a reader takes by how much a printer misplaces the backs.

Crosses on the front, scales on the back. A pin through a cross comes out on a scale, at the offset that brings
the backs behind the fronts: to the right and down, as the page of the backs is read.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass, replace

import pikepdf
from markupsafe import Markup, escape

from guidepress.book.model import Brand
from guidepress.cards.appearance import appearance
from guidepress.cards.composer import document, stylesheets
from guidepress.cards.format import Format, card_format
from guidepress.cards.imposition import Axis, Point, Size, axis, behind
from guidepress.cards.options import CardsOptions
from guidepress.cards.sheets import print_preferences
from guidepress.diagnostics import Diagnosed, error
from guidepress.layouts import Layout
from guidepress.layouts.words import layout_words
from guidepress.pdf import Metadata, Placement, Section, compile_section, link, paginate
from guidepress.pdf.saving import saved

SHEETS = ("shared/tokens.css", "cards/calibration.css")
SMALLEST = Size(140.0, 140.0)

# Lengths in mm.
INSET = Point(30.0, 45.0)  # from the edges of the sheet to the crosses
REACH = 5  # how far the scales go each way
ARM = 8.0  # of a cross
RULER = 100.0


@dataclass(frozen=True, slots=True)
class Mark:
    """A drawing with its middle at a point of the page."""

    middle: Point
    size: Size
    svg: Markup

    @property
    def left(self) -> float:
        """Its left edge, mm from that of the page."""
        return self.middle.x - self.size.width / 2

    @property
    def top(self) -> float:
        """Its top edge, mm from that of the page."""
        return self.middle.y - self.size.height / 2


def calibrate(
    layout: Layout,
    options: CardsOptions | None = None,
    *,
    language: str = "en",
    brand: Brand | None = None,
) -> Diagnosed[bytes]:
    """The PDF of the calibration sheet for the sheet and the flip of `options`; a present offset is ignored.

    Errors: those of `card_format`, and `cards-calibration` where there is nothing to calibrate.
    """
    options = options or CardsOptions()
    form = card_format(replace(options, offset=("0", "0")))
    if form.value is None:
        return Diagnosed(None, form.diagnostics)
    if reason := _senseless(form.value):
        return Diagnosed(None, (error("cards-calibration", reason, options.span),))
    words = layout_words(layout, language, brand.words if brand else None)
    looks = appearance(layout, brand or Brand(), language, "".join(words.values()))
    if looks.value is None:
        return Diagnosed(None, looks.diagnostics)
    sheet, about = form.value.grid.sheet, axis(form.value.grid.sheet, form.value.flip)
    font = looks.value.fonts.stacks["headings"]
    body = layout.render(
        "cards/calibration.html",
        {
            "words": words,
            "form": form.value,
            "fronts": (*crosses(sheet, words), *rulers(sheet, words)),
            "backs": scales(sheet, about, words, font),
        },
    )
    styles = stylesheets(layout, looks.value, form.value, SHEETS, own="")
    problems = (*body.diagnostics, *styles.diagnostics)
    if body.value is None or styles.value is None:
        return Diagnosed(None, problems)
    title = words["calibration"]
    html = document(language, body.value, title)
    section = Section("calibration", html, styles.value, looks.value.fonts.files, title=title)
    return Diagnosed(
        _linked(section, form.value, Metadata(title=title, language=language)), problems
    )


def points(sheet: Size) -> tuple[Point, ...]:
    """The middles of the crosses on the front."""
    across = (INSET.x, sheet.width - INSET.x)
    down = (INSET.y, sheet.height - INSET.y)
    return tuple(Point(x, y) for y in down for x in across)


def crosses(sheet: Size, words: Mapping[str, str]) -> tuple[Mark, ...]:
    """The crosses on the front."""
    size = Size(2 * ARM, 2 * ARM)
    lines = _line(0, ARM, 2 * ARM, ARM) + _line(ARM, 0, ARM, 2 * ARM)
    return tuple(Mark(p, size, _svg(size, words["cross"], lines)) for p in points(sheet))


def rulers(sheet: Size, words: Mapping[str, str]) -> tuple[Mark, ...]:
    """Two lines of 100 mm on the front, to see that nothing is scaled."""
    level, upright = Size(RULER + 1, 4), Size(4, RULER + 1)
    drawn = (
        _line(0.5, 2, RULER + 0.5, 2)
        + _line(0.5, 0, 0.5, 4)
        + _line(RULER + 0.5, 0, RULER + 0.5, 4)
    )
    stood = (
        _line(2, 0.5, 2, RULER + 0.5)
        + _line(0, 0.5, 4, 0.5)
        + _line(0, RULER + 0.5, 4, RULER + 0.5)
    )
    return (
        Mark(Point(sheet.width / 2, sheet.height - 20), level, _svg(level, words["ruler"], drawn)),
        Mark(
            Point(sheet.width - 15, sheet.height / 2), upright, _svg(upright, words["ruler"], stood)
        ),
    )


def scales(sheet: Size, about: Axis, words: Mapping[str, str], font: str) -> tuple[Mark, ...]:
    """The scales on the back, each behind a cross: a net of mm, so that one hole gives both readings."""
    side = 2 * (REACH + 4)
    size, middle = Size(side, side), side / 2
    low, high = middle - REACH, middle + REACH
    thin = "".join(
        _line(middle + mm, low, middle + mm, high) + _line(low, middle + mm, high, middle + mm)
        for mm in range(-REACH, REACH + 1)
    )
    thick = _line(low - 1, middle, high + 1, middle) + _line(middle, low - 1, middle, high + 1)
    numbers = (
        _text(low - 2.4, middle + 0.8, f"−{REACH}", font)
        + _text(high + 2.4, middle + 0.8, f"+{REACH}", font)
        + _text(middle, low - 1.6, f"−{REACH}", font)
        + _text(middle, high + 3.0, f"+{REACH}", font)
    )
    drawing = f'<g stroke="#808080" stroke-width="0.06">{thin}</g><g stroke-width="0.2">{thick}</g>{numbers}'
    svg = _svg(size, words["scale"], drawing)
    return tuple(Mark(behind(sheet, about, point), size, svg) for point in points(sheet))


def _senseless(form: Format) -> str:
    """Why there is nothing to calibrate, empty if there is."""
    if form.flip == "fold":
        return "a sheet that is folded over has its backs on the same side: there is nothing to calibrate"
    sheet = form.grid.sheet
    if min(sheet.width, sheet.height) < SMALLEST.width:
        return f"a sheet of {sheet.width:g} × {sheet.height:g} mm has no room for scales"
    return ""


def _linked(section: Section, form: Format, metadata: Metadata) -> bytes:
    placements = [Placement(compile_section(section), numbering="none", recto=False)]
    linked = link(placements, paginate(placements), metadata)
    with pikepdf.open(io.BytesIO(linked.pdf)) as pdf:
        pdf.Root.ViewerPreferences = print_preferences(form.flip)
        return saved(pdf)


def _svg(size: Size, title: str, drawing: str) -> Markup:
    return Markup(
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{size.width:g}mm" height="{size.height:g}mm"'
        f' viewBox="0 0 {size.width:g} {size.height:g}"><title>{escape(title)}</title>'
        f'<g stroke="#000000" stroke-width="0.1" fill="none">{drawing}</g></svg>'
    )


def _line(x1: float, y1: float, x2: float, y2: float) -> str:
    return f'<path d="M{x1:g} {y1:g}L{x2:g} {y2:g}"/>'


def _text(x: float, y: float, text: str, font: str) -> str:
    family = escape(font)
    return (
        f'<text x="{x:g}" y="{y:g}" font-size="2.2" font-family="{family}" text-anchor="middle"'
        f' stroke="none" fill="#000000">{text}</text>'
    )
