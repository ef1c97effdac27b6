"""What a collection had from us before: so what is in it now and is not that, its owner wrote.

A record of what was pushed lies among the media of the collection itself, so that it goes where the collection goes;
its name begins with `_`, which Anki's Check Media leaves alone. Decks that learners imported by hand are known from
`releases/`.
"""

from __future__ import annotations

import base64
import hashlib
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Literal

import msgspec

from guidepress.deck.look import look_of
from guidepress.deck.packed import Package
from guidepress.push.ankiconnect import AnkiConnect


class RecordedNote(msgspec.Struct, frozen=True):
    """A note as it was pushed: the id of its card, hashes of its fields by name, its tags, its deck."""

    key: str
    fields: dict[str, str]
    tags: tuple[str, ...]
    deck: str


class Record(msgspec.Struct, frozen=True):
    """What was pushed into a collection: notes by GUID, hashes of looks by the id of a note type, locked cards."""

    notes: dict[str, RecordedNote] = {}
    looks: dict[int, str] = {}
    # The cards that were suspended until their stage opens.
    locked: tuple[int, ...] = ()
    format: Literal[1] = 1


def fingerprint(value: str) -> str:
    """A hash of a field; Anki keeps text in NFC."""
    return hashlib.sha256(unicodedata.normalize("NFC", value).encode()).hexdigest()[:16]


@dataclass(slots=True)
class KnownNote:
    """What a note was: the hashes of each of its fields, its tags, its decks; whether it was pushed into this
    collection.
    """

    fields: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    tags: set[str] = field(default_factory=set)
    decks: set[str] = field(default_factory=set)
    pushed: bool = False

    def has(self, name: str, value: str) -> bool:
        """Whether a field once had this value from us."""
        return fingerprint(value) in self.fields.get(name, ())


@dataclass(slots=True)
class Known:
    """All of it: notes by GUID, hashes of looks by the id of a note type. `record` is that of the collection."""

    notes: dict[str, KnownNote] = field(default_factory=dict)
    looks: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    record: Record = field(default_factory=Record)

    def key(self, key: str) -> KnownNote | None:
        """What was pushed of a card with this id."""
        guids = (guid for guid, one in self.record.notes.items() if key and one.key == key)
        return self.notes.get(next(guids, ""))

    def note(self, guid: str) -> KnownNote:
        """What is known of a note."""
        return self.notes.setdefault(guid, KnownNote())


def read_known(anki: AnkiConnect, package: Package, releases: Iterable[Package]) -> Known:
    """What was pushed into the collection before, and what was released. Raises AnkiError."""
    known = Known()
    for release in releases:
        _add(known, release)
    content = anki.call("retrieveMediaFile", filename=record_name(package))
    known.record = _decoded(content) if content else Record()
    for guid, one in known.record.notes.items():
        note = known.note(guid)
        note.pushed = True
        for name, hashed in one.fields.items():
            note.fields[name].add(hashed)
        note.tags.update(one.tags)
        note.decks.add(one.deck)
    for id_, look in known.record.looks.items():
        known.looks[id_].add(look)
    return known


def record_name(package: Package) -> str:
    """The name of the record among the media: one for each guide, whose note types have ids of their own."""
    return f"_guidepress-{min(package.types, default=0)}.json"


def write_record(
    anki: AnkiConnect,
    package: Package,
    known: Known,
    but: Collection[str],
    looks_but: Collection[int],
    locked: tuple[int, ...],
) -> None:
    """Note that the collection has this package now; what it has of others stays noted. Raises AnkiError.

    Of the notes `but` (GUIDs) and the note types `looks_but`, which Anki did not take, what was noted stays.
    `locked` are the cards that are suspended until their stage opens.
    """
    notes = dict(known.record.notes)
    for guid, note in package.notes.items():
        if guid in but:
            continue
        if note.withdrawn:
            notes.pop(guid, None)
            continue
        fields = dict(zip(note.type.fields, map(fingerprint, note.values), strict=True))
        notes[guid] = RecordedNote(note.key, fields, note.tags, note.deck)
    looks = {
        id_: look_of(type_).hash for id_, type_ in package.types.items() if id_ not in looks_but
    }
    record = Record(notes, {**known.record.looks, **looks}, locked)
    if record == known.record:
        return
    data = base64.b64encode(msgspec.json.encode(record)).decode()
    anki.call("storeMediaFile", filename=record_name(package), data=data)


def _add(known: Known, release: Package) -> None:
    for guid, packed in release.notes.items():
        note = known.note(guid)
        for name, value in zip(packed.type.fields, packed.values, strict=True):
            note.fields[name].add(fingerprint(value))
        note.tags.update(packed.tags)
        if packed.deck:
            note.decks.add(packed.deck)
    for id_, type_ in release.types.items():
        known.looks[id_].add(look_of(type_).hash)


def _decoded(content: str) -> Record:
    """The record, empty where something else has its name: then nothing is known, and so nothing is replaced."""
    try:
        return msgspec.json.decode(base64.b64decode(content), type=Record)
    except ValueError:
        return Record()
