"""The deck, update by update, in the real Anki: what a learner who studied one release gets of the next.

Needs the extra `verify` (the package `anki`, AGPL, which nothing else here imports). A fresh collection in a
temporary folder imports the releases one after the other; before each update every card has been answered and
every note carries a tag of the learner's own.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from guidepress.deck.field import canonical
from guidepress.deck.packed import Package, PackedNote, read_apkg
from guidepress.diagnostics import Diagnosed, Diagnostic, Span, error

OWN_TAG = "learner-s-own"
# Columns of a card that are a learner's progress.
_PROGRESS = "type, queue, due, ivl, factor, reps, lapses, left, odue, odid, flags, data"
# Answering takes a millisecond each; past this many cards an even sample is answered.
_ANSWERED = 2000


@dataclass(frozen=True, slots=True)
class Check:
    """One thing a learner relies on: whether it held, how much of it there was, and what was wrong."""

    name: str
    count: int
    wrong: tuple[str, ...] = ()

    @property
    def held(self) -> bool:
        """Whether nothing was wrong."""
        return not self.wrong


@dataclass(frozen=True, slots=True)
class Verification:
    """The checks of one import; `file` is the release that was imported."""

    file: str
    checks: tuple[Check, ...]

    @property
    def held(self) -> bool:
        """Whether all of them held."""
        return all(check.held for check in self.checks)

    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """An error (`verify-failed`) for each check that did not hold."""
        return tuple(
            error("verify-failed", f"{check.name}: {wrong}", Span(self.file))
            for check in self.checks
            for wrong in check.wrong[:10]
        )


def verify(releases: Sequence[tuple[str, bytes]]) -> Diagnosed[tuple[Verification, ...]]:
    """Import releases (name and bytes of each .apkg, oldest first) into one fresh collection, and check each.

    A deck that cannot be read is an error (`apkg-unreadable`), a missing `anki` package too (`verify-missing`).
    Checks that fail are in the result and are not diagnostics of it.
    """
    if problem := without_anki():
        return Diagnosed(None, (problem,))
    read = [read_apkg(content, name) for name, content in releases]
    if problems := tuple(d for one in read for d in one.diagnostics):
        return Diagnosed(None, problems)
    contents = [one.value for one in read if one.value is not None]
    with tempfile.TemporaryDirectory(prefix="guidepress-verify-") as folder:
        learner = Learner(Path(folder))
        try:
            found = []
            before: Package | None = None
            for (name, content), after in zip(releases, contents, strict=True):
                found.append(Verification(name, tuple(learner.update(content, before, after))))
                before = after
        finally:
            learner.collection.close()
    return Diagnosed(tuple(found))


def without_anki() -> Diagnostic | None:
    """The problem (`verify-missing`) where the package `anki` is not installed."""
    if find_spec("anki") is not None:
        return None
    hint = "install it with `pip install guidepress[verify]`"
    return error("verify-missing", "the package `anki` is not installed", hints=(hint,))


class Learner:
    """Somebody with a collection of their own, in a folder that is thrown away."""

    def __init__(self, folder: Path) -> None:
        from anki.collection import Collection

        self._folder = folder
        self.collection: Any = Collection(str(folder / "collection.anki2"))
        # The releases that came before, merged: what this learner may have.
        self._had: dict[str, PackedNote] = {}

    def update(self, content: bytes, old: Package | None, new: Package) -> Iterable[Check]:
        """Study what is there, import a release, check it, and run Empty Cards."""
        self.study()
        progress, reviews, types = self.progress(), self.count("revlog"), self.types()
        log = self.take(content)

        yield _check(
            "nothing in conflict", len(new.notes), (note.fields[0] for note in log.conflicting)
        )
        yield self._no_clones(types, new)
        yield self._no_duplicates(new)
        yield self._fields(new)
        if old is not None:
            yield self._scheduling(progress)
            yield _check("review log kept", reviews, _unequal(reviews, self.count("revlog")))
            yield self._untouched(old, new)
        yield self._media(new)
        empty = {card for note in self._empty() for card in note.card_ids}
        yield self._cards(new, empty)
        again = self.take(content)
        yield _check(
            "nothing new on a second import",
            len(again.duplicate),
            (note.fields[0] for note in (*again.new, *again.updated, *again.conflicting)),
        )
        self.collection.remove_cards_and_orphaned_notes(list(empty))
        yield self._withdrawn(old, new)
        message, sound = self.collection.fix_integrity()
        yield _check("integrity", self.count("notes"), () if sound else (message,))
        for guid, note in new.notes.items():
            self._had[guid] = note

    def take(self, content: bytes, **options: Any) -> Any:
        """Import a package; `options` are those of Anki's dialog that are not as they stand there by default."""
        from anki.collection import ImportAnkiPackageOptions, ImportAnkiPackageRequest

        # Anki opens the file itself, so it must be closed by then; it goes with its folder.
        with tempfile.NamedTemporaryFile(dir=self._folder, suffix=".apkg", delete=False) as file:
            file.write(content)
        request = ImportAnkiPackageRequest(
            package_path=file.name, options=ImportAnkiPackageOptions(**options)
        )
        log = self.collection.import_anki_package(request).log
        self.collection.models._clear_cache()
        return log

    def study(self, most: int = _ANSWERED) -> None:
        """Answer cards (an even sample, `most` of them), and tag every note as of the day it came: later, Anki would
        keep the learner's text.
        """
        from anki.scheduler.v3 import CardAnswer

        collection = self.collection
        cards = list(collection.find_cards(""))
        for card_id in cards[:: len(cards) // most + 1]:
            card = collection.get_card(card_id)
            card.start_timer()
            states = collection._backend.get_scheduling_states(card_id)
            answer = collection.sched.build_answer(card=card, states=states, rating=CardAnswer.EASY)
            collection.sched.answer_card(answer)
        mods = self.rows("SELECT id, mod FROM notes")
        collection.tags.bulk_add(list(collection.find_notes("")), OWN_TAG)
        collection.db.executemany(
            "UPDATE notes SET mod = ? WHERE id = ?", [(m, i) for i, m in mods]
        )
        # Check Database repairs what answering left (“added last review time”), and lets SQLite read cards in another
        # order from then on, which an import has to survive.
        collection.fix_integrity()

    def _no_clones(self, before: Mapping[int, str], new: Package) -> Check:
        """No note type came but those of the release. (Anki gives one a `+` whose name is taken.)"""
        fresh = {id_: name for id_, name in self.types().items() if id_ not in before}
        clones = sorted(f"`{name}`" for id_, name in fresh.items() if id_ not in new.types)
        return _check("no second note type", len(new.types), clones)

    def _no_duplicates(self, new: Package) -> Check:
        guids = Counter(guid for (guid,) in self.rows("SELECT guid FROM notes"))
        wrong = [f"`{guid}` is there {count} times" for guid, count in guids.items() if count > 1]
        wrong += [
            f"`{note.key}` is missing" for guid, note in new.notes.items() if guid not in guids
        ]
        return _check("every note once", guids.total(), wrong)

    def _fields(self, new: Package) -> Check:
        """New and changed notes have the release's text; unchanged ones have it since they were imported."""
        stored = dict(self.rows("SELECT guid, flds FROM notes"))
        wrong = []
        for guid, note in new.notes.items():
            had = self._had.get(guid)
            if had is not None and had.mod >= note.mod:
                continue
            if stored.get(guid, "").split("\x1f") != list(note.values):
                wrong.append(f"`{note.key}` has not the text of this release")
        fresh = [n for g, n in new.notes.items() if g not in self._had or self._had[g].mod < n.mod]
        return _check("new and changed notes up to date", len(fresh), wrong)

    def _scheduling(self, before: Mapping[int, tuple[Any, ...]]) -> Check:
        after = self.progress()
        changed = [card for card, progress in before.items() if after.get(card) != progress]
        return _check("scheduling kept", len(before), (self.name(card) for card in changed))

    def _untouched(self, old: Package, new: Package) -> Check:
        """A note that did not change in this release still has the learner's own tag."""
        same = [g for g, n in new.notes.items() if g in self._had and self._had[g].mod >= n.mod]
        tagged = {
            guid
            for guid, tags in self.rows("SELECT guid, tags FROM notes")
            if OWN_TAG in tags.split()
        }
        silent = [
            f"`{n.key}` changed, but its `mod` did not rise"
            for g, n in new.notes.items()
            if g in old.notes
            and old.notes[g].mod >= n.mod
            and _content(old.notes[g]) != _content(n)
        ]
        # Withdrawn notes come back with each release once they are gone; they have no cards.
        lost = [
            f"`{new.notes[g].key}`" for g in same if g not in tagged and not new.notes[g].withdrawn
        ]
        return _check("unchanged notes untouched", len(same), (*lost, *silent))

    def _media(self, new: Package) -> Check:
        missing = set(self.collection.media.check().missing)
        present = {path.name for path in Path(self.collection.media.dir()).iterdir()}
        wrong = sorted(missing | (set(new.media) - present))
        return _check("media complete", len(new.media), (f"`{name}` is missing" for name in wrong))

    def _cards(self, new: Package, empty: set[int]) -> Check:
        """Each note has exactly the cards of the release, but for those that Empty Cards will remove."""
        stored: dict[str, list[int]] = {}
        for guid, ordinal, card in self.rows(
            "SELECT n.guid, c.ord, c.id FROM cards c JOIN notes n ON n.id = c.nid"
        ):
            if card not in empty:
                stored.setdefault(guid, []).append(ordinal)
        wrong = [
            f"`{note.key}` has {len(stored.get(guid, []))} of {len(note.cards)} cards"
            for guid, note in new.notes.items()
            if sorted(stored.get(guid, [])) != sorted(note.cards)
        ]
        return _check("every card there", sum(len(n.cards) for n in new.notes.values()), wrong)

    def _withdrawn(self, old: Package | None, new: Package) -> Check:
        gone = {guid: note for guid, note in new.notes.items() if note.withdrawn}
        with_cards = {
            guid for (guid,) in self.rows("SELECT n.guid FROM notes n JOIN cards c ON c.nid = n.id")
        }
        left = [
            f"`{note.key}` still has cards" for guid, note in gone.items() if guid in with_cards
        ]
        left += [
            f"`{note.key}` was left out of the deck and stays permanently"
            for guid, note in (old.notes if old else {}).items()
            if guid not in new.notes and not note.withdrawn
        ]
        return _check("withdrawn cards gone after Empty Cards", len(gone), left)

    def take_text(self, text: str) -> None:
        """Import a text file, as it says itself that it wants to be read."""
        from anki.collection import ImportCsvRequest

        with tempfile.NamedTemporaryFile(dir=self._folder, suffix=".txt", delete=False) as file:
            file.write(text.encode())
        metadata = self.collection.get_csv_metadata(file.name, None)
        self.collection.import_csv(ImportCsvRequest(path=file.name, metadata=metadata))
        self.collection.models._clear_cache()

    def progress(self) -> dict[int, tuple[Any, ...]]:
        """What is a learner's own of every card, by its id."""
        return {row[0]: tuple(row[1:]) for row in self.rows(f"SELECT id, {_PROGRESS} FROM cards")}

    def _empty(self) -> Sequence[Any]:
        return list(self.collection.get_empty_cards().notes)

    def types(self) -> dict[int, str]:
        """The names of the note types in the collection, by id."""
        return {t.id: t.name for t in self.collection.models.all_names_and_ids()}

    def name(self, card: int) -> str:
        """What to call a card: the id of its note in the guide."""
        found = self.rows(
            "SELECT n.guid FROM notes n JOIN cards c ON c.nid = n.id WHERE c.id = ?", card
        )
        if not found:
            return f"card {card} is gone"
        note = self._had.get(found[0][0])
        return f"`{note.key if note else found[0][0]}`"

    def count(self, table: str) -> int:
        """How many rows a table of the collection has."""
        return int(self.rows(f"SELECT count() FROM {table}")[0][0])

    def rows(self, query: str, *values: object) -> list[Any]:
        """The rows that a query gives."""
        return list(self.collection.db.all(query, *values))


def _check(name: str, count: int, wrong: Iterable[str]) -> Check:
    return Check(name, count, tuple(wrong))


def _unequal(before: int, after: int) -> tuple[str, ...]:
    return () if before == after else (f"{before} before, {after} after",)


def _content(note: PackedNote) -> list[str]:
    return [
        canonical(value)
        for name, value in zip(note.type.fields, note.values, strict=True)
        if name != "Source"
    ]
