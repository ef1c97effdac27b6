"""What is in an .apkg that guidepress made: read back for `diff`, `verify` and the update file."""

from __future__ import annotations

import io
import json
import sqlite3
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass

from guidepress.deck.archives import load, member
from guidepress.deck.generation import is_empty_field
from guidepress.diagnostics import Diagnosed, Diagnostic, Span, error

COLLECTION = "collection.anki2"
# The deck that every collection has.
_DEFAULT = 1


@dataclass(frozen=True, slots=True)
class PackedType:
    """A note type of a package: its name, `mod`, the ids and names of its fields, and all of its JSON."""

    id: int
    name: str
    mod: int
    fields: tuple[str, ...]
    json: str


@dataclass(frozen=True, slots=True)
class PackedNote:
    """A note of a package; `cards` are the ordinals of its cards, `deck` the name and `place` the id of the deck they
    are in: the id stays where a deck is renamed. `id` is Anki's own, the moment it was added in milliseconds.
    """

    guid: str
    type: PackedType
    mod: int
    tags: tuple[str, ...]
    values: tuple[str, ...]
    cards: tuple[int, ...]
    deck: str
    place: int
    id: int = 0

    def get(self, field: str) -> str:
        """The value of a field; empty if its type has none of that name."""
        names = self.type.fields
        return self.values[names.index(field)] if field in names else ""

    @property
    def key(self) -> str:
        """The id of the card in the guide; the GUID of a note in a note type that was brought in."""
        return self.get("CardKey") or self.guid

    @property
    def withdrawn(self) -> bool:
        """Whether this is the tombstone of a withdrawn card."""
        return not is_empty_field(self.get("Withdrawn")) or not any(self.values)


@dataclass(frozen=True, slots=True)
class Package:
    """A package: its notes in order, by GUID; its note types by id; names of its decks with cards, of all its
    decks by id, and of its media.
    """

    notes: Mapping[str, PackedNote]
    types: Mapping[int, PackedType]
    decks: tuple[str, ...]
    places: Mapping[int, str]
    media: tuple[str, ...]


def read_apkg(content: bytes, file: str = "deck.apkg") -> Diagnosed[Package]:
    """Read a package from its bytes; `file` is its name for spans.

    What is no package of this kind is an error (`apkg-unreadable`), such as one that Anki itself exported.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            database = member(archive, COLLECTION)
            if "collection.anki21b" in archive.namelist():
                return Diagnosed(None, (_unreadable(file, "Anki itself exported this deck"),))
            media = json.loads(member(archive, "media"))
        return Diagnosed(_read(database, tuple(sorted(media.values()))))
    except (zipfile.BadZipFile, LookupError, ValueError, TypeError, AttributeError, sqlite3.Error, EOFError,
            NotImplementedError, RuntimeError, OSError, zlib.error):  # fmt: skip
        return Diagnosed(None, (_unreadable(file, "this is no deck of guidepress"),))


def _unreadable(file: str, message: str) -> Diagnostic:
    hint = "give an .apkg that `guidepress build` wrote"
    return error("apkg-unreadable", message, Span(file), hints=(hint,))


def _read(database: bytes, media: tuple[str, ...]) -> Package:
    connection = sqlite3.connect(":memory:")
    try:
        load(connection, database)
        models, decks = connection.execute("SELECT models, decks FROM col").fetchone()
        types = {
            int(id_): PackedType(
                int(id_),
                model["name"],
                model["mod"],
                tuple(field["name"] for field in model["flds"]),
                json.dumps({k: v for k, v in model.items() if k != "mod"}, sort_keys=True),
            )
            for id_, model in json.loads(models).items()
        }
        names = {int(id_): deck["name"] for id_, deck in json.loads(decks).items()}
        cards: dict[int, list[tuple[int, int]]] = {}
        for note, ordinal, deck in connection.execute(
            "SELECT nid, ord, did FROM cards ORDER BY due, id"
        ):
            cards.setdefault(note, []).append((ordinal, deck))
        # The order of the book is the order in which the cards are due; withdrawn notes have none.
        order = {note: position for position, note in enumerate(cards)}
        rows = connection.execute("SELECT id, guid, mid, mod, tags, flds FROM notes ORDER BY id")
        notes = {}
        for id_, guid, model, mod, tags, fields in sorted(
            rows, key=lambda row: order.get(row[0], len(order))
        ):
            own = cards.get(id_, [])
            values = tuple(fields.split("\x1f"))
            if len(values) != len(types[model].fields):
                raise ValueError("a note has fewer or more fields than its type")
            notes[guid] = PackedNote(
                guid,
                types[model],
                mod,
                tuple(tags.split()),
                values,
                tuple(ordinal for ordinal, _ in own),
                names.get(own[0][1], "") if own else "",
                own[0][1] if own else 0,
                id_,
            )
    finally:
        connection.close()
    used = {note.deck for note in notes.values()}
    names.pop(_DEFAULT, None)
    return Package(notes, types, tuple(n for n in names.values() if n in used), names, media)
