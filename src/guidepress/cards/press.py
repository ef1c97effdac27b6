"""The printed cards of a book: choose them, set their sides, prove them, impose them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from guidepress.book.model import Book
from guidepress.cache import Cache
from guidepress.cards.appearance import appearance, card_colours
from guidepress.cards.composer import SIZES, Composer, SideText, id_length, stylesheets
from guidepress.cards.content import image_url
from guidepress.cards.divisions import Divisions
from guidepress.cards.fitting import Fitting, SetSide
from guidepress.cards.format import Format, card_format
from guidepress.cards.imposition import impose, places
from guidepress.cards.options import CardsOptions
from guidepress.cards.selection import select
from guidepress.cards.setting import SetPages, set_and_read
from guidepress.cards.sheets import SetCard, sheets
from guidepress.diagnostics import Diagnosed, has_errors, ordered
from guidepress.layouts import Layout
from guidepress.layouts.words import layout_words
from guidepress.maths import Drawings
from guidepress.pdf import Metadata
from guidepress.pdf.compiler import Compiler, FontStore
from guidepress.pdf.workers import Workers
from guidepress.product import Progress


@dataclass(frozen=True, slots=True)
class CardSheets:
    """Finished sheets: how many cards of the book are on them, how many sheets of paper, and how many pages.

    `sizes` says how many sides are set in each type size, in pt.
    """

    pdf: bytes
    cards: int
    sheets: int
    pages: int
    sizes: Mapping[float, int]


def press(
    book: Book,
    layout: Layout,
    *,
    folios: Mapping[str, str] | None = None,
    options: CardsOptions | None = None,
    workers: Workers | None = None,
    cache: Cache | None = None,
    progress: Progress | None = None,
) -> Diagnosed[CardSheets]:
    """The cards of a book on sheets.

    `folios` are the handbook's page numbers by anchor. `workers` compile the sections, `cache` keeps
    them for the next build; the result depends on neither. `progress` is called with how many sides are set, of how
    many. A book without cards gives no sheets, and a note.
    """
    options = options or CardsOptions()
    form = card_format(options)
    chosen = select(book, options.selection, options.span)
    colours = card_colours(layout, book.brand)
    problems = [*form.diagnostics, *chosen.diagnostics, *colours.diagnostics]
    if form.value is None or chosen.value is None or colours.value is None:
        return Diagnosed(None, ordered(problems))
    words = layout_words(layout, book.language, book.brand.words)
    divisions = Divisions(book, len(colours.value.divisions))
    cache = cache or Cache(None)
    drawings = Drawings(cache)
    ink = colours.value.named["ink"]
    composer = Composer(
        book, layout, words, folios or {}, divisions, drawings, ink, id_length(form.value)
    )
    composed = composer.compose(chosen.value)
    if options.guides and options.selection.ids is None:
        a_sheet = places(form.value.grid, form.value.flip)
        composed += composer.guides(chosen.value, -len(composed) % a_sheet)
    problems += composer.problems
    sides = [side for pair in composed for side in pair]
    inputs = _inputs(book, layout, form.value, sides)
    problems += inputs.diagnostics
    if inputs.value is None or has_errors(problems):
        return Diagnosed(None, ordered(problems))
    workers = workers or Workers(1)
    compiler = Compiler(set_and_read, SetPages, workers, cache)
    fitting = Fitting(book.language, form.value, *inputs.value, compiler, progress or _silent)
    done = fitting.run(sides)
    problems += fitting.problems
    if has_errors(problems):
        return Diagnosed(None, ordered(problems))
    workers.renew()
    made = _sheets(book, form.value, done, words, cache, workers)
    return Diagnosed(replace(made, cards=len(chosen.value)), ordered(problems))


def metadata(book: Book, words: Mapping[str, str]) -> Metadata:
    """What the PDF says of itself."""
    return Metadata(
        title=f"{book.title}: {words['cards']}",
        language=book.language,
        authors=book.authors,
        subject=book.subtitle,
        keywords=book.keywords,
        identifier=f"{book.id}:{book.edition}:cards",
        rights=book.licence,
    )


def _inputs(
    book: Book, layout: Layout, form: Format, sides: Sequence[SideText]
) -> Diagnosed[tuple[tuple[str, ...], Mapping[str, str]]]:
    """The style sheets that the sides are set with, and the files that they may read."""
    text = "".join(side.html for side in sides)
    looks = appearance(layout, book.brand, book.language, text)
    if looks.value is None:
        return Diagnosed(None, looks.diagnostics)
    styles = stylesheets(layout, looks.value, form)
    problems = (*looks.diagnostics, *styles.diagnostics)
    if styles.value is None:
        return Diagnosed(None, problems)
    images = {image_url(key): str(image.path) for key, image in book.images.items()}
    return Diagnosed((styles.value, {**looks.value.fonts.files, **images}), problems)


def _sheets(
    book: Book,
    form: Format,
    done: Sequence[SetSide],
    words: Mapping[str, str],
    cache: Cache,
    workers: Workers,
) -> CardSheets:
    cards = [SetCard(front, back) for front, back in zip(done[::2], done[1::2], strict=True)]
    imposition = impose(form.grid, len(cards), form.flip, form.order, form.offset)
    pdf = sheets(cards, imposition, form, metadata(book, words), words, FontStore(cache), workers)
    sizes = {
        size: count
        for index, (size, _) in enumerate(SIZES)
        if (count := sum(side.size == index for side in done))
    }
    return CardSheets(pdf, len(cards), imposition.sheets, imposition.pages, sizes)


def _silent(done: int, total: int) -> None:
    return
