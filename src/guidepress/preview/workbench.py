"""The guide in memory: laid out again after each save, what was edited first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from pathlib import Path

from guidepress.book.model import Book, Chapter
from guidepress.build import Plan, Source, check_source, plan_deck, read_source
from guidepress.cache import Cache
from guidepress.cards.options import options_of
from guidepress.cards.press import CardSheets
from guidepress.cards.press import press as press_sheets
from guidepress.deck.faces import ShownCard
from guidepress.diagnostics import Diagnostic, eased, has_errors, ordered
from guidepress.handbook.compilation import Compilation, padded
from guidepress.handbook.composer import Composer
from guidepress.handbook.draft import SectionDraft
from guidepress.handbook.figures import image_url
from guidepress.handbook.press import Checks, Prepared, prepare
from guidepress.handbook.proof import Compiled, compile_and_prove
from guidepress.handbook.report import (
    engine_failure,
    engine_problems,
    link_problems,
    proof_problems,
)
from guidepress.handbook.sections import chapter_section
from guidepress.living import Living
from guidepress.maths import Drawings
from guidepress.pdf import (
    Beginning,
    EngineError,
    Excerpt,
    Fragment,
    PageMap,
    Placement,
    Problem,
    Section,
    beginnings_of,
    compile_excerpt,
    paginate,
    turned,
)
from guidepress.pdf.compiler import Compiler, FontStore
from guidepress.pdf.linker import unresolved
from guidepress.pdf.shared_fonts import FontPool
from guidepress.pdf.workers import Workers
from guidepress.preview.pages import Early
from guidepress.preview.window import window

# More chapters than that are shown with all others: then it was no edit of one of them.
_FEW = 2
# A build that has so many sections before it is given up for a newer one; fewer are finished sooner than begun anew.
_MANY = 4
# How much of their section the pages around an edit may be at most to be worth it.
_SHORTER = 0.7


class Superseded(Exception):
    """The source changed again, so nobody wants what is being made."""


@dataclass(frozen=True, slots=True)
class Laid:
    """A handbook as it is laid out: its sections in order with their fragments, placed."""

    source: Source
    prepared: Prepared
    placements: Sequence[Placement]
    page_map: PageMap
    fragments: Mapping[str, Fragment]

    @property
    def drafts(self) -> Sequence[SectionDraft]:
        """The sections."""
        return self.prepared.drafts


@dataclass(frozen=True, slots=True)
class Cards:
    """The cards of a deck as Anki shows them, and the pictures and sounds that they call by name."""

    cards: tuple[ShownCard, ...]
    media: Mapping[str, bytes]


class Display:
    """Where a workbench puts what it made; each call replaces what was there. By default, nowhere."""

    def step(self, name: str, done: int = 0, total: int = 0) -> None:
        """`name` is being done; `done` of `total` pieces are ready."""

    def pages(
        self, laid: Laid, pool: FontPool, edited: str, final: bool, early: Early | None = None
    ) -> None:
        """The handbook. `edited` names the section that was edited; until it is `final`, page numbers may be old.

        `early` are pages of a section of which the others are still those from before.
        """

    def problems(self, found: Sequence[Diagnostic], broken: bool) -> None:
        """What is wrong with the source. When it is `broken`, the pages are those from before."""

    def cards(self, cards: Cards) -> None:
        """The deck."""

    def sheets(self, sheets: CardSheets | None) -> None:
        """The cards on paper, if there are any."""


@dataclass(slots=True)
class Workbench:
    """Lays out the guide in `folder` again and again.

    The workers and the cache stay with it. `waiting` says whether the source has changed, which ends a build early.
    """

    folder: Path
    edition: str | None
    workers: Workers
    # Fonts are wanted while sections are being laid out.
    font_workers: Workers
    cache: Cache
    display: Display
    waiting: Callable[[], bool]
    # The files that were read for the last build, inside the folder of the guide and outside of it.
    read: frozenset[Path] = frozenset()
    _laid: Laid | None = None
    _pool: FontPool | None = None
    _sheets_of: object = None
    _cards: Cards | None = None
    _living: Living = field(default_factory=Living)
    # How the pages of chapters begin that were edited, with their HTML.
    _begins: dict[str, tuple[str, Sequence[Beginning | None]]] = field(default_factory=dict)
    # Those that set cards, while they do.
    _setters: Workers | None = None

    def stop(self) -> None:
        """From another thread: end what is at work, so that `refresh` does."""
        for workers in (self.workers, self.font_workers, self._setters):
            if workers is not None:
                workers.stop()

    def refresh(self, changed: Set[Path] = frozenset()) -> None:
        """Read the source and show what became of it; the files that `changed` first.

        Raises Superseded where the source changed meanwhile, and OSError where the machine fails.
        """
        self.display.step("reading the source")
        read = read_source(self.folder, self.edition, self.cache, self._living)
        if read.value is None or read.failed:
            found = list(read.diagnostics)
            if read.value is not None:
                found += check_source(read.value, True, self.cache)
            self.display.problems(ordered(found), True)
            return
        source = read.value
        self.read = frozenset({image.path for image in source.book.images.values()}) | frozenset(
            source.book.quoted
        )
        edited = self._show_edited(source, changed)
        self._whole(source, read.diagnostics, edited)

    def _show_edited(self, source: Source, changed: Set[Path]) -> str:
        """Show the chapters that were edited before anything else is done; the name of the first one's section."""
        laid = self._laid
        if laid is None:
            return ""
        chapters = _differing(laid.source.book, source.book)
        names = {path.resolve() for path in changed}
        chapters.sort(key=lambda c: (self.folder / c.file).resolve() not in names)
        if not chapters:
            return ""
        edited = f"chapter-{chapters[0].id}"
        if len(chapters) > _FEW or not _same_looks(laid.source, source):
            return edited if len(chapters) <= _FEW else ""
        composer = replace(laid.prepared.composer, book=source.book, problems=[], kept=None)
        for chapter in chapters:
            draft = _drawn(chapter_section(composer, chapter), composer, self.cache)
            again = self._with(laid, source, draft, edited)
            if again is None:
                return edited
            self._show(laid := again, edited, False)
        return edited

    def _with(self, laid: Laid, source: Source, draft: SectionDraft, edited: str) -> Laid | None:
        """The handbook with one section laid out anew; None where it is not known how.

        Meanwhile the page that was edited is shown, if it can be had sooner.
        """
        prepared = laid.prepared
        at = [i for i, other in enumerate(prepared.drafts) if other.name == draft.name]
        if not at or draft.tab not in prepared.styles:
            return None
        # Where it stands in the book is not changed by what is in it.
        draft = replace(prepared.drafts[at[0]], text=draft.text, title=draft.title)
        images = {image_url(key): str(image.path) for key, image in source.book.images.items()}
        files = {**prepared.files, **images}
        double = prepared.composer.geometry.double
        verso = double and bool(laid.page_map.starts[at[0]] % 2)
        turns = laid.fragments[draft.name].turns is not None

        def section(html: str, left: bool) -> Section:
            return draft.section(html, prepared.styles[draft.tab], files, verso=left and not turns)

        def facing(fragment: Fragment, left: bool) -> Fragment:
            return turned(fragment) if left and turns and fragment.turns is not None else fragment

        before = prepared.drafts[at[0]].filled(laid.page_map)
        html = draft.filled(laid.page_map)
        known, begins = self._begins.get(draft.name, ("", ()))
        begins = begins if known == before else ()
        seen = window(before, html, laid.fragments[draft.name], verso, begins)
        try:
            if seen is not None and len(seen.html) < _SHORTER * len(html):
                # Pages that are skipped bring the others to their side.
                left = verso and seen.begins
                # As high as the pages around them are, for now.
                longer = laid.fragments[draft.name].longer
                part = replace(section(seen.html, left), longer=longer)
                fragment = self._excerpt(seen.excerpt(part))
                if fragment is not None and seen.edited < seen.first + fragment.page_count:
                    early = Early(draft.name, facing(fragment, left), seen.first)
                    self._show_early(laid, early, edited)
            whole = section(html, verso)
            done = facing(self._compiled(whole), verso)
            self._begins[draft.name] = html, self._beginnings(whole)
        except EngineError:
            # It is reported when its turn comes.
            return None
        drafts = list(prepared.drafts)
        drafts[at[0]] = draft
        placements = list(laid.placements)
        placements[at[0]] = replace(placements[at[0]], fragment=done)
        return replace(
            laid,
            source=source,
            prepared=replace(prepared, drafts=drafts, files=files),
            placements=placements,
            page_map=padded(paginate(placements), source.book.handbook.multiple),
            fragments={**laid.fragments, draft.name: done},
        )

    def _excerpt(self, excerpt: Excerpt) -> Fragment | None:
        """Some pages of a section. Nobody wants them a second time, so that no cache has them."""
        (made,) = self.workers.run(compile_excerpt, [excerpt], lambda one: one.section.title)
        return made[1]

    def _compiled(self, section: Section) -> Fragment:
        """The fragment of a section."""
        compiler = Compiler(compile_and_prove, Compiled, self.workers, self.cache)
        ((_, compiled),) = compiler.compile([section])
        return compiled.fragment

    def _beginnings(self, section: Section) -> Sequence[Beginning | None]:
        """How the pages of a section begin, if the worker knows that was at it last."""
        (made,) = self.workers.run(beginnings_of, [section], lambda one: one.title)
        return made[1]

    def _show_early(self, laid: Laid, early: Early, edited: str) -> None:
        """Show the pages of an edit while the others of their section are those from before."""
        if self._pool is not None:
            self._pool.take([early.fragment])
            self.display.pages(laid, self._pool, edited, False, early)

    def _whole(self, source: Source, before: Iterable[Diagnostic], edited: str) -> None:
        """Everything, in the order in which it is looked at."""
        self._give_way()
        found = [*before, *check_source(source, False, self.cache)]
        planned = (
            None
            if has_errors(found)
            else plan_deck(source, self.folder, self.edition, cache=self.cache)
        )
        found += planned.diagnostics if planned else ()
        if planned is None or planned.value is None:
            self._report(source, found, True)
            return
        self._give_way()
        self.display.step("composing the pages")
        release = planned.value.release
        drawings = Drawings(self.cache)
        ready = prepare(source.book, source.layout, release.news, drawings)
        found += ready.diagnostics
        if ready.value is None:
            self._report(source, found, True)
            return
        self._give_way()
        compilation = self._compilation(ready.value)
        compiler = Compiler(compile_and_prove, Compiled, self.workers, self.cache)
        try:
            placements, page_map = compilation.run(compiler, lambda: None)
        except EngineError as problem:
            found.append(engine_failure(problem, ready.value.drafts))
            self._report(source, found, True)
            return
        fragments = {name: done.fragment for name, done in compilation.done.items()}
        laid = Laid(source, ready.value, placements, page_map, fragments)
        self._show(laid, edited, True)
        self._show_cards(planned.value, page_map)
        self._give_way()
        checks = Checks(source.book, ready.value)
        checks.run()
        found += [*checks.problems, *release.problems]
        found += _problems_of(laid, compilation.done)
        self._report(source, found, False)
        self._show_sheets(laid, planned.value, found)

    def _compilation(self, prepared: Prepared) -> Compilation:
        def progress(done: int, total: int) -> None:
            self.display.step("laying out", done, total)
            if total - done > _MANY:
                self._give_way()

        composer = prepared.composer
        return Compilation(
            composer.book.id,
            prepared.drafts,
            prepared.styles,
            prepared.files,
            composer.geometry,
            progress,
            multiple=composer.book.handbook.multiple,
        )

    def _show(self, laid: Laid, edited: str, final: bool) -> None:
        if self._pool is None:
            self._pool = FontPool(None, FontStore(self.cache), self.font_workers)
        self._pool.files = laid.prepared.files
        self._pool.take([placement.fragment for placement in laid.placements])
        self._laid = laid
        self.display.pages(laid, self._pool, edited, final)

    def _show_cards(self, plan: Plan, page_map: PageMap) -> None:
        folios = {anchor: place.folio for anchor, place in page_map.anchors.items()}
        cards = Cards(tuple(plan.release.cards(folios)), plan.release.media.value or {})
        if cards != self._cards:
            self._cards = cards
            self.display.cards(cards)

    def _show_sheets(self, laid: Laid, plan: Plan, found: Sequence[Diagnostic]) -> None:
        """Set the cards on paper, where anything that they are made of is another."""
        book, layout = laid.source.book, laid.source.layout
        folios = {
            card.anchor: laid.page_map.anchors[card.anchor].folio
            for card in book.cards
            if card.anchor in laid.page_map.anchors
        }
        made_of = (book.cards, book.sheets, book.brand, layout.digest, folios)
        if made_of == self._sheets_of:
            return
        if not book.cards:
            self._sheets_of = made_of
            self.display.sheets(None)
            return

        def progress(done: int, total: int) -> None:
            self.display.step("setting the cards", done, total)
            self._give_way()

        # Of its own: it gives up its workers in the end, and those that know the handbook's fonts are wanted again.
        with Workers(self.workers.jobs) as workers:
            self._setters = workers
            self._give_way()
            done = press_sheets(
                book,
                layout,
                folios=folios,
                options=options_of(book.sheets, plan.release.news.cards),
                workers=workers,
                cache=self.cache,
                progress=progress,
            )
        self._sheets_of = made_of
        self._report(laid.source, [*found, *done.diagnostics], False)
        self.display.sheets(done.value)

    def _report(self, source: Source, found: Iterable[Diagnostic], broken: bool) -> None:
        """Show what is wrong; in an adopted book, less of it is an error."""
        strictness = source.guide.source.strictness
        self.display.problems(ordered(eased(found, strictness)), broken)

    def _give_way(self) -> None:
        if self.waiting():
            raise Superseded


def _differing(before: Book, now: Book) -> list[Chapter]:
    """The chapters that are not as they were."""
    known = {chapter.id: chapter for chapter in before.chapters()}
    return [chapter for chapter in now.chapters() if known.get(chapter.id) != chapter]


def _same_looks(before: Source, now: Source) -> bool:
    """Whether a chapter is composed and styled as it was before."""
    return (
        before.layout is now.layout
        and before.book.brand == now.book.brand
        and before.book.handbook == now.book.handbook
        and before.book.language == now.book.language
        and len(before.book.parts) == len(now.book.parts)
    )


def _drawn(draft: SectionDraft, composer: Composer, cache: Cache) -> SectionDraft:
    """A section with pictures in the places of its formulas."""
    return replace(draft, text=draft.text.pictured(Drawings(cache), composer.colours["ink"]))


def _problems_of(laid: Laid, done: Mapping[str, Compiled]) -> Iterator[Diagnostic]:
    """What the pages show to be wrong."""
    book = laid.source.book
    for draft in laid.drafts:
        compiled = done[draft.name]
        yield from engine_problems(compiled.fragment.log, draft, book)
        yield from proof_problems(compiled.proof, draft)
    links = {draft.name: draft.links(laid.page_map) for draft in laid.drafts}
    found: list[Problem] = unresolved(laid.placements, laid.page_map, links)
    yield from link_problems(found, laid.drafts, book)
