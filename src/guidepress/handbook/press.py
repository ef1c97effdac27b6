"""Press a book: compose its sections, compile them until the page numbers fit, link them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

from guidepress import garbage
from guidepress.book.model import Book
from guidepress.cache import Cache
from guidepress.diagnostics import Diagnosed, Diagnostic, has_errors, ordered
from guidepress.handbook.asides import has_notes
from guidepress.handbook.compilation import Compilation, cover_pages
from guidepress.handbook.composer import Composer
from guidepress.handbook.draft import SectionDraft
from guidepress.handbook.estimate import Standing
from guidepress.handbook.figures import image_url
from guidepress.handbook.formulas import wide_formulas
from guidepress.handbook.geometry import handbook_settings, page_geometry, sink
from guidepress.handbook.hyphenation import hyphenation
from guidepress.handbook.index import index_problems
from guidepress.handbook.kept import Kept
from guidepress.handbook.mentions import Mentions
from guidepress.handbook.omissions import omissions
from guidepress.handbook.preflight import preflight
from guidepress.handbook.proof import Compiled, compile_and_prove
from guidepress.handbook.report import (
    engine_failure,
    engine_problems,
    link_problems,
    proof_problems,
)
from guidepress.handbook.sections import PLAN, sections
from guidepress.handbook.stylesheet import OWN_SHEET, SHEETS, page_context
from guidepress.layouts import Layout
from guidepress.layouts.colours import palette
from guidepress.layouts.fonts import fonts
from guidepress.layouts.mirror import mirrored
from guidepress.layouts.words import direction, layout_words
from guidepress.maths import Drawings
from guidepress.pdf import EngineError, Fragment, Metadata, PageMap, Section, link
from guidepress.pdf.compiler import Compiler, FontStore
from guidepress.pdf.warming import lay_out
from guidepress.pdf.workers import Workers
from guidepress.product import News, Progress

if TYPE_CHECKING:
    from guidepress.pdf.joining import Pieces


# What has workers open the fonts of text, code and headings, and load the hyphenation of a language.
_EARLY = (
    '<!DOCTYPE html><html lang="{}"><head></head><body><main class="chapter"><h1>Hyphenation</h1><h2>Two</h2>'
    "<p>Representation <em>of</em> <strong>words</strong>, <code>code</code>.</p><pre>code</pre></main></body></html>"
)


@dataclass(frozen=True, slots=True)
class Handbook:
    """A finished handbook: `pages` maps an anchor to the folio it stands on.

    `sample` is its shortest chapter as it was laid out, None where there is no chapter. `sections` are the keys of what
    was compiled by itself. `cover` is how many pages at its beginning are no pages of the book, but its cover;
    `prepared` is what it was made from; `standing` is how its sections stand in it.
    """

    pdf: bytes
    page_map: PageMap
    sample: Section | None = None
    sections: frozenset[str] = frozenset()
    cover: int = 0
    prepared: Prepared | None = field(default=None, repr=False)
    standing: Sequence[Standing] = field(default=(), repr=False)

    @property
    def pages(self) -> Mapping[str, str]:
        """Anchor -> folio, as text ("xii", "87")."""
        return {anchor: place.folio for anchor, place in self.page_map.anchors.items()}


@dataclass(frozen=True, slots=True)
class Prepared:
    """A book ready to be compiled: its sections, the style sheets by thumb tab, the files they may read.

    `composed` are the sections before formulas became pictures, which have no words to be found.
    """

    drafts: list[SectionDraft]
    composed: list[SectionDraft]
    styles: Mapping[int, tuple[str, ...]]
    files: Mapping[str, str]
    composer: Composer
    drawings: Drawings
    fonts: Mapping[str, str]


@dataclass(slots=True)
class Checks:
    """What is wrong with a book that no layout of pages is needed to see; `problems` after `run`."""

    book: Book
    prepared: Prepared
    problems: list[Diagnostic] = field(default_factory=list)

    def run(self) -> None:
        """Look for it."""
        # What these repeat has to stand elsewhere too.
        repeat = ("news", *PLAN)
        drafts = [draft for draft in self.prepared.composed if draft.name not in repeat]
        composer = self.prepared.composer
        geometry = composer.geometry
        self.problems += omissions(self.book, drafts, composer.layout.cache)
        self.problems += preflight(self.book, geometry)
        self.problems += index_problems(self.book)
        self.problems += wide_formulas(self.book, geometry, self.prepared.drawings)


def press(
    book: Book,
    layout: Layout,
    *,
    news: News | None = None,
    workers: Workers | None = None,
    progress: Progress | None = None,
    cache: Cache | None = None,
    cold: bool = False,
) -> Diagnosed[Handbook]:
    """The handbook of a book.

    `news` are the cards that are new in this edition, which the front matter then lists. `workers` compile the
    sections; the result does not depend on them. `progress` is called with the number of sections done and their
    total. What `cache` has of the sections and fonts is not made again. `cold` workers have seen nothing of the book.
    """
    kept = cache or Cache(None)
    workers = workers or Workers(1)
    early = partial(workers.warm, lay_out) if cold and workers.jobs > 1 else None
    ready = prepare(book, layout, news, Drawings(kept), early)
    if ready.value is None:
        return Diagnosed(None, ready.diagnostics)
    prepared = ready.value
    compilation = Compilation(
        book.id,
        prepared.drafts,
        prepared.styles,
        prepared.files,
        prepared.composer.geometry,
        progress or _silent,
        multiple=book.handbook.multiple,
    )
    checks = Checks(book, prepared)
    compiler = Compiler(compile_and_prove, Compiled, workers, kept)

    about = metadata(book)
    pieces: Pieces | None = None

    def meanwhile() -> None:
        checks.run()
        # What reading, composing and checking took and has no use any more is most of what this process holds free.
        garbage.give_back()
        # Loaded while the workers are busy, not when nothing is left but to link.
        import guidepress.pdf.linker  # noqa: F401
        from guidepress.pdf.joining import Pieces

        nonlocal pieces
        pieces = kept.held(f"pieces {about.language}", lambda: Pieces(about.language))

    def taken(fragment: Fragment, start: int, page_map: PageMap) -> None:
        if pieces is not None:
            pieces.open(fragment, start, page_map)

    try:
        placements, page_map = compilation.run(compiler, meanwhile, taken)
    except EngineError as problem:
        failed = engine_failure(problem, prepared.drafts)
        return Diagnosed(None, ordered([*ready.diagnostics, *checks.problems, failed]))
    workers.renew()
    linked = link(
        placements,
        page_map,
        about,
        files=prepared.files,
        fonts=FontStore(kept),
        workers=workers,
        pieces=pieces,
    )
    problems: list[Diagnostic] = [*ready.diagnostics, *checks.problems]
    for draft in prepared.drafts:
        compiled = compilation.done[draft.name]
        problems += engine_problems(compiled.fragment.log, draft, book)
        problems += proof_problems(compiled.proof, draft)
    problems += link_problems(linked.problems, prepared.drafts, book)
    handbook = Handbook(
        linked.pdf,
        page_map,
        _sample(prepared, page_map),
        frozenset(compiler.keys.values()),
        cover_pages(prepared.drafts, page_map),
        prepared,
        compilation.standing(),
    )
    return Diagnosed(handbook, ordered(problems))


def prepare(
    book: Book,
    layout: Layout,
    news: News | None = None,
    drawings: Drawings | None = None,
    early: Callable[[Section], None] | None = None,
) -> Diagnosed[Prepared]:
    """Compose the sections and style sheets; nothing is laid out yet.

    What the layout's cache has of them is not composed again. `early` is called with a section of no text in the styles
    of the book as they are likely to be.
    """
    begun = composer_of(book, layout)
    if (composer := begun.value) is None:
        return Diagnosed(None, begun.diagnostics)
    settings, geometry, words = composer.settings, composer.geometry, composer.words
    context = {
        "settings": settings,
        "words": words,
        "sink": sink(geometry, settings),
        "part_numbers": tuple(part.number for part in book.parts),
    }
    turned = mirrored if direction(book.language) == "rtl" else str
    if early is not None and (plain := fonts(layout, book.brand.fonts, book.language, "").value):
        tab = min(1, len(book.parts))
        likely = {**page_context(geometry, composer.colours, plain), **context, "tab": tab}
        before = len(composer.problems)
        sheets = tuple(map(turned, _style_sheets(composer, likely, [])))
        del composer.problems[before:]
        early(Section("early", _EARLY.format(book.language), sheets, plain.files))
    drawings = drawings or Drawings()
    composed = sections(composer, news)
    # At the very end, wherever a template put a formula; until then it has words to measure and compare.
    unbroken = hyphenation(book, settings)
    drafts = [
        replace(d, text=d.text.pictured(drawings, composer.colours["ink"]), hyphenation=unbroken)
        for d in composed
    ]
    text = "".join(draft.html for draft in drafts)
    faces = fonts(layout, book.brand.fonts, book.language, text)
    problems = [*begun.diagnostics, *composer.problems, *faces.diagnostics]
    if faces.value is None:
        return Diagnosed(None, ordered(problems))
    context = {**page_context(geometry, composer.colours, faces.value), **context}
    styles: dict[int, tuple[str, ...]] = {}
    for tab in sorted({draft.tab for draft in drafts}):
        sheets = _style_sheets(composer, {**context, "tab": tab}, problems)
        styles[tab] = tuple(map(turned, sheets))
    if has_errors(problems):
        return Diagnosed(None, ordered(problems))
    images = {image_url(key): str(image.path) for key, image in book.images.items()}
    files = {**faces.value.files, **images}
    return Diagnosed(
        Prepared(drafts, composed, styles, files, composer, drawings, faces.value.stacks),
        ordered(problems),
    )


def composer_of(book: Book, layout: Layout) -> Diagnosed[Composer]:
    """What the sections of a book are composed with."""
    settings = handbook_settings(layout)
    colours = palette(layout, book.brand.colours)
    if settings.value is None or colours.value is None:
        return Diagnosed(None, (*settings.diagnostics, *colours.diagnostics))
    geometry = page_geometry(settings.value, book.handbook, notes=False)
    noted = page_geometry(settings.value, book.handbook)
    if noted != geometry and has_notes(book):
        geometry = noted
    words = layout_words(layout, book.language, book.brand.words)
    common = (layout.digest, settings.value, geometry, words, colours.value)
    kept = Kept(layout.cache, book, common)
    composer = Composer(
        kept.book, layout, settings.value, geometry, words, colours.value, kept=kept
    )
    if book.handbook.index == "mentions":
        composer.mentions = Mentions.of(book, kept)
    return Diagnosed(composer, colours.diagnostics)


def _style_sheets(
    composer: Composer, context: Mapping[str, object], problems: list[Diagnostic]
) -> tuple[str, ...]:
    """The texts of the style sheets; none with a problem noted."""

    def made() -> tuple[str, ...]:
        sheets = composer.layout.stylesheets(
            SHEETS, OWN_SHEET, {**context, "drawing": composer.drawing}
        )
        composer.problems += sheets.diagnostics
        return sheets.value or ()

    before = len(composer.problems)
    texts = composer.composed(f"styles {context['tab']}", context, made, tuple[str, ...])
    problems += composer.problems[before:]
    return texts


def _sample(prepared: Prepared, page_map: PageMap) -> Section | None:
    chapters = [draft for draft in prepared.drafts if draft.file]
    if not chapters:
        return None
    short = min(chapters, key=lambda draft: (len(draft.html), draft.name))
    return short.section(short.filled(page_map), prepared.styles[short.tab], prepared.files)


def metadata(book: Book) -> Metadata:
    """What the PDF says of itself."""
    return Metadata(
        title=book.title,
        language=book.language,
        authors=book.authors,
        subject=book.subtitle,
        keywords=book.keywords,
        identifier=f"{book.id}:{book.edition}",
        rights=book.licence,
        right_to_left=direction(book.language) == "rtl",
    )


def _silent(done: int, total: int) -> None:
    return
