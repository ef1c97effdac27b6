"""deck.lock as a file of a project: whether one went missing, and making it again from released decks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from guidepress.artifacts import write_atomically
from guidepress.build import LOCK, compile_source
from guidepress.deck.carried import lock_of_decks
from guidepress.deck.lock import Lock
from guidepress.deck.subdecks import chapter_place, part_place
from guidepress.diagnostics import Diagnosed, Diagnostic, Span, error
from guidepress.source.location import RELEASES, find
from guidepress.source.project import read_guide


def restore(folder: Path, decks: Sequence[Path]) -> Diagnosed[tuple[Path, ...]]:
    """Write the deck.lock of the project in `folder` from released decks, one for each edition; the files written.

    The decks are what learners have, so those that are elsewhere are also put into `releases/`.

    Errors: `guide-missing` and those of guide.yaml, `lock-exists` (there is another one), those of `lock_of_decks`.
    Raises OSError where a file cannot be read or written.
    """
    found = find(folder)
    if found.value is None:
        return Diagnosed(None, found.diagnostics)
    guide = read_guide(folder)
    if guide.value is None:
        return Diagnosed(None, guide.diagnostics)
    # A book that does not compile now says nothing of its decks; what is asked for is its lock.
    source = compile_source(folder).value
    places: tuple[str, ...] = ()
    if source is not None:
        book = source.book
        places = (
            *(part_place(part.id) for part in book.parts),
            *(chapter_place(chapter.id) for chapter in book.chapters()),
        )
    lock = lock_of_decks(
        [(str(deck), deck.read_bytes()) for deck in decks], guide.value.source.id, places
    )
    if lock.value is None:
        return Diagnosed(None, lock.diagnostics)
    path, written = guide.value.root / LOCK, lock.value.encode()
    if path.exists() and path.stat().st_size and path.read_bytes() != written:
        return Diagnosed(None, (_exists(path.relative_to(folder).as_posix()),))
    write_atomically(path, written)
    return Diagnosed((path, *_keep(folder, decks, lock.value)), lock.diagnostics)


def _keep(folder: Path, decks: Sequence[Path], lock: Lock) -> Iterator[Path]:
    """Put decks into `releases/`, under the day of the release; those that are there already stay as they are."""
    releases = folder / RELEASES
    day = datetime.fromtimestamp(lock.released, UTC).date().isoformat()
    for deck in decks:
        name = deck.name if deck.name.startswith(day) else f"{day}-{deck.name}"
        if deck.resolve().is_relative_to(releases.resolve()) or (releases / name).exists():
            continue
        write_atomically(releases / name, deck.read_bytes())
        yield releases / name


def _exists(name: str) -> Diagnostic:
    return error(
        "lock-exists",
        "there is already a deck.lock, and it does not match the deck",
        Span(name),
        hints=("if deck.lock is the wrong one, move it away first",),
    )
