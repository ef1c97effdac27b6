"""What a push would do: the package, what is in Anki now, and what was there before, compared field by field.

What is in Anki and never came from us is its owner's: a field they wrote, a tag, a deck they moved a card to, a
style, a note they deleted. It stays, unless the author asks for it to be replaced.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, get_args

from guidepress.deck.look import Look, look_of
from guidepress.deck.packed import Package, PackedNote, PackedType
from guidepress.push.current import KEY, CurrentNote, CurrentState
from guidepress.push.known import Known, KnownNote

# What of the owner's may be replaced, where that is asked for.
Kind = Literal["text", "tags", "decks", "look", "deleted"]
KINDS: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes of a note that is in Anki. `kept` are fields that its owner wrote; `emptied` cards of it go
    blank, until Tools > Empty Cards removes them.
    """

    note: PackedNote
    id: int
    fields: Mapping[str, str]
    add_tags: tuple[str, ...]
    remove_tags: tuple[str, ...]
    moved: tuple[int, ...]
    kept: tuple[str, ...]
    emptied: int = 0

    def __bool__(self) -> bool:
        """Whether anything is to be done."""
        return bool(self.fields or self.add_tags or self.remove_tags or self.moved)


@dataclass(frozen=True, slots=True)
class Restyling:
    """A note type by its name in Anki, and the look that it is given, or that it would be but for its owner's."""

    id: int
    name: str
    look: Look


@dataclass(frozen=True, slots=True)
class Plan:
    """All that a push does, and what it leaves alone."""

    add: tuple[PackedNote, ...] = ()
    changes: tuple[Change, ...] = ()
    # The ids of cards with those of their notes: withdrawn ones, and those that the deck no longer has.
    delete: tuple[tuple[str, int], ...] = ()
    prune: tuple[tuple[str, int], ...] = ()
    restyle: tuple[Restyling, ...] = ()
    media: tuple[str, ...] = ()
    # Withdrawn notes that their owner wrote in, notes that they deleted, note types that they styled.
    kept_withdrawn: tuple[PackedNote, ...] = ()
    left_deleted: tuple[PackedNote, ...] = ()
    kept_looks: tuple[str, ...] = ()
    strangers: int = 0
    unchanged: int = 0

    def __bool__(self) -> bool:
        """Whether there is anything to do."""
        doing = (self.add, self.delete, self.prune, self.restyle, self.media)
        return any(doing) or any(self.changes)

    @property
    def deleted(self) -> tuple[tuple[str, int], ...]:
        """All notes that go."""
        return (*self.delete, *self.prune)

    def rows(self) -> Iterator[tuple[str, str, str]]:
        """A table of it: what is done, to which card, and how."""
        for note in self.add:
            yield "add", packed_name(note), note.deck
        for change in self.changes:
            yield from _rows(change)
        for name, _ in self.delete:
            yield "delete", name, "withdrawn"
        for name, _ in self.prune:
            yield "delete", name, "no longer in the deck"
        for one in self.restyle:
            yield "look", one.name, "style and templates"
        for name in self.media:
            yield "media", name, ""
        for note in self.kept_withdrawn:
            yield "keep", packed_name(note), "withdrawn, but edited in Anki"
        for note in self.left_deleted:
            yield "leave", packed_name(note), "deleted in Anki"
        for name in self.kept_looks:
            yield "keep", name, "style or templates edited in Anki"

    def counts(self) -> Mapping[str, int]:
        """How much there is of each."""
        return {
            "added": len(self.add),
            "changed": sum(bool(change) for change in self.changes),
            "deleted": len(self.deleted),
            "restyled": len(self.restyle),
            "media": len(self.media),
            "kept": len(self.kept_withdrawn)
            + len(self.kept_looks)
            + sum(bool(change.kept) for change in self.changes),
            "left_deleted": len(self.left_deleted),
            "unchanged": self.unchanged,
            "not_in_this_deck": self.strangers,
        }


def _rows(change: Change) -> Iterator[tuple[str, str, str]]:
    name = packed_name(change.note)
    said = [*change.fields]
    said += [f"+{tag}" for tag in change.add_tags] + [f"-{tag}" for tag in change.remove_tags]
    if change.emptied:
        said.append(f"{change.emptied} for Tools > Empty Cards")
    if said:
        yield "change", name, ", ".join(said)
    if change.moved:
        yield "move", name, f"to {change.note.deck}"
    if change.kept:
        yield "keep", name, f"edited in Anki: {', '.join(change.kept)}"


def plan(
    package: Package,
    current: CurrentState,
    known: Known,
    media: Sequence[str],
    replaced: frozenset[Kind] = frozenset(),
    prune: bool = False,
) -> Plan:
    """What a push does. `media` are the names of the files in Anki, `replaced` what of the owner's is.

    With `prune`, notes go that were pushed before and that the package does not have.
    """
    return _Planner(package, current, known, frozenset(media), replaced, prune).plan()


@dataclass(slots=True)
class _Planner:
    package: Package
    current: CurrentState
    known: Known
    media: frozenset[str]
    replaced: frozenset[Kind]
    prune: bool
    add: list[PackedNote] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    delete: list[tuple[str, int]] = field(default_factory=list)
    kept: list[PackedNote] = field(default_factory=list)
    left: list[PackedNote] = field(default_factory=list)
    unchanged: int = 0

    def plan(self) -> Plan:
        for guid, note in self.package.notes.items():
            before = self.known.notes.get(guid) or KnownNote()
            now = self.current.notes.get(guid)
            if now is None:
                self._missing(note, before)
            elif note.withdrawn:
                self._withdrawn(note, now, before)
            else:
                change = self._change(note, now, before)
                if change or change.kept:
                    self.changes.append(change)
                else:
                    self.unchanged += 1
        restyle, kept_looks = self._looks()
        pruned = tuple(self._pruned()) if self.prune else ()
        return Plan(
            tuple(self.add), tuple(self.changes), tuple(sorted(self.delete)), tuple(sorted(pruned)), restyle,
            tuple(name for name in self.package.media if name not in self.media),
            tuple(self.kept), tuple(self.left), kept_looks, len(self.current.strangers) - len(pruned),
            self.unchanged,
        )  # fmt: skip

    def _missing(self, note: PackedNote, before: KnownNote) -> None:
        if note.withdrawn:
            return
        if before.pushed and "deleted" not in self.replaced:
            self.left.append(note)
        else:
            self.add.append(note)

    def _withdrawn(self, note: PackedNote, now: CurrentNote, before: KnownNote) -> None:
        """It goes, unless its owner wrote in it: what is neither ours from before nor the blank note of a release."""
        blank = all(
            _same(now.fields[name], value)
            for name, value in zip(note.type.fields, note.values, strict=True)
        )
        ours = all(before.has(name, now.fields[name]) for name in note.type.fields)
        if blank or ours or "text" in self.replaced:
            self.delete.append((packed_name(note), now.id))
        else:
            self.kept.append(note)

    def _pruned(self) -> Iterator[tuple[str, int]]:
        """Notes that were pushed, of which their owner wrote no field, and that the package does not have."""
        for note in self.current.strangers:
            before = self.known.key(key := note.fields.get(KEY, ""))
            if before is not None and all(
                before.has(name, value)
                for name, value in note.fields.items()
                if name in before.fields
            ):
                yield key, note.id

    def _change(self, note: PackedNote, now: CurrentNote, before: KnownNote) -> Change:
        fields: dict[str, str] = {}
        kept = []
        for name, value in zip(note.type.fields, note.values, strict=True):
            here = now.fields[name]
            if _same(here, value):
                continue
            if "text" in self.replaced or before.has(name, here):
                fields[name] = value
            else:
                kept.append(name)
        add, remove = self._tags(note, now, before)
        moved = () if not note.deck else tuple(
            card
            for card, deck in now.cards.items()
            if deck != note.deck and ("decks" in self.replaced or deck in before.decks)
        )  # fmt: skip
        emptied = max(0, len(now.cards) - len(note.cards)) if fields else 0
        return Change(note, now.id, fields, add, remove, moved, tuple(kept), emptied)

    def _tags(
        self, note: PackedNote, now: CurrentNote, before: KnownNote
    ) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The tags that come and go; one that its owner took off stays off, one of theirs stays on."""
        have, want = set(now.tags), set(note.tags)
        if "tags" in self.replaced:
            return tuple(sorted(want - have)), tuple(sorted(have - want))
        return (
            tuple(sorted(want - have - before.tags)),
            tuple(sorted((before.tags - want) & have)),
        )

    def _looks(self) -> tuple[tuple[Restyling, ...], tuple[str, ...]]:
        restyle, kept = [], []
        for id_, type_ in sorted(self.package.types.items()):
            here = self.current.looks.get(id_)
            new = look_of(type_)
            if here is None or here.hash == new.hash:
                continue
            name = self.current.types[id_]
            if "look" in self.replaced or here.hash in self.known.looks.get(id_, ()):
                restyle.append(Restyling(id_, name, new))
            elif _is_shipped(type_):
                kept.append(name)
        return tuple(restyle), tuple(kept)


def _is_shipped(type_: PackedType) -> bool:
    """Whether the look of a note type is ours; one that came with a deck is its owner's anyway."""
    return KEY in type_.fields


def packed_name(note: PackedNote) -> str:
    """What to call a note to its author: the id of its card, or its first words."""
    return note.get(KEY) or note.values[0][:40] or note.guid


def _same(here: str, value: str) -> bool:
    return here == value or here == unicodedata.normalize("NFC", value)
