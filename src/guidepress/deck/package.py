"""An .apkg, the same bytes on every run and machine.

The tables, the decks' and the note types' JSON are genanki's; its writer is not used, because it
stamps the time of day, leaves a temporary database behind, and reads and writes all decks again for
each deck.
"""

from __future__ import annotations

import errno
import json
import shutil
import sqlite3
import tempfile
import unicodedata
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import IO, Any, Final

from msgspec import Struct

from guidepress import scratch

# Anki's usn of what was never synchronised.
_NEVER_SYNCED = -1
# Where SQLite's header says which version of the library wrote the file (SQLite, "Database File
# Format", 1.3.22); the four bytes before say after which change, and depend on nothing else.
_VERSION_BYTES = (96, 100)
# The first moment that a zip file can hold.
_ZIP_DATE = (1980, 1, 1, 0, 0, 0)
# Of a temporary file, and of its members; nothing here writes files of a project.
_WRITE: Final = "w"
_BATCH = 1000
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class DeckRow:
    """A deck: its id, full name and description, and the id of its options; those of all decks are 1."""

    id: int
    name: str
    description: str = ""
    options: int = 1


class NoteRow(Struct, gc=False):
    """A note and the ordinals of its cards; `id` is what Anki shows as the time it was added, in milliseconds, `fields`
    are the values, apart by U+001F.
    """

    id: int
    guid: str
    model: int
    mod: int
    tags: tuple[str, ...]
    fields: str
    deck: int
    due: int
    cards: Sequence[int]


def package(
    target: Path,
    decks: Iterable[DeckRow],
    models: Mapping[int, Mapping[str, Any]],
    notes: Iterable[NoteRow],
    media: Mapping[str, bytes],
    beside: Mapping[str, Callable[[], Path]] | None = None,
    options: Mapping[int, Mapping[str, Any]] | None = None,
) -> None:
    """Pack a deck into a file. `models` are note types as JSON by id, `media` files by name. The id of a card is its
    note's and its ordinal. `beside` are files for members of the archive that Anki passes over, which are asked for
    once the notes are written; `options` are presets of deck options as JSON by id.

    Note ids must be unique, ascending, and leave room for the ids of their cards. Raises OSError, as on a full disk.
    """
    names = sorted(unicodedata.normalize("NFC", name) for name in media)
    listing = {str(i): name for i, name in enumerate(names)}
    with (
        tempfile.TemporaryDirectory(prefix="deck-", dir=scratch.folder()) as folder,
        zipfile.ZipFile(target, _WRITE, zipfile.ZIP_STORED) as archive,
    ):
        database = Path(folder) / "collection.anki2"
        _write_database(database, decks, models, notes, options or {})
        with _entry(archive, database.name, database.stat().st_size) as entry:
            for chunk in _chunks(database):
                entry.write(chunk)
        _add(archive, "media", json.dumps(listing, ensure_ascii=False).encode())
        for i, name in listing.items():
            _add(archive, i, media[name])
        for name, made in sorted((beside or {}).items()):
            _copy(archive, name, made())


def _entry(archive: zipfile.ZipFile, name: str, size: int) -> IO[bytes]:
    entry = zipfile.ZipInfo(name, _ZIP_DATE)
    entry.create_system = 3  # Unix, wherever this runs
    entry.external_attr = 0o644 << 16
    entry.file_size = size
    return archive.open(entry, _WRITE)


def _add(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    with _entry(archive, name, len(content)) as entry:
        entry.write(content)


def _copy(archive: zipfile.ZipFile, name: str, path: Path) -> None:
    with (
        path.open("rb") as file,
        _entry(archive, name, path.stat().st_size) as entry,
    ):
        shutil.copyfileobj(file, entry)


def _chunks(database: Path) -> Iterator[bytes]:
    """The file of a database, without the version of the library that wrote it."""
    start, end = _VERSION_BYTES
    with database.open("rb") as file:
        yield file.read(start)
        yield bytes(len(file.read(end - start)))
        while chunk := file.read(_CHUNK):
            yield chunk


def without_version(database: bytes) -> bytes:
    """A database without the version of the library that wrote it."""
    start, end = _VERSION_BYTES
    return database[:start] + bytes(end - start) + database[end:]


def _write_database(
    path: Path,
    decks: Iterable[DeckRow],
    models: Mapping[int, Mapping[str, Any]],
    notes: Iterable[NoteRow],
    options: Mapping[int, Mapping[str, Any]],
) -> None:
    """Raises OSError, as on a full disk."""
    # In a file of its own and not in memory, where the database of a large deck would weigh as much as all else.
    connection = sqlite3.connect(path)
    try:
        connection.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF")
        cursor = connection.cursor()
        _write(cursor, decks, models, notes)
        _write_options(cursor, options)
        connection.commit()
    except sqlite3.OperationalError as problem:
        full = problem.sqlite_errorcode == sqlite3.SQLITE_FULL
        raise OSError(errno.ENOSPC if full else errno.EIO, str(problem), str(path)) from problem
    finally:
        connection.close()


def _write(
    cursor: sqlite3.Cursor,
    decks: Iterable[DeckRow],
    models: Mapping[int, Mapping[str, Any]],
    notes: Iterable[NoteRow],
) -> None:
    # Not above: a handbook asks for the deck's news, and need not load what writes decks.
    import genanki
    from genanki.apkg_col import APKG_COL
    from genanki.apkg_schema import APKG_SCHEMA

    statements = [statement.strip() for statement in APKG_SCHEMA.split(";")]
    indexes = [
        statement for statement in statements if statement.upper().startswith("CREATE INDEX")
    ]
    cursor.executescript(";".join(s for s in statements if s not in indexes))
    cursor.executescript(APKG_COL)
    (written,) = cursor.execute("SELECT decks FROM col").fetchone()
    all_decks = json.loads(written)
    for deck in decks:
        made = genanki.Deck(deck.id, deck.name, deck.description).to_json()
        all_decks[str(deck.id)] = made if deck.options == 1 else {**made, "conf": deck.options}
    cursor.execute(
        "UPDATE col SET decks = ?, models = ?",
        (
            json.dumps(all_decks, ensure_ascii=False),
            json.dumps({str(id_): model for id_, model in models.items()}, ensure_ascii=False),
        ),
    )
    # Some at a time, so that rows of notes and of cards do not pile up.
    remaining = iter(notes)
    while batch := list(islice(remaining, _BATCH)):
        # The checksum stays 0: Anki computes it when it imports.
        cursor.executemany(
            f"INSERT INTO notes VALUES (?, ?, ?, ?, {_NEVER_SYNCED}, ?, ?, ?, 0, 0, '')",
            [
                (
                    n.id, n.guid, n.model, n.mod, _tags(n.tags), n.fields,
                    n.fields.partition("\x1f")[0],
                )
                for n in batch
            ],
        )  # fmt: skip
        cursor.executemany(
            f"INSERT INTO cards VALUES (?, ?, ?, ?, ?, {_NEVER_SYNCED}, 0, 0, ?, 0, 0, 0, 0, 0, 0, 0, 0, '')",
            [
                (n.id + ordinal, n.id, n.deck, ordinal, n.mod, n.due)
                for n in batch
                for ordinal in n.cards
            ],
        )
    # Of what is there already: rows come in an order that is not the indexes', and one by one they would be slower.
    cursor.executescript(";".join(indexes))


def _write_options(cursor: sqlite3.Cursor, options: Mapping[int, Mapping[str, Any]]) -> None:
    if options:
        (written,) = cursor.execute("SELECT dconf FROM col").fetchone()
        known = {**json.loads(written), **{str(id_): one for id_, one in options.items()}}
        cursor.execute("UPDATE col SET dconf = ?", (json.dumps(known, ensure_ascii=False),))


# Most notes of a chapter have the same tags.
@lru_cache(maxsize=1024)
def _tags(tags: tuple[str, ...]) -> str:
    """Tags as Anki keeps them."""
    return f" {' '.join(tags)} " if tags else ""
