"""An .apkg as bytes, the same on every run and machine.

The tables, the decks' and the note types' JSON are genanki's; its writer is not used, because it
stamps the time of day, leaves a temporary database behind, and reads and writes all decks again for
each deck.
"""

from __future__ import annotations

import io
import json
import sqlite3
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import genanki
from genanki.apkg_col import APKG_COL
from genanki.apkg_schema import APKG_SCHEMA

# Anki's usn of what was never synchronised.
_NEVER_SYNCED = -1
# Where SQLite's header says which version of the library wrote the file (SQLite, "Database File
# Format", 1.3.22); the four bytes before say after which change, and depend on nothing else.
_VERSION_BYTES = (96, 100)
# The first moment that a zip file can hold.
_ZIP_DATE = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class DeckRow:
    """A deck: its id, full name and description."""

    id: int
    name: str
    description: str = ""


class NoteRow(NamedTuple):
    """A note and the ordinals of its cards; `id` is what Anki shows as the time it was added, in milliseconds."""

    id: int
    guid: str
    model: int
    mod: int
    tags: Sequence[str]
    fields: Sequence[str]
    deck: int
    due: int
    cards: Sequence[int]


def package(
    decks: Iterable[DeckRow],
    models: Mapping[int, Mapping[str, Any]],
    notes: Iterable[NoteRow],
    media: Mapping[str, bytes],
) -> bytes:
    """Pack a deck. `models` are note types as JSON by id, `media` files by name. Card ids follow their note's.

    Note ids must be unique and leave room for their cards' ids (an id a card).
    """
    connection = sqlite3.connect(":memory:")
    try:
        _write(connection.cursor(), decks, models, notes)
        connection.commit()
        database = memoryview(connection.serialize())
    finally:
        connection.close()
    names = sorted(unicodedata.normalize("NFC", name) for name in media)
    listing = {str(i): name for i, name in enumerate(names)}
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        start, end = _VERSION_BYTES
        _add(archive, "collection.anki2", database[:start], bytes(end - start), database[end:])
        _add(archive, "media", json.dumps(listing, ensure_ascii=False).encode())
        for i, name in listing.items():
            _add(archive, i, media[name])
    del database
    return packed.getvalue()


def _add(archive: zipfile.ZipFile, name: str, *content: bytes | memoryview) -> None:
    entry = zipfile.ZipInfo(name, _ZIP_DATE)
    entry.create_system = 3  # Unix, wherever this runs
    entry.external_attr = 0o644 << 16
    entry.file_size = sum(map(len, content))
    with archive.open(entry, "w") as file:
        for part in content:
            file.write(part)


def _write(
    cursor: sqlite3.Cursor,
    decks: Iterable[DeckRow],
    models: Mapping[int, Mapping[str, Any]],
    notes: Iterable[NoteRow],
) -> None:
    cursor.executescript(APKG_SCHEMA)
    cursor.executescript(APKG_COL)
    (written,) = cursor.execute("SELECT decks FROM col").fetchone()
    all_decks = json.loads(written)
    for deck in decks:
        all_decks[str(deck.id)] = genanki.Deck(deck.id, deck.name, deck.description).to_json()
    cursor.execute(
        "UPDATE col SET decks = ?, models = ?",
        (
            json.dumps(all_decks, ensure_ascii=False),
            json.dumps({str(id_): model for id_, model in models.items()}, ensure_ascii=False),
        ),
    )
    cards: list[tuple[int, ...]] = []
    cursor.executemany(
        "INSERT INTO notes VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, 0, '')", _note_rows(notes, cards)
    )
    cursor.executemany(
        "INSERT INTO cards VALUES (?, ?, ?, ?, ?, ?, 0, 0, ?, 0, 0, 0, 0, 0, 0, 0, 0, '')", cards
    )


def _note_rows(
    notes: Iterable[NoteRow], cards: list[tuple[int, ...]]
) -> Iterator[tuple[object, ...]]:
    """The rows of the notes one by one; those of their cards are put by in `cards`."""
    for note in notes:
        tags = f" {' '.join(note.tags)} " if note.tags else ""
        # The checksum stays 0: Anki computes it when it imports.
        fields = "\x1f".join(note.fields)
        yield note.id, note.guid, note.model, note.mod, _NEVER_SYNCED, tags, fields, note.fields[0]
        for i, ordinal in enumerate(note.cards):
            cards.append(
                (note.id + i, note.id, note.deck, ordinal, note.mod, _NEVER_SYNCED, note.due)
            )
