"""The lock that a released deck carries, and what can be read from its notes where it carries none.

Every deck holds the deck.lock of its edition as a member of its archive, which Anki passes over. Of a deck that was
made before decks did so, the notes hold nearly all: what they cannot is named in a warning.
"""

from __future__ import annotations

import html
import io
import json
import re
import zipfile
import zlib
from collections.abc import Iterable, Mapping, Sequence

from guidepress.card_kinds import NoteKind
from guidepress.content import Content, Element, Gap, Image, Node
from guidepress.content.html import read
from guidepress.deck import cloze
from guidepress.deck.archives import member
from guidepress.deck.field import field_of
from guidepress.deck.identity import day_offset, deck_id
from guidepress.deck.languages import ROOT
from guidepress.deck.lock import CARRIED, MAIN, DeckLock, Lock, NoteLock, TypeLock, read_lock
from guidepress.deck.note_types import NAMES, schema_of, style_of
from guidepress.deck.notes import content_hash, title
from guidepress.deck.packed import Package, PackedNote, PackedType, read_apkg
from guidepress.deck.subdecks import chapter_place
from guidepress.diagnostics import Diagnosed, Diagnostic, Span, error, warning

_DAY = 24 * 3600
_MILLISECONDS = 1000
# Tags that follow from where a card stands; all others below the guide's own are the author's.
_DERIVED = ("chapter", "stage", "skill", "kind", "from", "language")
_GAP = re.compile(r"\{\{c(\d+)::(.*?)(?:::(?:(?!\{\{).)*?)?\}\}", re.DOTALL)
_COMMENT = re.compile("<!--.*?-->", re.DOTALL)
# The order in which the values of a note are hashed.
_HASHED = ("Front", "Back", "Text", "Extra", "Hint", "AddReverse", "Typed", "CardKey")
_UNKNOWN = "unknown"


def lock_of_decks(
    decks: Sequence[tuple[str, bytes]],
    guide: str,
    places: Iterable[str] = (),
    now: Lock | None = None,
) -> Diagnosed[Lock]:
    """The deck.lock of a guide, from released decks: one for each of its editions, the last release of each.

    `decks` are names and bytes, `guide` the guide's id, `places` those that its book has (as the lock names them).
    A card that was given another id since counts under that: the one that `now` has for its GUID, else the last deck's.
    Errors: `apkg-unreadable`, those of `read_lock`, `lock-guide` (a deck of another guide). Warning: `lock-partly`,
    for a deck that carries no lock.
    """
    problems: list[Diagnostic] = []
    locks: list[Lock] = []
    for name, content in decks:
        found = _carried(content, name)
        if found.value is None and not found.diagnostics:
            found = _from_notes(content, name, guide, places)
        problems += found.diagnostics
        if found.value is None:
            continue
        if found.value.guide != guide:
            problems.append(_other_guide(found.value.guide, guide, name))
            continue
        locks.append(found.value)
    if not locks or any(d.code != "lock-partly" for d in problems):
        return Diagnosed(None, tuple(problems))
    # As git would merge the locks of several branches.
    known = [*locks, now] if now is not None else locks
    names = {note.guid: id_ for lock in known for id_, note in lock.notes.items()}
    merged = read_lock("".join(lock.called(names).text() for lock in locks))
    return Diagnosed(merged.value, (*problems, *merged.diagnostics))


def edition_of(content: bytes, name: str) -> str | None:
    """The edition that a deck is of, as its lock calls it; None where it does not say."""
    lock = _carried(content, name).value
    editions = {edition for edition, _ in lock.types} if lock is not None else set()
    return editions.pop() if len(editions) == 1 else None


def of_one_edition(decks: Sequence[tuple[str, bytes]]) -> list[tuple[str, bytes]]:
    """The decks, by name and bytes, that a learner of the last of them may have had: those of its edition.

    What says of no edition counts as any.
    """
    editions = [edition_of(content, name) for name, content in decks]
    last = editions[-1]
    return [
        deck
        for deck, edition in zip(decks, editions, strict=True)
        if None in (edition, last) or edition == last
    ]


def _carried(content: bytes, name: str) -> Diagnosed[Lock]:
    """The lock in a deck's archive; neither value nor problem where there is none."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if CARRIED not in archive.namelist():
                return Diagnosed(None)
            written = member(archive, CARRIED)
    except (
        zipfile.BadZipFile,
        zlib.error,
        OSError,
        ValueError,
        EOFError,
        NotImplementedError,
        RuntimeError,
    ):
        return Diagnosed(None)
    return read_lock(written.decode("utf-8", "replace"), f"{name}/{CARRIED}")


def _other_guide(found: str, guide: str, name: str) -> Diagnostic:
    return error(
        "lock-guide",
        f"this deck belongs to the guide `{found}`, but this one's id is `{guide}`",
        Span(name),
        hints=("give a deck of this guide, or put its `id` back into guide.yaml",),
    )


def _from_notes(content: bytes, name: str, guide: str, places: Iterable[str]) -> Diagnosed[Lock]:
    read = read_apkg(content, name)
    if read.value is None:
        return Diagnosed(None, read.diagnostics)
    package = read.value
    kinds = {id_: kind for id_, t in package.types.items() if (kind := _kind(t)) is not None}
    notes = [note for note in package.notes.values() if note.type.id in kinds and note.key]
    found = next((_guide_of(note) for note in notes if _guide_of(note)), "")
    if not notes or not found:
        return Diagnosed(None, (_no_lock(name),))
    if found != guide:
        return Diagnosed(Lock(found, 0))
    known = {deck_id(guide, place): place for place in (ROOT, *places)}
    for note in notes:
        for place in map(chapter_place, _tagged(note, guide, "chapter")):
            known.setdefault(deck_id(guide, place), place)
    entries = {note.key: _entry(note, kinds[note.type.id], guide, known) for note in notes}
    types: dict[tuple[str, str], TypeLock] = {
        (MAIN, kind): _type(package.types[id_], kind) for id_, kind in kinds.items()
    }
    mods = [*(n.mod for n in entries.values()), *(t.mod for t in types.values())]
    lock = Lock(guide, max(mods) // _DAY * _DAY, types, _decks(package, known), entries)
    gone = sum(note.withdrawn for note in notes)
    return Diagnosed(lock, (_partly(name, gone, set(package.places) - set(known)),))


def _no_lock(name: str) -> Diagnostic:
    message = "this deck carries no lock, and no note of it is of a guide"
    return error("apkg-unreadable", message, Span(name),
                 hints=("give an .apkg that `guidepress build` wrote",))  # fmt: skip


def _partly(name: str, gone: int, unknown: set[int]) -> Diagnostic:
    lacks = ["the numbers of gaps that were taken out of a sentence"]
    if gone:
        lacks.append(f"the decks of {gone} withdrawn cards")
    if unknown:
        lacks.append(f"which part or chapter {len(unknown)} decks belong to")
    return warning(
        "lock-partly",
        f"this deck was made before decks carried their lock; it does not say {', '.join(lacks)}",
        Span(name),
        hints=("restore deck.lock from git if it is there; else compare with `guidepress diff`",),
    )


def _kind(t: PackedType) -> NoteKind | None:
    """The kind of one of our note types, by its fields, the names of spares apart."""
    for kind, names in NAMES.items():
        if t.fields[: names.index("CardKey") + 1] == names[: names.index("CardKey") + 1]:
            return kind
    return None


def _guide_of(note: PackedNote) -> str:
    return note.tags[0].partition("::")[0] if note.tags and "::" in note.tags[0] else ""


def _tagged(note: PackedNote, guide: str, branch: str) -> list[str]:
    start = f"{guide}::{branch}::"
    return [tag.removeprefix(start) for tag in note.tags if tag.startswith(start)]


def _authored(note: PackedNote, guide: str) -> list[str]:
    names = (tag.removeprefix(f"{guide}::") for tag in note.tags)
    return sorted(name for name in names if name.partition("::")[0] not in _DERIVED)


def _entry(note: PackedNote, kind: NoteKind, guide: str, known: Mapping[int, str]) -> NoteLock:
    # The id of a note is the day it came out and an offset of its own; see `press`.
    since = (note.id - day_offset(note.guid)) // (_DAY * _MILLISECONDS) * _DAY
    fields = dict(zip(note.type.fields, note.values, strict=True))
    if note.withdrawn:
        words = html.unescape(note.values[0])
        return NoteLock(
            note.key, kind, note.guid, _UNKNOWN, note.mod, since, "withdrawn", ROOT, words
        )
    hashed = {name: fields[name] for name in _HASHED if name in fields}
    front = _content(note.values[0])
    clozes: tuple[str | None, ...] = ()
    if kind == "cloze":
        front, clozes = _gaps(note.values[0])
    return NoteLock(
        note.key, kind, note.guid, content_hash(kind, hashed, _authored(note, guide)), note.mod,
        since, "active", known.get(note.place, ROOT), title(front), clozes,
    )  # fmt: skip


def _gaps(written: str) -> tuple[Content, tuple[str | None, ...]]:
    """The text of a cloze note without Anki's syntax, and what each number hides."""

    def mark(match: re.Match[str]) -> str:
        return f'<mark class="cloze" data-cloze="{match[1]}">{match[2]}</mark>'

    marked = written
    while (once := _GAP.sub(mark, marked)) != marked:
        marked = once
    content = _content(_COMMENT.sub("", marked))
    hidden = {gap.number: gap.text for gap in cloze.parse(field_of(content, {}).tokens).gaps}
    return content, tuple(hidden.get(n) for n in range(1, max(hidden, default=0) + 1))


def _content(field: str) -> Content:
    return Content(read(field, _node))


def _node(
    name: str, own: dict[str, str], children: tuple[Node, ...], line: int
) -> tuple[Element, ...]:
    """The node of an element of a field; gaps are marks, as `_gaps` wrote them."""
    if name == "img":
        return (Image(name, own, span=Span("")),)
    if name == "mark" and own.get("class") == "cloze":
        return (Gap(name, {}, children, number=int(own["data-cloze"])),)
    return (Element(name, own, children, line),)


def _type(t: PackedType, kind: NoteKind) -> TypeLock:
    model = json.loads(t.json)
    return TypeLock(t.id, schema_of(kind, model), style_of(model), t.mod)


def _decks(package: Package, known: Mapping[int, str]) -> dict[tuple[str, str], DeckLock]:
    decks = {}
    for id_, name in package.places.items():
        if (place := known.get(id_)) is not None:
            last = name.rpartition("::")[2]
            decks[MAIN, place] = DeckLock("" if place == ROOT else last.partition(" ")[0], name)
    return decks
