"""Two releases of a deck compared: what is new, changed, withdrawn, moved, and what a learner gets to see of it."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from guidepress.content.html import read
from guidepress.content.marks import folded
from guidepress.content.walk import line
from guidepress.deck.field import canonical
from guidepress.deck.lock import MAIN, Lock, read_lock
from guidepress.deck.packed import Package, PackedNote, read_apkg
from guidepress.diagnostics import Diagnosed, Span, error

# Fields that are no part of a card's content, or say the same as another line of the comparison.
_SILENT = frozenset(("Source", "CardKey", "Withdrawn", "AddReverse"))
_ZIP = b"PK"
_GAP = re.compile(r"\{\{c(\d+)::|\}\}")
_COMMENT = re.compile(r"<!--.*?-->")
_PICTURE = re.compile(r"<img\b[^>]*\bsrc=\"([^\"]*)\"[^>]*>")


@dataclass(frozen=True, slots=True)
class Seen:
    """A card as either an .apkg or a lock records it; a lock has no `words`, and a title of its first words only."""

    id: str
    guid: str
    mod: int
    hash: str
    withdrawn: bool
    place: str
    title: str
    cards: int
    words: Mapping[str, str]
    pictures: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A release: its cards by GUID; the names of its decks by place; for each note type `mod` and look."""

    cards: Mapping[str, Seen]
    decks: Mapping[str, str]
    types: Mapping[str, tuple[int, str]]


@dataclass(frozen=True, slots=True)
class Edit:
    """The words of one field, old and new."""

    field: str
    old: str
    new: str

    def marked(self) -> str:
        """Both in one line, word by word: `kept [-old-] {+new+} kept`."""
        return " ".join(_marked(self.old.split(), self.new.split()))


@dataclass(frozen=True, slots=True)
class Change:
    """A card that changed: the fields that did (none where only locks are compared), its cards before and after.

    `late` says that `mod` did not rise, so that no learner will get the change; `pictured` that it shows a picture that
    it did not show before.
    """

    card: Seen
    edits: tuple[Edit, ...]
    cards: tuple[int, int]
    late: bool
    pictured: bool = False


@dataclass(frozen=True, slots=True)
class Difference:
    """What lies between two releases. `lost` are cards that went without a tombstone; `looks` note types."""

    new: tuple[Seen, ...] = ()
    changed: tuple[Change, ...] = ()
    withdrawn: tuple[Seen, ...] = ()
    restored: tuple[Seen, ...] = ()
    lost: tuple[Seen, ...] = ()
    moved: tuple[tuple[Seen, str, str], ...] = ()
    renamed: tuple[tuple[str, str], ...] = ()
    looks: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Whether there is any difference."""
        return any(getattr(self, name) for name in self.__slots__)

    def as_dict(self) -> dict[str, object]:
        """For machines: ids, and the words where they are known."""
        return {
            "new": [card.id for card in self.new],
            "changed": [
                {
                    "id": change.card.id,
                    "fields": {e.field: {"old": e.old, "new": e.new} for e in change.edits},
                    "cards": list(change.cards),
                    "reaches_learners": not change.late,
                }
                for change in self.changed
            ],
            "withdrawn": [card.id for card in self.withdrawn],
            "restored": [card.id for card in self.restored],
            "lost": [card.id for card in self.lost],
            "moved": [{"id": c.id, "from": old, "to": new} for c, old, new in self.moved],
            "renamed": [{"from": old, "to": new} for old, new in self.renamed],
            "looks": list(self.looks),
        }

    def lines(self) -> Iterator[str]:
        """For people: a heading for each kind of difference with what learners see of it, then the cards."""
        yield from _group("new", "come as new cards", self.new)
        if self.changed:
            yield f"{len(self.changed)} changed: learners get the new text and keep their progress"
            for change in self.changed:
                yield from _change(change)
        consequence = "go blank, until Tools > Empty Cards removes them"
        yield from _group("withdrawn", consequence, self.withdrawn)
        yield from _group("restored", "come back", self.restored)
        yield from _group(
            "lost", "stay as they are permanently: no tombstone tells Anki to blank them", self.lost
        )
        if self.moved:
            yield f"{len(self.moved)} moved: learners who have them keep them in the old deck"
            for card, old, new in self.moved:
                yield f"  {card.id}: {old} -> {new}"
        if self.renamed:
            yield f"{len(self.renamed)} decks renamed: cards stay under the old name, new ones come under the new"
            for old, new in self.renamed:
                yield f"  {old} -> {new}"
        if self.looks:
            yield f"new look of {', '.join(self.looks)}: it replaces a learner's own styling"


def release_notes(difference: Difference) -> Iterator[str]:
    """What learners should know of a release, as lines of Markdown: what it brings, and how to take it."""
    yield "## What is new"
    yield ""
    for count, singular, plural in (
        (len(difference.new) + len(difference.restored), "new card", "new cards"),
        (len(difference.changed), "card changed", "cards changed"),
        (len(difference.withdrawn), "card withdrawn", "cards withdrawn"),
    ):
        if count:
            yield f"- {count} {singular if count == 1 else plural}"
    if not difference:
        yield "- nothing"
    yield ""
    yield "## Before you import it"
    yield ""
    for old, new in difference.renamed:
        yield f"- Rename the deck “{old}” to “{new}”; else your cards stay under the old name."
    yield from _ADVICE_BEFORE
    if difference.changed:
        yield _ADVICE_TAGS
        if pictured := [c.card.id for c in difference.changed if c.pictured]:
            yield _ADVICE_PICTURES + ", ".join(f"`{name}`" for name in pictured)
    yield ""
    yield "## After you have imported it"
    yield ""
    if difference.withdrawn or any(c.cards[1] < c.cards[0] for c in difference.changed):
        yield "- Tools > Empty Cards removes what was withdrawn."
    if difference.moved:
        count = len(difference.moved)
        moved = "1 card has" if count == 1 else f"{count} cards have"
        yield f"- {moved} moved to another deck. Yours stay where they are."
    yield "- Tools > Check Media removes pictures that no card shows any more."


_ADVICE_BEFORE = (
    "- If you added fields to the note types, tick “Merge note types” in the dialog of the import, each time."
    " If there are note types with a “+” after their names already, it brings them together again.",
)
_ADVICE_TAGS = (
    "- A card that changed loses your own tags. To keep them, import twice: `deck.apkg` with “Update notes: Never”,"
    " then `deck-update.txt`."
)
_ADVICE_PICTURES = "  The new pictures of these cards come without “Never” only: "


def compare_files(
    old: bytes, new: bytes, old_file: str = "old", new_file: str = "new"
) -> Diagnosed[Difference]:
    """Compare two files, both an .apkg or both a deck.lock; the errors are those of reading them.

    One of each is an error (`diff-mixed`): a lock has hashes where a package has words.
    """
    if old.startswith(_ZIP) != new.startswith(_ZIP):
        message = "a deck can only be compared with a deck, and a lock with a lock"
        return Diagnosed(None, (error("diff-mixed", message, Span(new_file)),))
    before, after = _read(old, old_file), _read(new, new_file)
    problems = (*before.diagnostics, *after.diagnostics)
    if before.value is None or after.value is None:
        return Diagnosed(None, problems)
    return Diagnosed(compare(before.value, after.value), problems)


def _read(content: bytes, file: str) -> Diagnosed[Snapshot]:
    if content.startswith(_ZIP):
        packed = read_apkg(content, file)
        snapshot = None if packed.value is None else of_package(packed.value)
        return Diagnosed(snapshot, packed.diagnostics)
    lock = read_lock(content.decode("utf-8", "replace"), file)
    return Diagnosed(None if lock.value is None else of_lock(lock.value), lock.diagnostics)


def of_package(package: Package) -> Snapshot:
    """The release that a package is."""
    return Snapshot(
        {guid: _seen(note) for guid, note in package.notes.items()},
        {str(id_): name for id_, name in package.places.items()},
        {t.name: (t.mod, t.json) for t in package.types.values()},
    )


def of_lock(lock: Lock, edition: str = MAIN) -> Snapshot:
    """The release that a lock is of."""
    return Snapshot(
        {
            note.guid: Seen(
                note.id, note.guid, note.mod, note.hash, note.status == "withdrawn", note.place,
                note.title, len([text for text in note.clozes if text is not None]), {},
            )
            for note in lock.notes.values()
        },
        {place: deck.name for (name, place), deck in lock.decks.items() if name == edition},
        {kind: (t.mod, t.style) for (name, kind), t in lock.types.items() if name == edition},
    )  # fmt: skip


def compare(old: Snapshot, new: Snapshot) -> Difference:
    """What changed from one release to a later one, in the order of the later one."""
    added: list[Seen] = []
    changed: list[Change] = []
    withdrawn: list[Seen] = []
    restored: list[Seen] = []
    moved: list[tuple[Seen, str, str]] = []
    for guid, card in new.cards.items():
        before = old.cards.get(guid)
        if before is None or before.withdrawn:
            if not card.withdrawn:
                (added if before is None else restored).append(card)
            continue
        if card.withdrawn:
            withdrawn.append(before)
            continue
        if change := _changed(before, card):
            changed.append(change)
        if before.place != card.place:
            moved.append((card, _deck(before, old), _deck(card, new)))
    lost = [c for guid, c in old.cards.items() if guid not in new.cards and not c.withdrawn]
    renamed = {
        name: new.decks[place]
        for place, name in old.decks.items()
        if new.decks.get(place, name) != name
    }
    renamed = {o: n for o, n in renamed.items() if not _renamed_along(o, n, renamed)}
    looks = [
        name for name, look in new.types.items() if name in old.types and old.types[name] != look
    ]
    return Difference(
        tuple(added), tuple(changed), tuple(withdrawn), tuple(restored), tuple(lost), tuple(moved),
        tuple(renamed.items()), tuple(looks),
    )  # fmt: skip


def _renamed_along(old: str, new: str, renamed: Mapping[str, str]) -> bool:
    """Whether a deck has its new name only because one above it has."""
    return any(
        old.startswith(f"{above}::") and new == target + old.removeprefix(above)
        for above, target in renamed.items()
    )


def _seen(note: PackedNote) -> Seen:
    words = {
        name: _words(value, name)
        for name, value in zip(note.type.fields, note.values, strict=True)
        if value and name not in _SILENT
    }
    words["Tags"] = " ".join(note.tags)
    content = "\x1f".join(
        canonical(value)
        for name, value in zip(note.type.fields, note.values, strict=True)
        if name != "Source"
    )
    return Seen(
        note.key, note.guid, note.mod, content, note.withdrawn, str(note.place),
        _words(note.values[0], note.type.fields[0]), len(note.cards), words,
        tuple(name for value in note.values for name in _PICTURE.findall(value)),
    )  # fmt: skip


def _words(value: str, field: str) -> str:
    """A field in words: gaps as `[1: hidden]`, pictures by their names."""
    if field == "Text":
        # First of all: comments keep apart the braces that end no gap.
        value = _GAP.sub(lambda m: f"[{m[1]}: " if m[1] else "]", value)
    value = _COMMENT.sub("", value)
    named = _PICTURE.sub(lambda m: f" {m[1]} ", value)
    return line(read(named), lambda element: "footnote-ref" in element.classes)


def _deck(card: Seen, release: Snapshot) -> str:
    return release.decks.get(card.place, card.place)


def _changed(old: Seen, new: Seen) -> Change | None:
    if old.hash == new.hash and old.mod == new.mod:
        return None
    fields = dict.fromkeys((*old.words, *new.words))
    if new.mod <= old.mod:
        fields.pop("Tags", None)  # tags that follow chapters and stages change without the card
    edits = tuple(
        Edit(name, old.words.get(name, ""), new.words.get(name, ""))
        for name in fields
        if folded(old.words.get(name, "")) != folded(new.words.get(name, ""))
    )
    pictured = bool(set(new.pictures) - set(old.pictures))
    return Change(new, edits, (old.cards, new.cards), new.mod <= old.mod, pictured)


def _group(name: str, consequence: str, cards: Sequence[Seen]) -> Iterator[str]:
    if cards:
        yield f"{len(cards)} {name}: {consequence}"
        for card in cards:
            yield f"  {card.id}: {card.title}"


def _change(change: Change) -> Iterator[str]:
    yield f"  {change.card.id}: {change.card.title}"
    for edit in change.edits:
        yield f"    {edit.field}: {edit.marked()}"
    before, after = change.cards
    if change.card.words and not change.edits and before == after:
        yield "    the words are the same; markup, or white space in code, is not"
    if after > before:
        yield f"    cards more: {after - before}"
    elif after < before:
        yield f"    cards that go blank, until Tools > Empty Cards removes them: {before - after}"
    if change.late:
        yield "    its `mod` did not rise: no learner will get this"


def _marked(old: Sequence[str], new: Sequence[str]) -> Iterable[str]:
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind == "equal":
            yield from old[a:b]
            continue
        if b > a:
            yield f"[-{' '.join(old[a:b])}-]"
        if d > c:
            yield f"{{+{' '.join(new[c:d])}+}}"
