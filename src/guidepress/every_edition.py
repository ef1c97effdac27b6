"""All editions of a guide in one go: each is a build of its own, and a section that several have is laid out once."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from guidepress import scratch
from guidepress.cache import Cache
from guidepress.diagnostics import Diagnosed, Diagnostic, ordered
from guidepress.model import GuideFile
from guidepress.model.editions import NO_EXAM
from guidepress.model.guide import MAIN
from guidepress.products import Pages
from guidepress.source.location import find
from guidepress.source.project import Reader
from guidepress.up_to_date import BuildNote

if TYPE_CHECKING:
    from guidepress.console import Reporter
    from guidepress.pdf.workers import Workers


@dataclass(frozen=True, slots=True)
class BuiltEdition:
    """What became of one edition: its artifacts, none where a problem stopped it.

    `unchanged`: they were made already. `lacks` says why it was passed over, where it has none of the products.
    `shared` of its `sections` had been laid out for editions before it in this
    run.
    """

    name: str
    diagnostics: tuple[Diagnostic, ...]
    artifacts: tuple[Path, ...]
    unchanged: bool = False
    sections: int = 0
    shared: int = 0
    lacks: str | None = None


@dataclass(frozen=True, slots=True)
class BuiltEditions:
    """All of them, in the order of guide.yaml."""

    editions: tuple[BuiltEdition, ...]

    @property
    def held(self) -> bool:
        """Whether each that was not passed over has its artifacts."""
        return all(one.artifacts for one in self.editions if one.lacks is None)

    @property
    def artifacts(self) -> tuple[Path, ...]:
        """Everything that was made, or stood."""
        return tuple(path for one in self.editions for path in one.artifacts)

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """The problems of all editions; one that several have once."""
        return ordered(problem for one in self.editions for problem in one.diagnostics)

    def lines(self) -> Iterator[str]:
        """What is to be said of each edition, and of the sections that they share."""
        for one in self.editions:
            if one.lacks is not None:
                yield f"passed over {one.name}: {one.lacks}"
                continue
            status = "unchanged" if one.unchanged else "built" if one.artifacts else "failed"
            count = f": {one.shared} of {one.sections} sections shared" if one.sections else ""
            yield f"{status:10}{one.name}{count}"
        if sections := sum(one.sections for one in self.editions):
            shared = sum(one.shared for one in self.editions)
            yield f"{shared} of {sections} sections were shared between editions"


@dataclass(frozen=True, slots=True)
class Variant:
    """What guide.yaml tells of an edition: its language, the edition that it is in that language, if any, and whether
    it is an exam.
    """

    language: str
    of: str = ""
    exam: bool = False

    def lacks(self, products: Collection[str]) -> str | None:
        """Why it has none of these products; None where it has one."""
        return NO_EXAM if self.exam and "handbook" not in products else None


def variants(folder: Path) -> Diagnosed[Mapping[str, Variant]]:
    """The guide itself (`main`) and each edition of it, in the order of guide.yaml.

    Problems are those of that file.
    """
    found = find(folder)
    if found.value is None:
        return Diagnosed(None, found.diagnostics)
    reader = Reader(*found.value)
    source = reader.record(GuideFile, found.value[1] / "guide.yaml")
    if source is None:
        return Diagnosed(None, tuple(reader.diagnostics))
    own = {
        name: Variant(one.language or source.language, one.of, one.exam is not None)
        for name, one in source.editions.items()
    }
    return Diagnosed({MAIN: Variant(source.language), **own})


@dataclass(slots=True)
class EveryEdition:
    """A build of all editions of the project in `folder`, each into the folder of its name in `out`.

    The other arguments are those of `build.Build`. One edition that fails does not stop the others.
    """

    folder: Path
    out: Path
    only: Sequence[str]
    strict: bool
    cache: Cache
    pages: Pages = "fresh"
    _seen: set[str] = field(default_factory=set)

    def run(
        self, known: Mapping[str, Variant], workers: Workers, reporter: Reporter
    ) -> BuiltEditions:
        """Build them one after the other, since they share deck.lock; one without any of the products is passed over.

        Raises OSError where the machine fails; editions that were finished before stand.
        """
        cache = self.cache
        if cache.place is None:
            # What is not kept for another day is shared within this run all the same.
            cache = Cache(scratch.folder() / "editions")
        return BuiltEditions(
            tuple(
                BuiltEdition(name, (), (), lacks=lacks)
                if (lacks := one.lacks(self.only)) is not None
                else self._edition(name, cache, workers, reporter)
                for name, one in known.items()
            )
        )

    def _edition(
        self, name: str, cache: Cache, workers: Workers, reporter: Reporter
    ) -> BuiltEdition:
        from guidepress.build import Build

        out, edition = self.out / name, None if name == MAIN else name
        pages = [] if self.pages == "fresh" else [self.pages]
        asked = [edition or "", str(self.strict), *self.only, *pages]
        note = BuildNote(self.folder, out, asked, self.cache)
        if (finished := note.read()) is not None:
            return BuiltEdition(name, finished.diagnostics, finished.artifacts, unchanged=True)
        report = Build(
            self.folder, out, self.only, edition, workers, self.strict, cache, note, reporter,
            pages=self.pages,
        ).run()  # fmt: skip
        keys = report.sections
        shared = len(keys & self._seen)
        self._seen |= keys
        artifacts = tuple(report.artifacts)
        return BuiltEdition(name, report.diagnostics, artifacts, False, len(keys), shared)
