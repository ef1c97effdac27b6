"""Compile sections until the page numbers in them fit the pages."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from guidepress.handbook.compiled import Compiled
from guidepress.handbook.draft import SectionDraft
from guidepress.handbook.estimate import estimated
from guidepress.handbook.folios import depends_on_pages
from guidepress.handbook.geometry import Geometry
from guidepress.pdf import PageMap, Placement, paginate, stale
from guidepress.pdf.compiler import Compiler
from guidepress.product import Progress

# Numbers get longer only so often; a book whose runs of pages never settle is printed as it stands then.
MOST_ROUNDS = 6


@dataclass(slots=True)
class Compilation:
    """The sections of one book on their way to fragments; `styles` are the style sheets by thumb tab."""

    drafts: Sequence[SectionDraft]
    styles: Mapping[int, tuple[str, ...]]
    files: Mapping[str, str]
    geometry: Geometry
    progress: Progress
    done: dict[str, Compiled] = field(default_factory=dict)
    _count: int = 0
    _total: int = 0

    def run(
        self, compiler: Compiler[Compiled], meanwhile: Callable[[], None]
    ) -> tuple[list[Placement], PageMap]:
        """The placed fragments and their page map. `meanwhile` is called once, when workers have enough to do.

        First the sections in which only the length of numbers depends on the pages, from a guess; then, knowing
        where those are, the others (index, glossary); then whatever turned out to have another length.
        """
        self._total = len(self.drafts)
        page_map = estimated(self.drafts, self.geometry)
        dependent = [draft for draft in self.drafts if depends_on_pages(draft.html)]
        others = [draft for draft in self.drafts if draft not in dependent]
        self._compile(others, compiler, page_map, meanwhile)
        known = {name: compiled.fragment for name, compiled in self.done.items()}
        page_map = estimated(self.drafts, self.geometry, known)
        todo = dependent + [d for d in others if self._is_stale(d, page_map)]
        self._total += len(todo) - len(dependent)
        for _ in range(MOST_ROUNDS):
            self._compile(todo, compiler, page_map)
            placements = [
                Placement(self.done[d.name].fragment, d.numbering, d.first, d.recto)
                for d in self.drafts
            ]
            page_map = paginate(placements)
            todo = [draft for draft in self.drafts if self._is_stale(draft, page_map)]
            if not todo:
                break
            self._total += len(todo)
        return placements, page_map

    def _is_stale(self, draft: SectionDraft, page_map: PageMap) -> bool:
        compiled = self.done[draft.name]
        if depends_on_pages(draft.html) and draft.filled(page_map) != compiled.html:
            return True
        return bool(stale(compiled.fragment, page_map))

    def _compile(
        self,
        drafts: Sequence[SectionDraft],
        compiler: Compiler[Compiled],
        page_map: PageMap,
        meanwhile: Callable[[], None] | None = None,
    ) -> None:
        todo = [d.section(d.filled(page_map), self.styles[d.tab], self.files) for d in drafts]
        coming = compiler.compile(todo)
        if meanwhile is not None:
            meanwhile()
        for section, compiled in coming:
            self.done[section.name] = compiled
            self._count += 1
            self.progress(self._count, self._total)
