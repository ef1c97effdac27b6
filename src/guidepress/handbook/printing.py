"""What a printer gets beside the handbook: its pages and its cover, both PDF/X-4."""

from __future__ import annotations

import io
from dataclasses import dataclass

import pikepdf

from guidepress.book.dates import release_epoch
from guidepress.book.model import PressOptions
from guidepress.diagnostics import Diagnosed
from guidepress.handbook.cover import cover_spread
from guidepress.handbook.press import Handbook, metadata
from guidepress.layouts.pressing import job, pressed
from guidepress.lengths import PT_PER_MM, millimetres
from guidepress.pdf.printing.document import dated
from guidepress.pdf.saving import saved
from guidepress.product import Order


@dataclass(frozen=True, slots=True)
class Printed:
    """The PDFs for a printer, how many pages the interior has, and how many mm the spine."""

    interior: bytes
    cover: bytes
    pages: int
    spine: float


def for_printer(handbook: Handbook, order: Order) -> Diagnosed[Printed]:
    """The files for a printer. Problems: those of `job` and of `pressed`, and of laying out the cover."""
    book, prepared = order.book, handbook.prepared
    assert prepared is not None
    geometry = prepared.composer.geometry
    press, marks = book.handbook.press, book.handbook.marks
    ready = job(book, press, prepared.composer.colours, geometry.bleed, marks=marks)
    if ready.value is None:
        return Diagnosed(None, ready.diagnostics)
    what = ready.value
    about = dated(metadata(book), release_epoch(book.date))
    span = what.options.span
    interior = pressed(handbook.pdf, what.in_black(), about, handbook.cover, "the interior", span)
    pages = handbook.page_map.page_count - handbook.cover
    width = spine(pages, what.options)
    laid_out = cover_spread(prepared, order, width)
    problems = [*ready.diagnostics, *interior.diagnostics, *laid_out.diagnostics]
    if laid_out.value is None or interior.value is None:
        return Diagnosed(None, tuple(problems))
    folded = what.in_colour(geometry.width, geometry.width + width)
    cover = pressed(laid_out.value, folded, about, 0, "the cover", span)
    problems += cover.diagnostics
    if cover.value is None:
        return Diagnosed(None, tuple(problems))
    return Diagnosed(Printed(interior.value, cover.value, pages, width), tuple(problems))


def boxed(pdf: bytes, bleed: float, *, cropped: bool) -> bytes:
    """The handbook with its bleed in the bleed box, mm: the engine gives it 10 pt at most.

    `cropped` for screens and office printers: what is beyond the edge of a page is not shown.
    """
    with pikepdf.open(io.BytesIO(pdf)) as document:
        for page in document.pages:
            left, bottom, right, top = (float(edge) for edge in page.obj.TrimBox)
            beyond = bleed * PT_PER_MM
            edges = (left - beyond, bottom - beyond, right + beyond, top + beyond)
            page.obj.BleedBox = pikepdf.Array([round(edge, 3) for edge in edges])
            if cropped:
                page.obj.CropBox = page.obj.TrimBox
        return saved(document)


def spine(pages: int, options: PressOptions) -> float:
    """The width of the spine, mm: the paper of so many pages, and the board of the cover on both sides.

    A sheet of g g/m² and v cm³/g is g·v/1000 mm thick, and two pages are one.
    """
    sheet = options.grammage * options.bulk / 1000
    return round((pages + 1) // 2 * sheet + 2 * millimetres(options.board), 2)
