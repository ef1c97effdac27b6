"""Any deck that Anki reads: its notes, note types, decks and media, whatever wrote it.

A package is a zip archive with a collection in one of three generations: `collection.anki2` and `collection.anki21`
(SQLite, schema 11: note types and decks as JSON) and `collection.anki21b` (zstd, schema 18: tables with Protocol
Buffers in them). An archive may hold an older one beside that only tells old programs to update.
"""

from __future__ import annotations

import io
import json
import sqlite3
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from guidepress.deck.archives import MOST, load, member
from guidepress.deck.protobuf import Message
from guidepress.diagnostics import Diagnosed, Diagnostic, Span, error

# By age; the last one that is there counts.
_COLLECTIONS = ("collection.anki2", "collection.anki21", "collection.anki21b")
_ZSTD = b"\x28\xb5\x2f\xfd"
_CLOZE = 1
_FIELD_SEPARATOR, _DECK_SEPARATOR = "\x1f", "\x1f"
# What Anki's JSON of a note type cannot be read without.
_TYPE: Mapping[str, Any] = {
    "type": 0, "mod": 0, "usn": -1, "sortf": 0, "did": None, "css": "", "latexPre": "", "latexPost": "", "req": [],
    "tags": [], "vers": [],
}  # fmt: skip
_FIELD: Mapping[str, Any] = {
    "sticky": False, "rtl": False, "font": "Arial", "size": 20, "media": []
}  # fmt: skip
_TEMPLATE: Mapping[str, Any] = {
    "bqfmt": "", "bafmt": "", "did": None, "bfont": "", "bsize": 0
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ForeignType:
    """A note type as JSON of schema 11, and what is asked of it most."""

    id: int
    name: str
    mod: int
    cloze: bool
    fields: tuple[str, ...]
    fronts: tuple[str, ...]
    backs: tuple[str, ...]
    model: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ForeignNote:
    """A note: its fields as HTML, and the full name of the deck that its first card is in."""

    id: int
    guid: str
    type: ForeignType
    mod: int
    tags: tuple[str, ...]
    values: tuple[str, ...]
    deck: str
    cards: int


@dataclass(frozen=True, slots=True)
class ForeignDeck:
    """A whole deck. `notes` are in the order in which they are due, `descriptions` by the full name of a deck.

    `media` are names; `read` gives the bytes of one.
    """

    notes: tuple[ForeignNote, ...]
    types: tuple[ForeignType, ...]
    descriptions: Mapping[str, str] = field(default_factory=dict)
    media: tuple[str, ...] = ()
    read: Callable[[str], bytes] = field(default=lambda name: b"")


def read_foreign(content: bytes, file: str) -> Diagnosed[ForeignDeck]:
    """Read an .apkg or a .colpkg from its bytes; `file` is its name for spans.

    Error: `apkg-unreadable`, for what Anki would not read either.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
        names = set(archive.namelist())
        name = next(n for n in reversed(_COLLECTIONS) if n in names)
        database = _unpacked(member(archive, name))
        members = _media(archive, modern=name == _COLLECTIONS[-1])
        notes, types, descriptions = _read(database)
    except StopIteration:
        return Diagnosed(None, (_unreadable(file, "there is no collection in this archive"),))
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError, sqlite3.Error, EOFError, OSError,
            NotImplementedError, RuntimeError, AttributeError, zlib.error) as problem:  # fmt: skip
        return Diagnosed(None, (_unreadable(file, f"Anki's collection cannot be read: {problem}"),))

    def read(wanted: str) -> bytes:
        return _unpacked(member(archive, members[wanted]))

    media = tuple(sorted(n for n, member in members.items() if member in names))
    return Diagnosed(ForeignDeck(notes, types, descriptions, media, read))


def collection_of(archive: zipfile.ZipFile) -> bytes:
    """The newest collection in an archive, unpacked. Raises ValueError where there is none."""
    names = set(archive.namelist())
    found = [name for name in _COLLECTIONS if name in names]
    if not found:
        raise ValueError("there is no collection in this archive")
    return _unpacked(member(archive, found[-1]))


def _unreadable(file: str, message: str) -> Diagnostic:
    return error("apkg-unreadable", message, Span(file), hints=("export it from Anki again",))


def _unpacked(data: bytes) -> bytes:
    """The bytes, or what they hold where they are packed with zstd. Raises ValueError where they are damaged."""
    if not data.startswith(_ZSTD):
        return data
    import zstandard

    try:
        with zstandard.ZstdDecompressor().stream_reader(io.BytesIO(data)) as stream:
            unpacked = stream.read(MOST + 1)
    except zstandard.ZstdError as problem:
        raise ValueError(str(problem)) from problem
    if len(unpacked) > MOST:
        raise ValueError("it is too large")
    return bytes(unpacked)


def _media(archive: zipfile.ZipFile, *, modern: bool) -> dict[str, str]:
    """The members of the archive by the names of media."""
    if "media" not in archive.namelist():
        return {}
    listing = _unpacked(member(archive, "media"))
    if not modern:
        return {str(name): str(member) for member, name in json.loads(listing or b"{}").items()}
    # MediaEntries: entries 1; of an entry: name 1, its member where it is not its place in the list 255.
    entries = [Message(entry) for entry in Message(listing).all(1)]
    return {e.text(1): str(e.number(255) or at) for at, e in enumerate(entries)}


def _read(
    database: bytes,
) -> tuple[tuple[ForeignNote, ...], tuple[ForeignType, ...], dict[str, str]]:
    connection = sqlite3.connect(":memory:")
    try:
        # Anki leaves a write-ahead log switched on, which there is none of in memory (SQLite, "Database File
        # Format", 1.3.3).
        load(connection, database[:18] + b"\x01\x01" + database[20:])
        # The order of names in schema 18; nothing here depends on it.
        connection.create_collation("unicase", lambda a, b: (a > b) - (a < b))
        # A text that is no UTF-8 is no reason to lose the deck.
        connection.text_factory = lambda data: data.decode("utf-8", "replace")
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
        modern = "notetypes" in tables
        types = _types_18(connection) if modern else _types_11(connection)
        decks, descriptions = _decks_18(connection) if modern else _decks_11(connection)
        notes = tuple(_notes(connection, types, decks))
    finally:
        connection.close()
    used = {note.type.id for note in notes}
    return notes, tuple(t for id_, t in sorted(types.items()) if id_ in used), descriptions


def _notes(
    connection: sqlite3.Connection, types: Mapping[int, ForeignType], decks: Mapping[int, str]
) -> Iterator[ForeignNote]:
    """The notes in the order in which new ones are due, and by age where they are not new."""
    cards: dict[int, list[int]] = {}
    # A card in a filtered deck has its own in `odid`. New cards are due by position.
    rows = connection.execute(
        "SELECT nid, CASE WHEN odid THEN odid ELSE did END FROM cards ORDER BY nid, ord"
    )
    for note, deck in rows:
        cards.setdefault(note, []).append(deck)
    due = dict(connection.execute("SELECT nid, min(due) FROM cards WHERE type = 0 GROUP BY nid"))
    found = list(connection.execute("SELECT id, guid, mid, mod, tags, flds FROM notes ORDER BY id"))
    # A note that is not new has no position any more: it stands where it was added, among those around it.
    position, order = 0, {}
    for at, row in enumerate(found):
        position = due.get(row[0], position)
        order[row[0]] = (position, at)
    for id_, guid, model, mod, tags, fields in sorted(found, key=lambda row: order[row[0]]):
        note_type = types[model]
        values = tuple(fields.split(_FIELD_SEPARATOR))
        values += ("",) * (len(note_type.fields) - len(values))
        own = cards.get(id_, [])
        yield ForeignNote(
            int(id_), str(guid), note_type, int(mod), tuple(str(tags).split()),
            values[: len(note_type.fields)], decks.get(own[0], "") if own else "", len(own),
        )  # fmt: skip


def _types_11(connection: sqlite3.Connection) -> dict[int, ForeignType]:
    (models,) = connection.execute("SELECT models FROM col").fetchone()
    return {int(id_): foreign_type({**m, "id": int(id_)}) for id_, m in json.loads(models).items()}


def foreign_type(model: Mapping[str, Any]) -> ForeignType:
    """A note type from its JSON, with what Anki wants to find in it. Raises KeyError and the like where it is none."""
    model = {
        **_TYPE,
        **model,
        "flds": [{**_FIELD, "ord": at, **f} for at, f in enumerate(model["flds"])],
        "tmpls": [{**_TEMPLATE, "ord": at, **t} for at, t in enumerate(model["tmpls"])],
    }
    fields = sorted(model["flds"], key=lambda f: f.get("ord", 0))
    templates = sorted(model["tmpls"], key=lambda t: t.get("ord", 0))
    return ForeignType(
        int(model["id"]),
        str(model["name"]),
        int(model.get("mod", 0)),
        int(model.get("type", 0)) == _CLOZE,
        tuple(str(f["name"]) for f in fields),
        tuple(str(t["qfmt"]) for t in templates),
        tuple(str(t["afmt"]) for t in templates),
        model,
    )


def _types_18(connection: sqlite3.Connection) -> dict[int, ForeignType]:
    fields: dict[int, list[dict[str, Any]]] = {}
    for type_id, name, config in connection.execute(
        "SELECT ntid, name, config FROM fields ORDER BY ntid, ord"
    ):
        known = fields.setdefault(type_id, [])
        known.append(_field_18(name, len(known), Message(config)))
    templates: dict[int, list[dict[str, Any]]] = {}
    for type_id, name, config in connection.execute(
        "SELECT ntid, name, config FROM templates ORDER BY ntid, ord"
    ):
        known = templates.setdefault(type_id, [])
        known.append(_template_18(name, len(known), Message(config)))
    types = {}
    for id_, name, mod, config in connection.execute(
        "SELECT id, name, mtime_secs, config FROM notetypes"
    ):
        message = Message(config)
        model: dict[str, Any] = {
            "id": int(id_), "name": name, "type": message.number(1), "mod": int(mod), "usn": -1,
            "sortf": message.number(2), "did": None, "css": message.text(3),
            "latexPre": message.text(5), "latexPost": message.text(6), "latexsvg": bool(message.number(7)),
            "req": [], "tags": [], "vers": [], "flds": fields.get(id_, []), "tmpls": templates.get(id_, []),
        }  # fmt: skip
        # Which of Anki's own note types it was made of: pictures with masks are known by it.
        if stock := message.number(9):
            model["originalStockKind"] = stock
        types[int(id_)] = foreign_type(model)
    return types


def _field_18(name: str, at: int, config: Message) -> dict[str, Any]:
    made: dict[str, Any] = {
        "name": name, "ord": at, "sticky": bool(config.number(1)), "rtl": bool(config.number(2)),
        "font": config.text(3) or "Arial", "size": config.number(4) or 20, "description": config.text(5),
        "plainText": bool(config.number(6)), "collapsed": bool(config.number(7)),
        "excludeFromSearch": bool(config.number(8)), "media": [],
    }  # fmt: skip
    if id_ := _signed(config.number(9)):
        made["id"] = id_
    if tag := config.number(10):
        made["tag"] = tag
    if config.number(11):
        made["preventDeletion"] = True
    return made


def _template_18(name: str, at: int, config: Message) -> dict[str, Any]:
    made: dict[str, Any] = {
        "name": name, "ord": at, "qfmt": config.text(1), "afmt": config.text(2),
        "bqfmt": config.text(3), "bafmt": config.text(4), "did": None, "bfont": config.text(6),
        "bsize": config.number(7),
    }  # fmt: skip
    if id_ := _signed(config.number(8)):
        made["id"] = id_
    return made


def _signed(number: int) -> int:
    return number - (1 << 64) if number >> 63 else number


def _decks_11(connection: sqlite3.Connection) -> tuple[dict[int, str], dict[str, str]]:
    (decks,) = connection.execute("SELECT decks FROM col").fetchone()
    found = {int(id_): deck for id_, deck in json.loads(decks).items()}
    names = {id_: str(deck["name"]) for id_, deck in found.items()}
    described = {str(deck["name"]): str(deck.get("desc") or "") for deck in found.values()}
    return names, {name: text for name, text in described.items() if text}


def _decks_18(connection: sqlite3.Connection) -> tuple[dict[int, str], dict[str, str]]:
    names, described = {}, {}
    for id_, name, kind in connection.execute("SELECT id, name, kind FROM decks"):
        names[int(id_)] = name.replace(_DECK_SEPARATOR, "::")
        # KindContainer: normal 1; of that: description 4.
        if text := Message(Message(kind).data(1)).text(4):
            described[names[int(id_)]] = text
    return names, described
