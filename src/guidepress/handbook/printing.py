"""What a printer gets beside the handbook: its pages and its cover, both PDF/X-4."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pikepdf

from guidepress.book.dates import release_epoch
from guidepress.book.model import Book, Ink, PressOptions
from guidepress.diagnostics import Diagnosed, Span, error
from guidepress.handbook.cover import cover_spread
from guidepress.handbook.geometry import Geometry
from guidepress.handbook.press import Handbook, metadata
from guidepress.handbook.press_settings import missing_profile
from guidepress.layouts import Layout
from guidepress.layouts.colours import palette
from guidepress.lengths import millimetres
from guidepress.pdf import Metadata
from guidepress.pdf.printing.document import Press, PressError, dated, for_press
from guidepress.pdf.printing.inks import BLACK, Process, Spot
from guidepress.pdf.printing.inks import Ink as PressInk
from guidepress.pdf.printing.preflight import preflight
from guidepress.pdf.printing.profile import packaged
from guidepress.pdf.saving import saved
from guidepress.product import Order

# Roles of a layout's colours that are greys, whatever cast they have on a screen.
GREYS = ("paper", "muted", "rule", "tint")
# Roles that may be printed in inks of the brand.
INKED = ("accent", "link", "note", "tip", "warning", "danger")


@dataclass(frozen=True, slots=True)
class Printed:
    """The PDFs for a printer, how many pages the interior has, and how many mm the spine."""

    interior: bytes
    cover: bytes
    pages: int
    spine: float


@dataclass(frozen=True, slots=True)
class Job:
    """What is printed, and how; `colours` are those of the layout by role."""

    options: PressOptions
    profile: bytes
    inks: Mapping[str, Ink]
    colours: Mapping[str, str]
    bleed: float
    marks: bool

    def interior(self) -> Press:
        """The press of the pages: a colour of the layout without an ink is printed in black."""
        named: dict[str, PressInk | None] = {}
        for role in (*GREYS, *INKED):
            named[self.colours[role].lower()] = None
        return self._press(named, self.options.black_only, ())

    def cover(self, folds: Sequence[float]) -> Press:
        """The press of the cover, which is in colour: what has no ink of its own is separated by the profile."""
        named: dict[str, PressInk | None] = {self.colours[r].lower(): None for r in GREYS}
        return self._press(named, False, tuple(folds))

    def _press(
        self, named: dict[str, PressInk | None], black_only: bool, folds: tuple[float, ...]
    ) -> Press:
        named[self.colours["ink"].lower()] = BLACK
        named |= {self.colours[role].lower(): printed(ink) for role, ink in self.inks.items()}
        return Press(
            self.profile,
            self.options.condition,
            named,
            black_only,
            self.bleed,
            self.marks,
            folds,
        )


def printed(ink: Ink) -> PressInk:
    """An ink of the brand as the press knows it."""
    process = Process(*ink.cmyk)
    return Spot(ink.spot, process) if ink.spot else process


def for_printer(handbook: Handbook, order: Order) -> Diagnosed[Printed]:
    """The files for a printer. Problems: those of `job` and of `pressed`, and of laying out the cover."""
    book, prepared = order.book, handbook.prepared
    assert prepared is not None
    ready = job(book, order.layout, prepared.composer.geometry)
    if ready.value is None:
        return Diagnosed(None, ready.diagnostics)
    what = ready.value
    about = dated(metadata(book), release_epoch(book.date))
    span = what.options.span
    interior = pressed(handbook.pdf, what.interior(), about, handbook.cover, "the interior", span)
    pages = handbook.page_map.page_count - handbook.cover
    width = spine(pages, what.options)
    laid_out = cover_spread(prepared, order, width)
    problems = [*ready.diagnostics, *interior.diagnostics, *laid_out.diagnostics]
    if laid_out.value is None or interior.value is None:
        return Diagnosed(None, tuple(problems))
    edge = prepared.composer.geometry.width
    press = what.cover((edge, edge + width))
    cover = pressed(laid_out.value, press, about, 0, "the cover", span)
    problems += cover.diagnostics
    if cover.value is None:
        return Diagnosed(None, tuple(problems))
    return Diagnosed(Printed(interior.value, cover.value, pages, width), tuple(problems))


def job(book: Book, layout: Layout, geometry: Geometry) -> Diagnosed[Job]:
    """How a book is printed. Problems: `press-profile` where there is none."""
    options = book.handbook.press
    colours = palette(layout, book.brand.colours).value
    if options is None or options.failed or colours is None:
        return Diagnosed(None)
    profile = options.profile.path.read_bytes() if options.profile else packaged()
    if profile is None:
        return Diagnosed(None, tuple(missing_profile(book)))
    marks = book.handbook.marks
    return Diagnosed(Job(options, profile, book.brand.inks, colours, geometry.bleed, marks))


def pressed(
    pdf: bytes, press: Press, about: Metadata, leave_out: int, what: str, span: Span | None
) -> Diagnosed[bytes]:
    """A PDF for the press, and read again as a printer reads it.

    `leave_out` is how many pages at its beginning are not printed. Problems: `press-colour` where a page has a colour
    that is no ink, `press-preflight` where what came out breaks a rule of PDF/X-4.
    """
    try:
        done = for_press(pdf, press, about, range(leave_out))
    except PressError as problem:
        message = f"page {problem.page + 1} of {what} has {problem}, which is not printed with inks"
        hints = ("save the picture anew as PNG or JPEG, or draw it in plain colours",)
        return Diagnosed(None, (error("press-colour", message, span, hints=hints),))
    faults = [
        error(
            "press-preflight",
            f"{what}{f', page {fault.page + 1}' if fault.page is not None else ''}: {fault.message}",
            span,
        )
        for fault in preflight(done).faults
    ]
    return Diagnosed(None if faults else done, tuple(faults))


def cropped(pdf: bytes) -> bytes:
    """The handbook as it is cut, for screens and office printers: what is beyond the edge of a page is not shown."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        for page in document.pages:
            if "/TrimBox" in page.obj:
                page.obj.CropBox = page.obj.TrimBox
        return saved(document)


def spine(pages: int, options: PressOptions) -> float:
    """The width of the spine, mm: the paper of so many pages, and the board of the cover on both sides.

    A sheet of g g/m² and v cm³/g is g·v/1000 mm thick, and two pages are one.
    """
    sheet = options.grammage * options.bulk / 1000
    return round((pages + 1) // 2 * sheet + 2 * millimetres(options.board), 2)
