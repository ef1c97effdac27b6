"""Compile sections until the page numbers fit: in this process or in a pool, with the same result."""

from __future__ import annotations

import multiprocessing
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field

from guidepress.handbook.draft import Draft
from guidepress.handbook.folios import depends_on_pages
from guidepress.handbook.proof import Proof, prove
from guidepress.pdf import (
    Fragment,
    PageMap,
    Placement,
    Section,
    compile_section,
    paginate,
    prepare,
    stale,
)

# Called with the number of sections done and the number there are, so far as known.
Progress = Callable[[int, int], None]
# Numbers get longer only so often; a book whose runs of pages never settle is printed as it stands then.
MOST_ROUNDS = 6


@dataclass(frozen=True, slots=True)
class Compiled:
    """A section's HTML, the fragment it became, and what reading the fragment back has shown."""

    html: str
    fragment: Fragment
    proof: Proof


def compile_and_prove(section: Section) -> Compiled:
    """Compile a section and read it back; a pure function, run in any process."""
    fragment = compile_section(section)
    return Compiled(section.html, fragment, prove(section.html, fragment))


@dataclass(slots=True)
class Compilation:
    """The sections of one book on their way to fragments."""

    drafts: Sequence[Draft]
    styles: Mapping[int, tuple[str, ...]]
    files: Mapping[str, str]
    jobs: int
    progress: Progress
    done: dict[str, Compiled] = field(default_factory=dict)
    _count: int = 0
    _total: int = 0

    def run(self, page_map: PageMap) -> tuple[list[Placement], PageMap]:
        """The placed fragments and their page map; `page_map` is what numbers are first written from."""
        self._total = len(self.drafts)
        method = _method()
        if self.jobs > 1 and method == "fork":
            first = self.drafts[0]
            prepare(first.section("", self.styles[first.tab], self.files))
        with _executor(self.jobs, method) as executor:
            todo = list(self.drafts)
            for _ in range(MOST_ROUNDS):
                self._compile(todo, page_map, executor)
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

    def _is_stale(self, draft: Draft, page_map: PageMap) -> bool:
        compiled = self.done[draft.name]
        if depends_on_pages(draft.html) and draft.filled(page_map) != compiled.html:
            return True
        return bool(stale(compiled.fragment, page_map))

    def _compile(
        self, drafts: Sequence[Draft], page_map: PageMap, executor: Executor | None
    ) -> None:
        filled = {draft.name: draft.filled(page_map) for draft in drafts}
        jobs = [d.section(filled[d.name], self.styles[d.tab], self.files) for d in drafts]
        for section, compiled in self._compiled(jobs, executor):
            self.done[section.name] = compiled
            self._count += 1
            self.progress(self._count, self._total)

    def _compiled(
        self, jobs: Sequence[Section], executor: Executor | None
    ) -> Iterator[tuple[Section, Compiled]]:
        if executor is None or len(jobs) == 1:
            yield from ((job, compile_and_prove(job)) for job in jobs)
            return
        # The long ones first, so that no worker is left alone with one at the end.
        ordered = sorted(jobs, key=lambda job: (-len(job.html), job.name))
        yield from zip(ordered, executor.map(compile_and_prove, ordered), strict=True)


@contextmanager
def _executor(jobs: int, method: str) -> Iterator[Executor | None]:
    if jobs < 2:
        yield None
        return
    with ProcessPoolExecutor(jobs, mp_context=multiprocessing.get_context(method)) as executor:
        yield executor


def _method() -> str:
    """Forked workers inherit the loaded engine; where threads run, a fork would copy locks they hold."""
    alone = threading.active_count() == 1 and sys.platform == "linux"
    return "fork" if alone else "spawn"
