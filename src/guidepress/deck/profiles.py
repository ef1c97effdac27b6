"""What learners do to a deck between two releases, each played in the real Anki and checked by itself.

A profile is a fresh collection that has the earlier release, with cards answered and a tag of the learner's own on
every note. The learner changes something, imports the later release in one way or another, and must not lose anything.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from guidepress.deck.packed import Package, PackedNote, read_apkg
from guidepress.deck.update_file import update_text
from guidepress.deck.verify import OWN_TAG, Check, Learner, Verification, without_anki
from guidepress.diagnostics import Diagnosed

# Anki's enum of when an import replaces what is there.
_ALWAYS, _NEVER = 1, 2
# So many cards are answered, and so many notes edited: enough to see a loss, and little time in a large deck.
_SAMPLE = 200
_FIELD, _OWN_TEXT, _OWN_DECK = "My notes", "what the learner wrote", "A deck of my own"
_STEPS = tuple[Mapping[str, Any], ...]


class _Scene:
    """A learner of an earlier release who takes a later one; `wrong` is what they lost."""

    def __init__(self, learner: Learner, old: Package, new: Package) -> None:
        self.learner = learner
        self.collection = learner.collection
        self.old = old
        self.new = new
        self.wrong: list[str] = []
        self.had = learner.types()
        # The notes that are up to date once this release is imported, and those that stay as they were.
        self.fresh = [n for g, n in new.notes.items() if g not in old.notes or _newer(n, old)]
        self.same = [n for g, n in new.notes.items() if g in old.notes and not _newer(n, old)]

    def fields(self) -> dict[str, list[str]]:
        """The fields of every note, by GUID."""
        rows = self.learner.rows("SELECT guid, flds FROM notes")
        return {guid: fields.split("\x1f") for guid, fields in rows}

    def expect(self, holds: bool, wrong: str) -> None:
        """Note what is wrong, unless it holds."""
        if not holds:
            self.wrong.append(wrong)

    def expect_texts(self, notes: Iterable[PackedNote]) -> None:
        """These notes have the text of their release; fields of the learner's own may follow."""
        stored = self.fields()
        for note in notes:
            found = stored.get(note.guid, [])[: len(note.values)]
            self.expect(found == list(note.values), f"`{note.key}` has not the text it should have")

    def expect_tags(self, notes: Iterable[PackedNote]) -> None:
        """These notes have the learner's own tag."""
        rows = self.learner.rows("SELECT guid, tags FROM notes")
        tags = {guid: written.split() for guid, written in rows}
        for note in notes:
            kept = OWN_TAG in tags.get(note.guid, ())
            self.expect(kept, f"`{note.key}` lost the learner's own tag")

    def expect_one_type_each(self) -> None:
        """No note type was cloned."""
        for id_, name in sorted(self.learner.types().items()):
            known = id_ in self.had or id_ in self.new.types
            self.expect(known, f"there is a second note type `{name}`")

    def types(self) -> list[Any]:
        """The guide's note types, as they are in the collection."""
        found = (self.collection.models.get(id_) for id_ in sorted(self.old.types))
        return [model for model in found if model is not None]

    def sample(self, query: str) -> list[Any]:
        """The ids that a query gives, not too many."""
        found = [row[0] for row in self.learner.rows(query)]
        return found[:: len(found) // _SAMPLE + 1]

    def keeping_mods(self, change: Callable[[], None]) -> None:
        """Change notes as on the day they came: what a learner writes later, no import replaces."""
        mods = self.learner.rows("SELECT mod, id FROM notes")
        change()
        self.collection.db.executemany("UPDATE notes SET mod = ? WHERE id = ?", mods)


def _newer(note: PackedNote, old: Package) -> bool:
    return old.notes[note.guid].mod < note.mod


@dataclass(frozen=True, slots=True)
class Profile:
    """A kind of learner: what they did before the release, how they import it, what they then rely on.

    `imports` are the options of Anki's dialog for each import, where they are not the default; of all but the last
    it is not asked whether anything was in conflict. `text` is whether deck-update.txt follows.
    """

    name: str
    prepare: Callable[[_Scene], None]
    check: Callable[[_Scene], None]
    imports: _STEPS = ({},)
    text: bool = False


def profiles(old: tuple[str, bytes], new: tuple[str, bytes]) -> Diagnosed[Verification]:
    """Play every profile from one release to the next (name and bytes of each .apkg); one check a profile.

    Errors as `verify` has them. Checks that fail are in the result and are not diagnostics of it.
    """
    if problem := without_anki():
        return Diagnosed(None, (problem,))
    read = [read_apkg(content, name) for name, content in (old, new)]
    before, after = (one.value for one in read)
    if before is None or after is None:
        return Diagnosed(None, tuple(d for one in read for d in one.diagnostics))
    checks = []
    for profile in PROFILES:
        with tempfile.TemporaryDirectory(prefix="guidepress-verify-") as folder:
            learner = Learner(Path(folder))
            try:
                learner.take(old[1])
                scene = _Scene(learner, before, after)
                _play(profile, scene, new[1])
            finally:
                learner.collection.close()
        checks.append(Check(profile.name, len(after.notes), tuple(scene.wrong)))
    return Diagnosed(Verification(new[0], tuple(checks)))


def _play(profile: Profile, scene: _Scene, package: bytes) -> None:
    learner = scene.learner
    learner.study(_SAMPLE)
    profile.prepare(scene)
    progress, reviews = learner.progress(), learner.count("revlog")
    for options in profile.imports:
        log = learner.take(package, **options)
    for note in log.conflicting:
        scene.expect(False, f"in conflict: {note.fields[0]}")
    if profile.text:
        learner.take_text(update_text(scene.new, _released(scene)))
    scene.expect_one_type_each()
    after = learner.progress()
    for card, known in progress.items():
        scene.expect(after.get(card) == known, f"{learner.name(card)} lost its progress")
    scene.expect(learner.count("revlog") == reviews, "reviews are missing")
    guids = [guid for (guid,) in learner.rows("SELECT guid FROM notes")]
    scene.expect(len(set(guids)) == len(guids), "a note is there twice")
    profile.check(scene)
    message, sound = learner.collection.fix_integrity()
    scene.expect(sound, message)


def _released(scene: _Scene) -> int:
    """The moment from which on withdrawn notes are of this release."""
    return max((note.mod for note in scene.old.notes.values()), default=0) + 1


def _nothing(scene: _Scene) -> None:
    pass


def _up_to_date(scene: _Scene) -> None:
    scene.expect_texts(scene.fresh)
    scene.expect_tags(note for note in scene.same if not note.withdrawn)


def _add_field(scene: _Scene) -> None:
    def change() -> None:
        models = scene.collection.models
        for model in scene.types():
            models.add_field(model, models.new_field(_FIELD))
            models.update_dict(model)
        notes = [scene.collection.get_note(i) for i in scene.sample("SELECT id FROM notes")]
        for note in notes:
            note[_FIELD] = _OWN_TEXT
        scene.collection.update_notes(notes)

    scene.keeping_mods(change)


def _own_field_kept(scene: _Scene) -> None:
    _up_to_date(scene)
    stored = scene.fields()
    same = {note.guid for note in scene.same}
    had = [fields for guid, fields in stored.items() if guid in same]
    lost = bool(had) and not any(_OWN_TEXT in fields for fields in had)
    scene.expect(not lost, "what the learner wrote into a field of their own is lost")


def _edit_style(scene: _Scene) -> None:
    for model in scene.types():
        model["css"] += "\n.card { font-size: 3em; }"
        scene.collection.models.update_dict(model)


def _move_cards(scene: _Scene) -> None:
    deck = scene.collection.decks.id(_OWN_DECK)
    scene.collection.set_deck(list(scene.collection.find_cards("")), deck)


def _stay_moved(scene: _Scene) -> None:
    _up_to_date(scene)
    deck = scene.collection.decks.id(_OWN_DECK)
    had = set(scene.old.notes)
    elsewhere = scene.learner.rows(
        "SELECT DISTINCT n.guid FROM cards c JOIN notes n ON n.id = c.nid"
        " WHERE c.did != ? AND c.reps > 0", deck
    )  # fmt: skip
    for (guid,) in elsewhere:
        scene.expect(guid not in had, f"`{scene.new.notes[guid].key}` left the learner's own deck")


def _suspend(scene: _Scene) -> None:
    scene.collection.sched.suspend_cards(scene.sample("SELECT id FROM cards"))


def _flag(scene: _Scene) -> None:
    scene.collection.set_user_flag_for_cards(1, scene.sample("SELECT id FROM cards"))


def _edited(scene: _Scene) -> PackedNote | None:
    """The note that the learner edits: one that the release changes, if there is any."""
    had = [note for note in (*scene.fresh, *scene.same) if note.guid in scene.old.notes]
    return next((note for note in had if not note.withdrawn), None)


def _edit_field(scene: _Scene) -> None:
    if (note := _edited(scene)) is None:
        return
    found = scene.learner.rows("SELECT id FROM notes WHERE guid = ?", note.guid)
    own = scene.collection.get_note(found[0][0])
    own["Extra" if "Extra" in own else own.keys()[-1]] = _OWN_TEXT
    scene.collection.update_note(own)
    # After the release was made.
    later = max(own.mod, note.mod + 1)
    scene.collection.db.execute("UPDATE notes SET mod = ? WHERE id = ?", later, own.id)


def _edit_kept(scene: _Scene) -> None:
    edited = _edited(scene)
    guid = edited.guid if edited else ""
    scene.expect_texts(note for note in scene.fresh if note.guid != guid)
    kept = not edited or _OWN_TEXT in scene.fields()[guid]
    scene.expect(kept, "what the learner wrote into a field is lost")


def _all_texts(scene: _Scene) -> None:
    scene.expect_texts(scene.new.notes.values())


def _nothing_updated(scene: _Scene) -> None:
    scene.expect_texts(scene.old.notes.values())
    scene.expect_texts(note for note in scene.fresh if note.guid not in scene.old.notes)
    scene.expect_tags(note for note in scene.old.notes.values() if not note.withdrawn)


def _all_kept(scene: _Scene) -> None:
    """What a learner with tags of their own is asked to do. (A changed card lacks its new pictures, if it has any.)"""
    scene.expect_texts(note for note in scene.fresh if not note.withdrawn)
    had = (note for note in scene.old.notes.values() if not note.withdrawn)
    scene.expect_tags(had)


_ONCE: _STEPS = ({"merge_notetypes": True},)
_UPDATING = {"update_notes": _ALWAYS, "update_notetypes": _ALWAYS}
_LEAVING = {"update_notes": _NEVER, "update_notetypes": _NEVER}
PROFILES: Sequence[Profile] = (
    Profile("added a field, merges note types", _add_field, _own_field_kept, _ONCE),
    Profile("added a field, did not merge, merges now", _add_field, _own_field_kept, ({}, *_ONCE)),
    Profile("edited the style", _edit_style, _up_to_date),
    Profile("moved all cards to a deck of their own", _move_cards, _stay_moved),
    Profile("suspended cards", _suspend, _up_to_date),
    Profile("flagged cards", _flag, _up_to_date),
    Profile("edited a field", _edit_field, _edit_kept),
    Profile("updates always", _edit_field, _all_texts, (_UPDATING,)),
    Profile("updates never", _nothing, _nothing_updated, (_LEAVING,)),
    Profile("imports with scheduling", _nothing, _up_to_date, ({"with_scheduling": True},)),
    Profile("merges note types", _nothing, _up_to_date, _ONCE),
    Profile("updates never, then takes deck-update.txt", _nothing, _all_kept, (_LEAVING,), True),
)
