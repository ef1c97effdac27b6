"""Compile sections until the page numbers in them fit the pages."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from functools import cached_property

from guidepress.cache import Cache, code_digest, digest
from guidepress.handbook.draft import COVER, SectionDraft
from guidepress.handbook.estimate import Extent, Standing, guessed
from guidepress.handbook.geometry import Geometry
from guidepress.handbook.proof import Compiled
from guidepress.handbook.turns import in_turn, is_doubtful
from guidepress.pdf import Fragment, PageMap, Placement, Section, folio, paginate, stale
from guidepress.pdf.compiler import Compiler
from guidepress.pdf.errors import LimitError
from guidepress.product import Progress

# Numbers get longer only so often; a book whose runs of pages never settle is printed as it stands then.
MOST_ROUNDS = 6
# Of a handbook.
MAX_PAGES = 10_000


_UNKNOWN = Extent(0, {}), False

# Told of a fragment, the index of its first page, and the page map.
Ready = Callable[[Fragment, int, PageMap], None]


@dataclass
class Compilation:
    """The sections of one book on their way to fragments; `styles` are the style sheets by thumb tab.

    `book` is its id: others have sections of the same names.
    """

    book: str
    drafts: Sequence[SectionDraft]
    styles: Mapping[int, tuple[str, ...]]
    files: Mapping[str, str]
    geometry: Geometry
    progress: Progress
    multiple: int = 1
    done: dict[str, Compiled] = field(default_factory=dict)
    # The sections that were laid out to begin on a left-hand page, because they cannot be turned.
    _verso: set[str] = field(default_factory=set)
    # How they extend.
    _known: dict[str, Extent] = field(default_factory=dict)
    _count: int = 0
    _total: int = 0

    def run(
        self,
        compiler: Compiler[Compiled],
        meanwhile: Callable[[], None],
        ready: Ready | None = None,
    ) -> tuple[list[Placement], PageMap]:
        """The placed fragments and their page map. `meanwhile` is called once, when workers have enough to do, and
        `ready` with a fragment that is there, as it will stand in the book by the guess, when one of them has nothing
        to do.

        First the sections in which only the length of numbers depends on the pages, from a guess that gets better as
        they come; then, knowing where those are, the others (index, glossary); then whatever turned out to have
        another length. Where hardly more than one chapter is new, the guess is good enough to do all that at once.
        """
        self._total = len(self.drafts)
        known_before = self._extents(compiler.cache)
        before = {name: extent for name, (extent, _) in known_before.items()}
        page_map = self._guess(before)
        dependent = [draft for draft in self.drafts if draft.text.depends_on_pages]
        others = [draft for draft in self.drafts if not draft.text.depends_on_pages]
        first = in_turn(others, self.drafts, page_map)
        doubtful = {draft.name for draft in others if is_doubtful(draft, page_map)}
        new = {draft.name for draft in self.drafts if not known_before.get(draft.name, _UNKNOWN)[1]}
        if self._few(new):
            # The others are filled by what these come to.
            first = [*sorted(first, key=lambda draft: draft.name not in new), *dependent]
            doubtful.update(draft.name for draft in dependent)

        def fresh(section: Section) -> Section:
            if section.name not in doubtful:
                return section
            return self._section(self.drafts[self._places[section.name]], self._guess(before))

        spare = None if ready is None else self._spare(ready, before)
        self._compile(first, compiler, page_map, meanwhile, fresh, spare, before)
        page_map = self._guess(before)
        missing = [draft for draft in dependent if draft.name not in self.done]
        todo = missing + [d for d in first if self._is_stale(d, page_map)]
        self._total += len(todo) - len(missing)
        for _ in range(MOST_ROUNDS):
            self._compile(todo, compiler, page_map, spare=spare)
            page_map = paginate(self._placements())
            todo = [draft for draft in self.drafts if self._is_stale(draft, page_map)]
            if not todo:
                break
            self._total += len(todo)
        self._keep_extents(compiler.cache, known_before)
        for draft in self.drafts:
            if self._starts_verso(draft, page_map) and draft.name not in self._verso:
                self.done[draft.name] = self.done[draft.name].turned()
        placements = self._placements()
        return placements, padded(page_map, self.multiple, cover_pages(self.drafts, page_map))

    def _few(self, new: Set[str]) -> bool:
        """Whether of the chapters at most one is new, and something is not."""
        chapters = [draft for draft in self.drafts if draft.file and draft.name in new]
        return len(chapters) <= 1 and len(new) < len(self.drafts)

    def standing(self) -> list[Standing]:
        """How the sections stand in the book, in order."""
        return [
            Standing(one.name, one.numbering, one.first, one.recto, self._known[one.name])
            for one in self.drafts
        ]

    def _guess(self, before: Mapping[str, Extent]) -> PageMap:
        """Where anchors will be, going by the sections that are done."""
        return guessed(self.drafts, self.geometry, self._known, before)

    def _placements(self) -> list[Placement]:
        return [
            Placement(self.done[d.name].fragment, d.numbering, d.first, d.recto)
            for d in self.drafts
        ]

    def _is_stale(self, draft: SectionDraft, page_map: PageMap) -> bool:
        compiled = self.done[draft.name]
        verso, for_one_side = draft.name in self._verso, compiled.fragment.turns is None
        if (verso or for_one_side) and self._starts_verso(draft, page_map) != verso:
            return True
        tells = draft.text.depends_on_pages or draft.text.keeps_edges
        if tells and draft.filled(page_map) != compiled.html:
            return True
        return bool(stale(compiled.fragment, page_map))

    def _compile(
        self,
        drafts: Sequence[SectionDraft],
        compiler: Compiler[Compiled],
        page_map: PageMap,
        meanwhile: Callable[[], None] | None = None,
        fresh: Callable[[Section], Section] | None = None,
        spare: Callable[[], bool] | None = None,
        before: Mapping[str, Extent] | None = None,
    ) -> None:
        """Compile sections that stand as a page map says; by the newest guess in the end, where `before` is given."""
        todo = [self._section(draft, page_map) for draft in drafts]
        self._verso.difference_update(draft.name for draft in drafts)
        coming = compiler.compile(todo, fresh, spare)
        if meanwhile is not None:
            meanwhile()
        self._take(coming)
        if before is not None:
            page_map = self._guess(before)
        # Those that cannot be turned are laid out on the other side, always after that has been tried.
        apart = [
            draft
            for draft in drafts
            if self._starts_verso(draft, page_map) and self.done[draft.name].fragment.turns is None
        ]
        if apart:
            self._total += len(apart)
            self._verso.update(draft.name for draft in apart)
            todo = [self._section(draft, page_map, verso=True) for draft in apart]
            self._take(compiler.compile(todo, spare=spare))

    def _spare(self, ready: Ready, before: Mapping[str, Extent]) -> Callable[[], bool]:
        """What calls `ready` with one more of the fragments that are there, and says whether there was one."""
        told: dict[str, Compiled] = {}

        def one() -> bool:
            names = (name for name, made in self.done.items() if told.get(name) is not made)
            if (name := next(names, None)) is None:
                return False
            compiled = told[name] = self.done[name]
            page_map, place = self._guess(before), self._places[name]
            turns = self._starts_verso(self.drafts[place], page_map) and name not in self._verso
            # One that cannot be turned will be another fragment.
            if not turns or compiled.fragment.turns is not None:
                stands = compiled.turned() if turns else compiled
                ready(stands.fragment, page_map.starts[place], page_map)
            return True

        return one

    def _section(self, draft: SectionDraft, page_map: PageMap, *, verso: bool = False) -> Section:
        html = draft.filled(page_map)
        return draft.section(html, self.styles[draft.tab], self.files, verso=verso)

    def _take(self, coming: Iterable[tuple[Section, Compiled]]) -> None:
        for section, made in coming:
            # One text of each section, which came back from a worker as another.
            same = made.html == section.html
            compiled = replace(made, html=section.html) if same else made
            self.done[section.name] = compiled
            draft = self.drafts[self._places[section.name]]
            self._known[section.name] = Extent.of(compiled.fragment, draft.text, self.geometry)
            if sum(one.fragment.page_count for one in self.done.values()) > MAX_PAGES:
                problem = LimitError(f"with it the handbook has more than {MAX_PAGES:,} pages")
                problem.section = section.name
                raise problem
            self._count += 1
            self.progress(self._count, self._total)

    def _starts_verso(self, draft: SectionDraft, page_map: PageMap) -> bool:
        """Whether a section begins on a left-hand page, whose margins differ where both sides are printed."""
        return self.geometry.double and bool(page_map.starts[self._places[draft.name]] % 2)

    @cached_property
    def _places(self) -> Mapping[str, int]:
        return {draft.name: place for place, draft in enumerate(self.drafts)}

    def _extents(self, cache: Cache) -> dict[str, tuple[Extent, bool]]:
        """How sections extended when they were last laid out, by name; true where it was with the same text.

        Nothing but the first guess depends on them: on which side a section begins, and how long its numbers get.
        """
        found: dict[str, tuple[Extent, bool]] = {}
        for draft in self.drafts:
            for key, same in ((self._extent_key(draft), True), (self._name_key(draft), False)):
                if (extent := cache.get(key, Extent)) is not None:
                    found[draft.name] = extent, same
                    break
        return found

    def _keep_extents(self, cache: Cache, before: Mapping[str, tuple[Extent, bool]]) -> None:
        for draft in self.drafts:
            extent = self._known[draft.name]
            if before.get(draft.name) != (extent, True):
                cache.put(self._extent_key(draft), extent)
                cache.put(self._name_key(draft), extent)

    def _extent_key(self, draft: SectionDraft) -> str:
        return digest("extent", code_digest(), draft.digest, *self.styles[draft.tab])

    def _name_key(self, draft: SectionDraft) -> str:
        return digest("extent by name", code_digest(), self.book, draft.name)


def cover_pages(drafts: Sequence[SectionDraft], page_map: PageMap) -> int:
    """How many pages at the beginning are a cover that is bound around the book, and no pages of it."""
    apart = drafts[0].name == COVER and drafts[0].numbering == "none"
    return page_map.starts[1] if apart else 0


def padded(page_map: PageMap, multiple: int, cover: int = 0) -> PageMap:
    """The map with blank pages at the end, so that the number of pages, less those of the cover, is a multiple."""
    missing = -(page_map.page_count - cover) % multiple
    # Blank pages carry no folio, but every page has a label.
    run = page_map.runs[-1]
    first = run.first + page_map.page_count - run.index
    labels = tuple(folio(first + n, run.numbering) for n in range(missing))
    return replace(
        page_map,
        page_count=page_map.page_count + missing,
        labels=(*page_map.labels, *labels),
    )
