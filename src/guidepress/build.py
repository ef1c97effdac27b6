"""A build: source in, artifacts out. Each product by its own pipeline, all of them or none."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from guidepress import __version__, handbook
from guidepress.artifacts import MANIFEST, Staging, write_atomically
from guidepress.book.compiler import compile_book
from guidepress.book.model import Book
from guidepress.console import Reporter
from guidepress.deck.lock import MAIN, Lock, read_lock
from guidepress.deck.press import Deck
from guidepress.deck.press import press as press_deck
from guidepress.deck.revision import release_epoch
from guidepress.deck.templates import FILES, templates_from
from guidepress.diagnostics import Diagnosed, Diagnostic, Severity, has_errors, ordered
from guidepress.layouts import Layout, find_layout
from guidepress.source.files import read_text
from guidepress.source.location import find
from guidepress.source.project import read_guide

LOCK = "deck.lock"
T = TypeVar("T")


@dataclass(slots=True)
class Report:
    """What a build found, and the artifacts it left; none where a problem stopped it."""

    diagnostics: tuple[Diagnostic, ...] = ()
    artifacts: list[Path] = field(default_factory=list)


def compile_source(folder: Path, edition: str | None = None) -> Diagnosed[Book]:
    """The book of the project in `folder`, with every problem of its source."""
    guide = read_guide(folder, edition)
    if guide.value is None:
        return Diagnosed(None, ordered(guide.diagnostics))
    book = compile_book(guide.value)
    return Diagnosed(book.value, ordered((*guide.diagnostics, *book.diagnostics)))


def check(folder: Path, edition: str | None = None) -> tuple[Diagnostic, ...]:
    """Every problem that can be found without laying out a page."""
    return compile_source(folder, edition).diagnostics


def build(
    folder: Path,
    out: Path,
    *,
    only: Sequence[str],
    edition: str | None,
    jobs: int,
    strict: bool,
    reporter: Reporter,
) -> Report:
    """Press the products named in `only` into `out`.

    Raises OSError where the machine fails (a missing library, a full disk); `out` is then as before.
    """
    return _Build(folder, out, only, edition, jobs, strict, reporter).run()


def stops(diagnostics: Iterable[Diagnostic], strict: bool) -> bool:
    """Whether the problems stop a build: errors always, warnings under `--strict`."""
    found = tuple(diagnostics)
    return has_errors(found) or (strict and any(d.severity is Severity.WARNING for d in found))


@dataclass(slots=True)
class _Build:
    folder: Path
    out: Path
    only: Sequence[str]
    edition: str | None
    jobs: int
    strict: bool
    reporter: Reporter
    _found: list[Diagnostic] = field(default_factory=list)

    def run(self) -> Report:
        self.reporter.step("reading the source")
        book = self._take(compile_source(self.folder, self.edition))
        if book is None or self._stopped():
            return self._report()
        layout = self._take(find_layout(book.handbook.layout, self.folder))
        if layout is None:
            return self._report()
        # The deck cites the handbook's pages, so the handbook is laid out even where only the deck is wanted.
        pressed = self._take(
            handbook.press(book, layout, jobs=self.jobs, progress=self._sections)
        )
        if pressed is None or self._stopped():
            return self._report()
        dealt = self._deck(book, layout, pressed) if "deck" in self.only else None
        if self._stopped():
            return self._report()
        self.reporter.step("writing")
        with Staging(self.out) as staging:
            if "handbook" in self.only:
                staging.add("handbook.pdf", pressed.pdf, pages=pressed.page_map.page_count)
            if dealt is not None:
                staging.add("deck.apkg", dealt.apkg, notes=dealt.notes, cards=dealt.cards)
            staging.publish_with_manifest(
                {
                    "generator": f"guidepress {__version__}",
                    "guide": book.id,
                    "title": book.title,
                    "edition": book.edition,
                }
            )
        if dealt is not None:
            self._keep_lock(dealt.lock)
        names = [("handbook", "handbook.pdf"), ("deck", "deck.apkg")]
        written = [self.out / file for product, file in names if product in self.only]
        return Report(ordered(self._found), [*written, self.out / MANIFEST])

    def _deck(self, book: Book, layout: Layout, pressed: handbook.Handbook) -> Deck | None:
        self.reporter.step("dealing the deck")
        paths = {part: layout.path(f"deck/{file}") for part, file in FILES.items()}
        templates = self._take(templates_from(paths))
        path = self._lock_path()
        lock = None
        if path.exists():
            file = self._take(read_text(path, self._name(path)))
            lock = file and self._take(read_lock(file.text, file.name))
        if templates is None or has_errors(self._found):
            return None
        return self._take(
            press_deck(
                book,
                lock,
                templates,
                folios=pressed.pages,
                released=release_epoch(book.date),
                edition=self.edition or MAIN,
            )
        )

    def _keep_lock(self, lock: Lock) -> None:
        """Write deck.lock, where it says anything new."""
        path, data = self._lock_path(), lock.text().encode()
        if not path.exists() or path.read_bytes() != data:
            write_atomically(path, data)

    def _lock_path(self) -> Path:
        found = find(self.folder).value
        assert found is not None  # there is a book, so there is a guide.yaml
        return found[1] / LOCK

    def _name(self, path: Path) -> str:
        return path.relative_to(self.folder).as_posix()

    def _sections(self, done: int, total: int) -> None:
        self.reporter.step("pressing the handbook", done, total)

    def _take(self, diagnosed: Diagnosed[T]) -> T | None:
        self._found.extend(diagnosed.diagnostics)
        return diagnosed.value

    def _stopped(self) -> bool:
        return stops(self._found, self.strict)

    def _report(self) -> Report:
        return Report(ordered(self._found))
