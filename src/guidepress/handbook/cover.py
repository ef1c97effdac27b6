"""The cover of a printed book: back, spine and front on one sheet of paper."""

from __future__ import annotations

from dataclasses import dataclass

from guidepress.cache import Cache
from guidepress.diagnostics import Diagnosed, Diagnostic, has_errors
from guidepress.handbook.barcode import barcode
from guidepress.handbook.draft import SectionDraft
from guidepress.handbook.figures import image_url
from guidepress.handbook.press import Prepared, metadata
from guidepress.handbook.proof import Compiled, compile_and_prove
from guidepress.handbook.report import engine_failure, engine_problems, proof_problems
from guidepress.handbook.section_text import read
from guidepress.layouts.mirror import mirrored
from guidepress.layouts.words import direction
from guidepress.model.isbn import digits
from guidepress.pdf import EngineError, Placement, link, paginate
from guidepress.pdf.compiler import Compiler
from guidepress.product import Order

# On a spine that is narrower nothing is printed: what binders ask for, since it may come to lie beside it. mm
LEAST_SPINE = 6.0
# Letters on a spine take so much of its width, and are no larger than so many pt.
_SHARE, _LARGEST = 0.55, 14.0
TEMPLATE, SHEET = "handbook/cover-spread.html", "handbook/cover-spread.css"
BARCODE = "shared/graphics/barcode.svg"


@dataclass(frozen=True, slots=True)
class Spread:
    """The cover as its template sees it: mm; `size` of the letters on the spine in pt, 0 for none.

    `turn` is by how many degrees they are turned, so that they are read from the top down.
    """

    width: float
    spine: float
    size: float
    turn: int


def spread(page: float, spine: float, *, leftwards: bool = False) -> Spread:
    """The cover of pages that are `page` mm wide; `leftwards` where the language is written so."""
    size = min(_LARGEST, spine * _SHARE * 72 / 25.4) if spine >= LEAST_SPINE else 0.0
    return Spread(round(2 * page + spine, 2), spine, round(size, 1), -90 if leftwards else 90)


def cover_spread(prepared: Prepared, order: Order, spine: float) -> Diagnosed[bytes]:
    """The PDF of the cover, one page, with a spine of so many mm."""
    composer, book = prepared.composer, order.book
    leftwards = direction(book.language) == "rtl"
    measures = spread(composer.geometry.width, spine, leftwards=leftwards)
    logo = image_url(book.brand.logo) if book.brand.logo else ""
    before = len(composer.problems)
    code = barcode(digits(book.isbn)) if book.isbn else None
    bars = composer.drawing(BARCODE, code=code) if code is not None else ""
    html = composer.render(TEMPLATE, spread=measures, logo=logo, barcode=code, bars_url=bars)
    sheet = order.layout.stylesheets(
        (SHEET,),
        "",
        {
            "page": composer.geometry,
            "spread": measures,
            "colour": composer.colours,
            "type": composer.geometry.type,
            "lead": composer.geometry.type.body[1],
            "font": prepared.fonts,
        },
    )
    problems: list[Diagnostic] = [*composer.problems[before:], *sheet.diagnostics]
    if sheet.value is None or has_errors(problems):
        return Diagnosed(None, tuple(problems))
    turned = mirrored if leftwards else str
    styles = (*prepared.styles[0], *map(turned, sheet.value))
    draft = SectionDraft("cover-spread", read(html), "none", title=book.title)
    section = draft.section(draft.filled(None), styles, prepared.files)
    compiler = Compiler(compile_and_prove, Compiled, order.workers, order.cache or Cache(None))
    try:
        [(_, compiled)] = compiler.compile([section])
    except EngineError as problem:
        return Diagnosed(None, (*problems, engine_failure(problem, [draft])))
    problems += engine_problems(compiled.fragment.log, draft, book)
    problems += proof_problems(compiled.proof, draft)
    placements = [Placement(compiled.fragment, "none")]
    linked = link(placements, paginate(placements), metadata(book), files=prepared.files)
    return Diagnosed(None if has_errors(problems) else linked.pdf, tuple(problems))
