"""`guidepress release`: fix what learners get, announce it, pack it, keep it; once more, it makes the same bytes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TypeVar

from guidepress.artifacts import Staging, exclusive, write_atomically
from guidepress.book.model import Book
from guidepress.build import LOCK, Build, Fixing, compile_source
from guidepress.cache import Cache
from guidepress.console import Reporter
from guidepress.deck.diff import Difference, compare_files, release_notes
from guidepress.deck.lock import Lock, read_lock
from guidepress.diagnostics import Diagnosed, Diagnostic, Span, error, ordered
from guidepress.git import ask_git
from guidepress.layouts import find_layout
from guidepress.layouts.words import layout_words
from guidepress.model import Guide
from guidepress.pdf.workers import Workers
from guidepress.products import PRODUCTS
from guidepress.release import bundle, changes
from guidepress.release.kept import Kept, keep, kept, lock_of, release_of
from guidepress.release.sbom import sbom
from guidepress.source.project import read_guide
from guidepress.up_to_date import BuildNote

T = TypeVar("T")

_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Wishes:
    """How it is released: warnings whose codes are `accepted` stop nothing.

    With `first`, nothing was ever given to learners, whatever deck.lock says; with `uncommitted`, the source need not
    be committed.
    """

    accepted: frozenset[str] = frozenset()
    first: bool = False
    uncommitted: bool = False


@dataclass(frozen=True, slots=True)
class Released:
    """The name of the release, the files that were written, and whether it had been released before."""

    name: str
    files: tuple[Path, ...]
    again: bool


@dataclass(slots=True)
class Releasing:
    """One release of the project in `folder`, or of its variant `edition`, pressed into `out`."""

    folder: Path
    out: Path
    edition: str | None
    wishes: Wishes
    workers: Workers
    cache: Cache
    reporter: Reporter
    problems: list[Diagnostic] = field(default_factory=list)

    def run(self) -> Diagnosed[Released]:
        """Release it; nothing is written where a problem is open.

        Errors: those of a build, warnings too unless they are accepted, `release-date`, `release-order`,
        `release-first`, `release-exists`, `release-empty`, `release-uncommitted`. Raises OSError.
        """
        guide = self._take(read_guide(self.folder, self.edition))
        if guide is None:
            return self._failed()
        release = self._named(guide)
        if release is None or self._open():
            return self._failed()
        earlier = [one for one in kept(self.folder) if one.name < release.name]
        fixing = self._fixing(guide, release, earlier)
        if fixing is None or self._open():
            return self._failed()
        report = Build(
            self.folder, self.out, tuple(PRODUCTS), self.edition, self.workers, False, self.cache,
            BuildNote(self.folder, self.out, ["release"], Cache(None)), self.reporter, fixing,
        ).run()  # fmt: skip
        self.problems += report.diagnostics
        if not report.artifacts:
            return self._failed()
        return self._publish(guide, release, earlier, report.artifacts)

    def _named(self, guide: Guide) -> Kept | None:
        """The release by its name, if it has a day that comes after those of the others."""
        source = guide.source
        span = source.span("date")
        if not source.date or not _is_day(source.date):
            message = "a release wants a `date`, and the day in it: changed cards are dated by it"
            self.problems.append(
                error("release-date", message, span, hints=("such as 2025-11-01",))
            )
            return None
        release = release_of(self.folder, source.date, source.edition, self.edition)
        for other in kept(self.folder):
            if release.deck.exists() or other.day <= source.date:
                continue
            message = f"`{other.name}` was released later than {source.date}"
            hints = ("set `date` to the day of this release",)
            self.problems.append(error("release-order", message, span, hints=hints))
        return release

    def _fixing(self, guide: Guide, release: Kept, earlier: list[Kept]) -> Fixing | None:
        """What learners have before this release."""
        again = release.deck.exists()
        if not again and not self.wishes.uncommitted:
            self._check_commits(guide)
        expected = release.digests() if again else {}
        if self.wishes.first and earlier:
            message = f"this is not the first release: there is `{earlier[-1].name}`"
            self.problems.append(error("release-first", message))
            return None
        lock: Lock | None = None
        path = guide.root / LOCK
        if earlier:
            now = read_lock(_text(path)).value
            lock = self._take(lock_of(earlier, guide.source.id, guide.source.editions, now))
        elif not again and not self.wishes.first and path.exists() and path.stat().st_size:
            message = "deck.lock has cards, and releases/ has no deck: were they given to learners?"
            hints = (
                "if not, `guidepress release --first` starts the deck with what there is now",
                "if so, put the deck that learners have into releases/, under a name that begins with its day",
            )
            span = Span(path.relative_to(self.folder).as_posix())
            self.problems.append(error("release-first", message, span, hints=hints))
            return None
        return Fixing(lock, self.wishes.accepted, expected)

    def _check_commits(self, guide: Guide) -> None:
        """An error where the source is not what git could bring back: who builds the tag would get another book."""
        changed = _uncommitted(self.folder, guide.root / LOCK)
        if changed:
            shown = ", ".join(changed[:_SHOWN]) + (" …" if len(changed) > _SHOWN else "")
            hints = ("commit first; `--uncommitted` releases all the same",)
            message = f"what is to be released is not committed: {shown}"
            self.problems.append(error("release-uncommitted", message, hints=hints))

    def _publish(
        self, guide: Guide, release: Kept, earlier: list[Kept], artifacts: Iterable[Path]
    ) -> Diagnosed[Released]:
        """Write all that describes the release, and keep its deck."""
        self.reporter.step("packing the release")
        again = release.deck.exists()
        made = {path.name: path.read_bytes() for path in artifacts if path.suffix != ".json"}
        deck = made["deck.apkg"]
        difference = self._difference(release, earlier, tuple(guide.source.editions), deck)
        if self._open():
            return self._failed()
        made[bundle.NOTES] = _notes(guide, difference)
        if (materials := self._materials(guide, release, again)) is not None:
            made[bundle.SBOM] = materials
        made[bundle.SUMS] = bundle.sums(made)
        book = compile_source(self.folder, self.edition, self.cache).value
        assert book is not None, "it was built just now"
        page = self._page(guide, book.book, made)
        if page is None:
            return self._failed()
        of = f", {self.edition}" if self.edition else ""
        heading = f"{guide.source.edition}{of} ({guide.source.date})"
        written = self._write(
            {**made, bundle.PAGE: page}, f"{guide.source.id}-{release.name}", sorted(made)
        )
        path = self.folder / changes.FILE
        before = path.read_text(encoding="utf-8") if path.exists() else ""
        after = changes.with_section(before, heading, changes.section(heading, difference))
        if after != before:
            write_atomically(path, after.encode())
        if not again:
            keep(release, deck, made[bundle.SUMS], made[bundle.SBOM])
        written += [path, release.deck, release.sums]
        written += [release.sbom] if materials is not None else []
        return Diagnosed(Released(release.name, tuple(written), again), ordered(self.problems))

    def _materials(self, guide: Guide, release: Kept, again: bool) -> bytes | None:
        """With what it was made: the first time, whatever has made it again since. None where nobody noted that."""
        if again:
            return release.sbom.read_bytes() if release.sbom.is_file() else None
        source = guide.source
        return sbom(source.id, str(source.title), source.edition, str(source.date))

    def _difference(
        self, release: Kept, earlier: list[Kept], variants: Sequence[str], deck: bytes
    ) -> Difference | None:
        """What changed since the release before; None where there was none."""
        variant = release.variant(variants)
        before = [one for one in earlier if one.variant(variants) == variant]
        if not before:
            return None
        old = before[-1].deck
        return self._take(compare_files(old.read_bytes(), deck, str(old), release.deck.name))

    def _page(self, guide: Guide, book: Book, files: dict[str, bytes]) -> bytes | None:
        layout = self._take(
            find_layout(guide.source.products.handbook.layout, self.folder, self.cache)
        )
        if layout is None:
            return None
        words = layout_words(layout, book.language, book.brand.words)
        return self._take(bundle.page(layout, words, book, files))

    def _write(self, files: dict[str, bytes], name: str, listed: list[str]) -> list[Path]:
        """Write what came after the build beside it, and the zip of all; their paths."""
        packed = bundle.packed(name, files)
        with exclusive(self.out), Staging(self.out) as staging:
            for own in (bundle.NOTES, bundle.SBOM, bundle.SUMS, bundle.PAGE):
                if own in files:
                    staging.add(own, files[own])
            staging.add(f"{name}.zip", packed)
            staging.publish()
        return [self.out / file for file in (*listed, bundle.PAGE, f"{name}.zip")]

    def _take(self, diagnosed: Diagnosed[T]) -> T | None:
        self.problems.extend(diagnosed.diagnostics)
        return diagnosed.value

    def _open(self) -> bool:
        return Fixing(None, self.wishes.accepted).stops(self.problems)

    def _failed(self) -> Diagnosed[Released]:
        return Diagnosed(None, ordered(self.problems))


def _text(lock: Path) -> str:
    """What deck.lock says; nothing where there is none. That it cannot be read is for the build to say."""
    try:
        return lock.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def _is_day(typed: str) -> bool:
    try:
        return date.fromisoformat(typed).isoformat() == typed
    except ValueError:
        return False


def _notes(guide: Guide, difference: Difference | None) -> bytes:
    """NOTES.md: what learners should know."""
    title = f"# {guide.source.title}, {guide.source.edition} ({guide.source.date})"
    lines = [title, "", *release_notes(difference or Difference())]
    if difference is None:
        lines = [title, "", "The first release: import `deck.apkg` into Anki."]
    return ("\n".join(lines).rstrip("\n") + "\n").encode()


def _uncommitted(folder: Path, lock: Path) -> list[str]:
    """Files of a project that git does not have as they are; none where there is no git or no repository.

    deck.lock and all that a release writes itself do not count.
    """
    own = [LOCK, "CHANGES.md"]
    # Submodules have configurations of their own.
    options = ("--porcelain=v1", "-z", "--untracked-files=all", "--ignore-submodules=all")
    found = ask_git(folder, "status", *options, "--", ".")
    if found is None:
        return []
    names = [entry[3:] for entry in found.decode(errors="replace").split("\0") if entry[3:]]
    return [
        name for name in names if Path(name).name not in own and "releases" not in Path(name).parts
    ]
