"""What is new since the lock: which notes, note types and decks changed, and their `mod`.

Anki takes over a note only if its `mod` is later than the one it has, and then replaces all of it,
with the learner's own tags. So `mod` rises exactly for what changed: to one more than before, or to
the day of the release if that is later. Nothing here reads a clock; the same book and lock give the
same result, and giving the new lock back in gives it again.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace

from msgspec import Struct
from msgspec.structs import replace as changed

from guidepress.book.model import Book
from guidepress.card_kinds import NoteKind
from guidepress.deck.adopted import adopted_types
from guidepress.deck.identity import note_guid, short_hash
from guidepress.deck.languages import ROOT
from guidepress.deck.lock import AS_IT_IS, MAIN, AdoptedLock, DeckLock, Lock, NoteLock, TypeLock
from guidepress.deck.note_types import NoteType
from guidepress.deck.notes import Note, tombstone
from guidepress.deck.occlusion import occlusion_type_id
from guidepress.deck.subdecks import chapter_place
from guidepress.diagnostics import Diagnostic, Related, Severity, error, warning

_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Changes:
    """Ids of cards by what happened to them since the lock; a card may be both changed and moved."""

    new: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    withdrawn: tuple[str, ...] = ()
    restored: tuple[str, ...] = ()
    moved: tuple[str, ...] = ()


class Identified(Struct, frozen=True, gc=False):
    """A note with what the lock says of it."""

    note: Note
    guid: str
    mod: int
    since: int
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class Revision:
    """The notes of a deck in order (withdrawn ones last), the lock to write, and what changed.

    `notes` may be emptied by whoever writes them: of a large deck they are most of the memory.
    """

    notes: list[Identified]
    lock: Lock
    changes: Changes
    diagnostics: tuple[Diagnostic, ...]


def news(lock: Lock, left_out: Collection[str] = ()) -> Changes:
    """What the latest release of a lock brought: the cards whose `since` or `mod` is not before it.

    `left_out` are ids of cards that the edition does not have. Of an edition the lock is the one `seen_by` it.

    A first release brings nothing new. The result depends on the lock alone, so that release notes stay the same
    however often a release is built.
    """
    found: dict[str, list[str]] = defaultdict(list)
    others = frozenset(left_out)
    own = [note for note in lock.notes.values() if note.id not in others]
    before = any(note.since < lock.released for note in own)
    for note in own if before else ():
        if note.mod < lock.released:
            continue
        fresh = note.since >= lock.released
        if note.status == "withdrawn":
            # One that came and went between two releases is no news to anybody.
            if not fresh:
                found["withdrawn"].append(note.id)
        else:
            found["new" if fresh else "changed"].append(note.id)
    return Changes(**{name: tuple(sorted(ids)) for name, ids in found.items()})


def revise(
    book: Book,
    notes: Sequence[Note],
    lock: Lock,
    types: Mapping[str, NoteType],
    decks: Mapping[str, DeckLock],
    *,
    released: int,
    edition: str,
    release: bool = False,
    adopted: Mapping[int, AdoptedLock] | None = None,
    left_out: Collection[str] | None = None,
) -> Revision:
    """Compare the notes of a book with the lock.

    `released` is the moment of this release, `edition` the key under which note types and decks are kept, `adopted` the
    note types for the next lock that are not ours, where they are not the lock's; `left_out` are the cards that this
    deck does not have and others do, where they are not those of the book alone. Errors: `lock-guide`,
    `deck-schema-drift`, `card-kind-changed`, `card-id-missing` (a warning unless `release`). Warnings: `deck-renamed`,
    `card-moved`, `card-id-changed`, `deck-date-old` (in a release).
    """
    released = max(released, lock.released)
    others = book.left_out if left_out is None else left_out
    comparison = _Comparison(book, lock, released, edition, frozenset(others))
    for note in notes:
        comparison.add(note)
    comparison.withdraw()
    happened = comparison.happened
    old_decks = {place: deck for (name, place), deck in lock.decks.items() if name == edition}
    problems: list[Diagnostic] = []
    if lock.guide not in ("", book.id):
        problems.append(_other_guide(book, lock))
    problems += _drift(types, lock, edition)
    problems += _without_id(notes, release)
    problems += comparison.problems
    had = comparison.had
    used = {note.place for note in had.values() if note.status == "active"}
    problems += _renamed(book, old_decks, decks, used)
    problems += _moved(comparison.moves, old_decks, decks)
    gone = {(n.kind, n.title): n.id for n in map(had.__getitem__, happened["withdrawn"])}
    if gone:
        fresh = frozenset(happened["new"])
        problems += _new_id((n for n in notes if n.id in fresh), gone)
    if release and happened["changed"] and released <= lock.released:
        problems.append(_old_date(len(happened["changed"])))
    changes = Changes(**{name: tuple(ids) for name, ids in happened.items()})
    new_lock = _next_lock(book, lock, types, decks, comparison, released, edition)
    if adopted is not None:
        new_lock = replace(new_lock, adopted=adopted)
    if lock.notes and new_lock.format > lock.format:
        problems.append(_later_format(new_lock.format))
    return Revision(comparison.identified, new_lock, changes, tuple(problems))


class _Comparison:
    """The notes of a book beside those of its lock.

    `had` are the notes of the lock as the edition has them, `entries` the next lock's and `variants` those that are
    others in this edition, `happened` holds the ids of cards by what `Changes` calls it, `moves` the notes by
    the places they moved from and to.
    """

    def __init__(
        self, book: Book, lock: Lock, released: int, edition: str, others: Set[str]
    ) -> None:
        self._edition = edition
        self._others = others
        self.had = lock.seen_by(edition).notes
        self.variants = {k: n for k, n in lock.variants.items() if k[0] == edition}
        self._book = book
        self._lock = lock
        self._released = released
        self._adopted = adopted_types(lock)
        self._masked = occlusion_type_id(book.id)
        # Notes that the book has and cannot be the ones they were.
        self._refused: set[str] = set()
        self.identified: list[Identified] = []
        self.entries: dict[str, NoteLock] = {}
        self.happened: dict[str, list[str]] = defaultdict(list)
        self.moves: dict[tuple[str, str], list[Note]] = defaultdict(list)
        self.problems: list[Diagnostic] = []

    def add(self, note: Note) -> None:
        """Identify a note that the book has."""
        if not note.id:
            guid = _draft_guid(self._book, note)
            self.identified.append(Identified(note, guid, self._released, self._released))
            return
        old = self.had.get(note.id)
        if old is not None and (
            old.kind != note.kind
            or (old.type != note.type and self._masked in (old.type, note.type))
        ):
            self.problems.append(_other_kind(note, old))
            self._refused.add(note.id)
            return
        entry = _entry(self._book, note, old, self._released)
        if old is None:
            self.happened["new"].append(note.id)
        elif old.status == "withdrawn":
            self.happened["restored"].append(note.id)
        elif entry.mod != old.mod:
            self.happened["changed"].append(note.id)
        if old is not None and old.place != note.place:
            self.happened["moved"].append(note.id)
            self.moves[old.place, note.place].append(note)
        self._keep(entry, varies=note.varies)
        self.identified.append(Identified(note, entry.guid, entry.mod, entry.since))

    def _keep(self, entry: NoteLock, *, varies: bool) -> None:
        """Put an entry into the next lock: beside the guide's own, where it is another in this edition."""
        name, shared = entry.id, self._lock.notes.get(entry.id)
        key = (self._edition, name)
        if self._edition == MAIN or shared is None or not (varies or key in self.variants):
            self.entries[name] = entry
            return
        self.entries[name] = shared
        if key in self.variants or entry != shared:
            self.variants[key] = entry

    def withdraw(self) -> None:
        """Put tombstones in the place of the notes that the book no longer has.

        Cards that other editions have stay as they are.
        """
        others = self._others
        for name, old in sorted(self.had.items()):
            if name in self.entries or name in self._refused:
                continue
            if name in others:
                self.entries[name] = self._lock.notes[name]
                continue
            entry = old
            if old.status == "active":
                entry = changed(old, status="withdrawn", mod=max(old.mod + 1, self._released))
                self.happened["withdrawn"].append(old.id)
            self.entries[name] = self._withdrawn(name, entry)
            adopted = self._adopted.get(entry.type)
            stone = adopted.tombstone(entry) if adopted else tombstone(entry, self._book.id)
            self.identified.append(Identified(stone, entry.guid, entry.mod, entry.since, True))

    def _withdrawn(self, name: str, entry: NoteLock) -> NoteLock:
        """The guide's own entry of a card that is withdrawn; that of the edition goes beside it."""
        if (self._edition, name) not in self.variants:
            return entry
        self.variants[self._edition, name] = entry
        shared = self._lock.notes[name]
        if shared.status == "withdrawn":
            return shared
        return changed(shared, status="withdrawn", mod=max(shared.mod + 1, self._released))


def _next_lock(
    book: Book,
    lock: Lock,
    types: Mapping[str, NoteType],
    decks: Mapping[str, DeckLock],
    comparison: _Comparison,
    released: int,
    edition: str,
) -> Lock:
    """The lock to write: note types and decks of other editions stay as they are."""
    own_types = {
        (edition, kind): _type(new, lock.types.get((edition, kind)), released)
        for kind, new in types.items()
    }
    others = {key: deck for key, deck in lock.decks.items() if key[0] != edition}
    own_decks = {(edition, place): deck for place, deck in decks.items()}
    return Lock(
        guide=book.id,
        released=released,
        types={**lock.types, **own_types},
        decks={**others, **own_decks},
        notes=comparison.entries,
        adopted=lock.adopted,
        tags=lock.tags,
        variants={
            **{key: n for key, n in lock.variants.items() if key[0] != edition},
            **comparison.variants,
        },
    )


def _entry(book: Book, note: Note, old: NoteLock | None, released: int) -> NoteLock:
    guid, mod, since = note_guid(book.id, note.id), released, released
    if old is not None:
        same = old.status == "active" and old.hash in (note.hash, note.former, AS_IT_IS)
        guid, since = old.guid, old.since
        mod = old.mod if same else max(old.mod + 1, released)
    return NoteLock(
        note.id,
        note.kind,
        guid,
        note.hash,
        mod,
        since,
        "active",
        note.place,
        note.title,
        note.clozes,
        note.gone,
        old.type if old is not None else note.type,
    )


def _type(new: NoteType, old: TypeLock | None, released: int) -> TypeLock:
    if old is not None and old.style == new.style:
        return old
    mod = released if old is None else max(old.mod + 1, released)
    return TypeLock(new.id, new.schema, new.style, mod)


def _draft_guid(book: Book, note: Note) -> str:
    """A card without an id is known by its words: edited, it is another card."""
    return note_guid(book.id, f"draft {short_hash(note.kind, note.title)}")


def _other_guide(book: Book, lock: Lock) -> Diagnostic:
    return error(
        "lock-guide",
        f"deck.lock belongs to the guide `{lock.guide}`, but this one's id is `{book.id}`:"
        " every learner would get a second copy of every card",
        hints=(
            f"put `id: {lock.guide}` back into guide.yaml, or empty deck.lock to start a new deck",
        ),
    )


def _drift(types: Mapping[str, NoteType], lock: Lock, edition: str) -> Iterable[Diagnostic]:
    for kind, note_type in types.items():
        old = lock.types.get((edition, kind))
        if old is not None and old.schema != note_type.schema:
            yield error(
                "deck-schema-drift",
                f"the fields or templates of the note type `{note_type.name}` are not those that were released:"
                " Anki would give learners a second note type, and their notes would no longer update",
                hints=("build with the guidepress that the lock was written with",),
            )


def _later_format(number: int) -> Diagnostic:
    remembers = {
        2: "remembers gaps that were taken out",
        3: "has cards that differ by edition",
        4: "is of a deck of several languages",
    }[number]
    return Diagnostic(
        "lock-migrated",
        Severity.NOTE,
        f"deck.lock is kept in format {number} from now on, which {remembers}: everybody who"
        " builds this guide needs this guidepress or a later one",
    )


def _old_date(changed: int) -> Diagnostic:
    return warning(
        "deck-date-old",
        f"{changed} cards changed, but the `date` in guide.yaml is still that of the last release: Anki keeps"
        " the old text of a card for whoever edited or tagged it since that date",
        hints=("set `date` to the day of this release",),
    )


def _without_id(notes: Iterable[Note], release: bool) -> Iterable[Diagnostic]:
    report = error if release else warning
    for note in notes:
        if not note.id:
            yield report(
                "card-id-missing",
                "this card has no id: once its words change, learners get it as another card and lose their progress",
                note.span,
                hints=("`guidepress check --fix` writes ids into the source",),
            )


def _other_kind(note: Note, old: NoteLock) -> Diagnostic:
    became = (
        f"was released as a {old.kind} card and is a {note.kind} card now"
        if old.kind != note.kind
        else "hid parts of a text or of a picture when it was released, and does the other now"
    )
    return error(
        "card-kind-changed",
        f"the card `{note.id}` {became}: Anki cannot turn one into the other and would never update it again",
        note.span,
        hints=("give it a new id: the old card is withdrawn, the new one starts afresh",),
    )


def _new_id(
    notes: Iterable[Note], gone: Mapping[tuple[NoteKind, str], str]
) -> Iterable[Diagnostic]:
    for note in notes:
        old = gone.get((note.kind, note.title))
        if old and note.title:
            yield warning(
                "card-id-changed",
                f"the card `{note.id}` reads as `{old}` did, which is gone: learners get it as another card and"
                " lose the progress they made on that one",
                note.span,
                hints=(f"give it its id back: `id: {old}`",),
            )


def _renamed(
    book: Book, old: Mapping[str, DeckLock], new: Mapping[str, DeckLock], used: Set[str]
) -> Iterable[Diagnostic]:
    spans = {chapter_place(chapter.id): chapter.span for chapter in book.chapters()}
    held = [f"{old[place].name}::" for place in used if place in old]
    for place, deck in new.items():
        before = old.get(place)
        if before is None or before.name == deck.name:
            continue
        if not any(name.startswith(f"{before.name}::") for name in held):
            continue  # nobody has a card in it
        # A deck below a renamed one is renamed with it, and one warning is enough.
        above_old, _, own_old = before.name.rpartition("::")
        above_new, _, own_new = deck.name.rpartition("::")
        moved_along = own_old == own_new and any(
            o.name == above_old and p in new and new[p].name == above_new for p, o in old.items()
        )
        if moved_along:
            continue
        what = "the deck" if place == ROOT else "a subdeck"
        yield warning(
            "deck-renamed",
            f"{what} is renamed from “{before.name}” to “{deck.name}”; Anki matches decks by name: learners"
            " keep the cards they have under the old name, and cards that are new arrive under the new one",
            spans.get(place),
            hints=(
                f"to keep the name, write `{_pin(place, own_old or before.name)}`",
                f"else tell learners to rename “{before.name}” to “{deck.name}” in Anki before they import this"
                " release",
            ),
        )


def _pin(place: str, name: str) -> str:
    """What the author writes into guide.yaml so that a deck keeps its name."""
    written = json.dumps(name, ensure_ascii=False)
    if place == ROOT:
        return f"name: {written}` under `deck:` of `products"
    kind, _, id_ = place.partition(":")
    return f"deck: {written}` at the {kind} `{id_}"


def _moved(
    moves: Mapping[tuple[str, str], Sequence[Note]],
    old: Mapping[str, DeckLock],
    new: Mapping[str, DeckLock],
) -> Iterable[Diagnostic]:
    for (source, target), notes in moves.items():
        before = old[source].name if source in old else source
        after = new[target].name if target in new else target
        first, *others = notes
        cards = f"the card `{first.id}`" + (f" and {len(others)} more" if others else "")
        yield warning(
            "card-moved",
            f"{cards} moved: learners who have it keep it in “{before}”, new learners find it in “{after}”",
            first.span,
            related=[Related(n.span, f"`{n.id}`") for n in others[:_SHOWN] if n.span],
        )
