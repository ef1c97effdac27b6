"""How the cards of a guide fare with somebody who studies them, read from a collection of Anki that stays as it is."""

from __future__ import annotations

import io
import json
import shutil
import sqlite3
import tempfile
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from guidepress import scratch
from guidepress.deck.foreign import collection_of
from guidepress.deck.lock import Lock
from guidepress.diagnostics import Diagnosed, Diagnostic, Span, error

# What Anki takes for a leech by default.
_LEECH_LAPSES = 8
_LEECH_TAG = "leech"
_AGAIN = 1
_EASE = 1000
_MILLISECONDS = 1000
# A rate of failure of few answers says little: it is counted as if so many more had been right.
_PRIOR = 5


@dataclass(frozen=True, slots=True)
class CardStatistics:
    """What the reviews of a card say (of all cards of its note together).

    `again` are the answers that it was not known, `seconds` the average time of an answer. `ease` is that of Anki's
    older scheduler (2.5 at first), `difficulty` that of FSRS (1 to 10); each is None where the collection has none.
    """

    id: str
    reviews: int
    again: int
    lapses: int
    seconds: float
    ease: float | None
    difficulty: float | None
    leech: bool
    suspended: bool

    @property
    def failure(self) -> float:
        """The share of answers that it was not known, tending to none where there are few."""
        return self.again / (self.reviews + _PRIOR)

    def as_dict(self) -> dict[str, object]:
        """For machines."""
        return {name: getattr(self, name) for name in self.__slots__}


def worst_first(found: Iterable[CardStatistics]) -> list[CardStatistics]:
    """The cards that most need to be written anew first: leeches, then by how often they are not known."""
    return sorted(
        found, key=lambda c: (not c.leech, -c.failure, -c.lapses, -(c.difficulty or 0), c.id)
    )


def read_statistics(path: Path, lock: Lock) -> Diagnosed[list[CardStatistics]]:
    """The reviews of a guide's cards in a collection (`collection.anki2`, or a .colpkg or .apkg with scheduling).

    The cards are found by the GUIDs of the lock; one that was never answered is not among them. Errors:
    `collection-unreadable`, `collection-other` (it has no card of the guide). Raises OSError where the file cannot be
    read.
    """
    try:
        with tempfile.TemporaryDirectory(prefix="statistics-", dir=scratch.folder()) as folder:
            connection = sqlite3.connect(_copy(path, Path(folder)))
            try:
                connection.create_collation("unicase", lambda a, b: (a > b) - (a < b))
                notes = _notes(connection, lock)
                found = list(_statistics(connection, notes))
            finally:
                connection.close()
    except (sqlite3.Error, ValueError, zipfile.BadZipFile) as problem:
        message = f"this is no collection of Anki: {problem}"
        return Diagnosed(None, (_problem("collection-unreadable", message, path),))
    if not notes:
        message = "no card of this guide is in the collection"
        return Diagnosed(None, (_problem("collection-other", message, path),))
    return Diagnosed(worst_first(found))


def _problem(code: str, message: str, path: Path) -> Diagnostic:
    hints = ("give a collection.anki2, or what Anki exports with scheduling",)
    return error(code, message, Span(str(path)), hints=hints)


def _copy(path: Path, folder: Path) -> Path:
    """A copy of the collection, with what Anki has not yet merged into it; the original is only read."""
    copy = folder / "collection.anki2"
    with path.open("rb") as file:
        packed = file.read(4) == b"PK\x03\x04"
    if packed:
        copy.parent.mkdir(exist_ok=True)
        with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as archive:
            _put(copy, collection_of(archive))
        return copy
    shutil.copyfile(path, copy)
    log = path.with_name(f"{path.name}-wal")
    if log.is_file():
        shutil.copyfile(log, copy.with_name(f"{copy.name}-wal"))
    return copy


def _put(path: Path, data: bytes) -> None:
    connection = sqlite3.connect(path)
    source = sqlite3.connect(":memory:")
    try:
        source.deserialize(data[:18] + b"\x01\x01" + data[20:])
        source.backup(connection)
    finally:
        source.close()
        connection.close()


def _notes(connection: sqlite3.Connection, lock: Lock) -> dict[int, tuple[str, bool]]:
    """The notes of the guide: the id of the card, and whether Anki marked the note as a leech."""
    ids = {note.guid: note.id for note in lock.notes.values()}
    rows = connection.execute("SELECT id, guid, tags FROM notes")
    return {
        int(note): (ids[guid], _LEECH_TAG in str(tags).lower().split())
        for note, guid, tags in rows
        if guid in ids
    }


def _statistics(
    connection: sqlite3.Connection, notes: Mapping[int, tuple[str, bool]]
) -> Iterable[CardStatistics]:
    cards: dict[int, list[tuple[int, int, int, int, str]]] = {}
    for card, note, lapses, factor, queue, data in connection.execute(
        "SELECT id, nid, lapses, factor, queue, data FROM cards"
    ):
        if note in notes:
            cards.setdefault(note, []).append((card, lapses, factor, queue, data))
    # Rows without an answer are changes by hand.
    answers = {
        card: (count, again, spent)
        for card, count, again, spent in connection.execute(
            "SELECT cid, count(), sum(ease = ?), sum(time) FROM revlog WHERE ease > 0 GROUP BY cid",
            (_AGAIN,),
        )
    }
    for note, own in cards.items():
        id_, tagged = notes[note]
        counted = [answers[card] for card, *_ in own if card in answers]
        reviews = sum(count for count, _, _ in counted)
        if not reviews:
            continue
        lapses = sum(card[1] for card in own)
        eases = [card[2] / _EASE for card in own if card[2]]
        hard = [d for card in own if (d := _difficulty(card[4])) is not None]
        yield CardStatistics(
            id_,
            reviews,
            sum(again for _, again, _ in counted),
            lapses,
            round(sum(spent for _, _, spent in counted) / reviews / _MILLISECONDS, 1),
            round(min(eases), 2) if eases else None,
            round(max(hard), 1) if hard else None,
            tagged or any(card[1] >= _LEECH_LAPSES for card in own),
            any(card[3] == -1 for card in own),
        )


def _difficulty(data: str) -> float | None:
    """What FSRS says of a card, which Anki keeps as JSON beside it."""
    try:
        value = json.loads(data or "{}").get("d")
    except (ValueError, AttributeError):
        return None
    return float(value) if isinstance(value, (int, float)) else None
