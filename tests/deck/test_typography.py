"""No learner's note changes because of typographic marks."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import pytest
from msgspec.structs import replace as changed
from tests.deck.books import templates
from tests.deck.collection import Learner
from tests.project import Project

from guidepress.deck.diff import compare_files
from guidepress.deck.field import with_marks
from guidepress.deck.lock import Lock
from guidepress.deck.note_types import NAMES
from guidepress.deck.notes import content_hash
from guidepress.deck.press import PlannedDeck, plan
from guidepress.deck.revision import Changes

# The order in which the values of a note are hashed.
HASHED = ("Front", "Back", "Text", "Extra", "Hint", "AddReverse", "Typed", "CardKey")
CARDS = """# Who's "who"

/// card | What's an "*idempotent*" method -- and why...
    id: http-idempotent
    tags: [http]

It's one that `"can't"` harm: 5 MB "twice".[^1]
///

/// card | What is `don't`?
    id: typed-answer
    tags: [typed]

don't
///

/// cloze
    id: rest-gaps

It's the ==server's== and the =="client"==, isn't ==it=={: hint="Anna's"}?
///

[^1]: Anna's note.
"""


@pytest.fixture
def guide(project: Project) -> Project:
    project.chapter(CARDS)
    project.edit("guide.yaml", "A Minimal Guide", "Anna's Guide")
    return project.write(
        "faq.yaml",
        "questions:\n- {id: whats, question: What's it?, answer: \"It's it -- so...\"}\n",
    )


def switched(project: Project, on: bool) -> Project:
    old, new = ("language: en\ntypography: none", "language: en")
    return project.edit("guide.yaml", *((old, new) if on else (new, old)))


def planned(project: Project, lock: Lock | None, released: int = 1_740_787_200) -> PlannedDeck:
    made = plan(project.book(), lock, templates(), released=released)
    assert not made.failed, made.problems
    return made


def test_a_deck_with_marks_has_the_lock_of_one_without(guide: Project) -> None:
    """The whole file is the same, and so `mod` is; but the notes have the marks."""
    first = planned(switched(guide, on=False), None)
    second = planned(switched(guide, on=True), first.lock, released=1_750_000_000)
    assert second._changes == Changes()
    old, new = first.lock, dataclasses.replace(second.lock, released=first.lock.released)
    assert new.text() == old.text()
    fields = {n.note.id: n.note.values for n in second.notes}
    assert "What’s an “<em>idempotent</em>” method\u00a0– and why…" in fields["http-idempotent"][0]
    assert '<code>"can\'t"</code> harm: 5\u00a0MB “twice”' in fields["http-idempotent"][1]
    assert "{{c2::“client”}}" in fields["rest-gaps"][0]
    assert "{{c3::it::Anna’s}}" in fields["rest-gaps"][0]
    third = planned(switched(guide, on=False), second.lock, released=1_750_000_001)
    assert third._changes == Changes()


def test_a_real_edit_still_changes_its_note_alone(guide: Project) -> None:
    first = planned(switched(guide, on=False), None)
    guide.edit("chapters/one.md", "harm", "do harm")
    second = planned(switched(guide, on=True), first.lock, released=1_750_000_000)
    assert second._changes.changed == ("http-idempotent",)
    assert second.lock.notes["http-idempotent"].mod == 1_750_000_000
    assert second.lock.notes["rest-gaps"] == first.lock.notes["rest-gaps"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('`"can\'t"`', "`“can’t”`"),
        ("`don't`", "`don’t`"),
        ("5 MB", "6 MB"),
        ("-- and", "- and"),
        ("isn't ==it==", "is ==it=="),
        ('hint="Anna\'s"', 'hint="Ann\'s"'),
    ],
)
def test_marks_in_code_count_and_so_do_words(guide: Project, old: str, new: str) -> None:
    first = planned(guide, None)
    guide.edit("chapters/one.md", old, new)
    assert len(planned(guide, first.lock, released=1_750_000_000)._changes.changed) == 1


def test_typing_the_marks_oneself_is_no_change(guide: Project) -> None:
    """Gaps keep their numbers."""
    first = planned(guide, None)
    for old, new in (("What's an", "What’s an"), ('"*idem', "“*idem"), ("method --", "method –"),
                     ("==server's==", "==server’s=="), ('=="client"==', "==“client”==")):  # fmt: skip
        guide.edit("chapters/one.md", old, new)
    second = planned(guide, first.lock, released=1_750_000_000)
    assert second._changes == Changes()
    assert [n.note.values for n in second.notes] == [n.note.values for n in first.notes]


def as_hashed_before(project: Project) -> Lock:
    """The lock that a guidepress without typography wrote of this guide: every mark counted, as it was typed."""
    deck = planned(project, None)
    notes = dict(deck.lock.notes)
    for note in (one.note for one in deck.notes):
        own = dict(zip(NAMES[note.kind], note.values, strict=True))
        values = {name: own[name] for name in HASHED if name in own}
        old = content_hash(note.kind, values, note.own, with_marks)
        notes[note.id] = changed(notes[note.id], hash=old)
    return dataclasses.replace(deck.lock, notes=notes)


def test_a_deck_of_before_keeps_its_notes(guide: Project) -> None:
    """Also where the author had typed some marks and not others, and a footnote goes along."""
    guide.edit("chapters/one.md", "It's one that", "It’s — “one” — that’s it's that")
    guide.edit("chapters/one.md", "Anna's note.", "Anna's “note” – so.")
    old = as_hashed_before(switched(guide, on=False))
    now = planned(switched(guide, on=True), old, released=1_750_000_000)
    assert now.lock.notes["http-idempotent"].hash != old.notes["http-idempotent"].hash
    assert now._changes == Changes()
    assert {n.mod for n in now.lock.notes.values()} == {n.mod for n in old.notes.values()}
    guide.edit("chapters/one.md", "that’s it's that", "that’s it's this")
    later = planned(guide, old, released=1_750_000_000)
    assert later._changes.changed == ("http-idempotent",)
    guide.edit("chapters/one.md", "that’s it's this", "that's it’s this")
    assert planned(guide, later.lock, released=1_760_000_000)._changes.changed == ()


def test_a_typed_answer_has_the_marks_of_a_keyboard(guide: Project) -> None:
    """What a learner types is compared sign by sign."""
    guide.edit("chapters/one.md", "    id: rest-gaps\n", "    id: rest-gaps\n    tags: [typed]\n")
    notes = {n.note.id: n.note for n in planned(guide, None).notes}
    assert notes["typed-answer"].values[1] == "<p>don’t</p>"
    assert "don't" in notes["typed-answer"].values
    assert "{{c1::server's}}" in notes["rest-gaps"].values[0]


def test_decks_keep_their_names(guide: Project) -> None:
    """Anki finds a deck by its name; a guide that was never released gets the marks."""
    first = planned(switched(guide, on=False), None)
    names = [deck.name for deck in first.lock.decks.values()]
    assert "Anna's Guide" in names
    assert any(name.endswith('Who\'s "who"') for name in names)
    second = planned(switched(guide, on=True), first.lock)
    assert second.lock.decks == first.lock.decks
    assert "Anna’s Guide" in [deck.name for deck in planned(guide, None).lock.decks.values()]
    guide.edit("chapters/one.md", '# Who\'s "who"', "# Who's whom")
    renamed = planned(guide, first.lock)
    assert any(deck.name.endswith("Who’s whom") for deck in renamed.lock.decks.values())


def test_a_learner_keeps_a_note_and_a_comparison_is_silent(
    guide: Project, learner: Callable[[], Learner]
) -> None:
    """The release with marks updates nothing in the real Anki, and `diff` finds nothing."""
    first = planned(switched(guide, on=False), None)
    old = first.press({}).value
    new = planned(switched(guide, on=True), first.lock, released=1_750_000_000).press({}).value
    assert old is not None
    assert new is not None
    anna = learner()
    assert anna.take(old.apkg).new == 4
    assert anna.take(new.apkg).updated == 0
    assert "What's" in anna.note("http-idempotent").fields[0]
    assert learner().take(new.apkg).new == 4
    difference = compare_files(old.apkg, new.apkg).value
    assert difference is not None
    assert not difference.changed
    assert not difference.renamed


def test_only_words_are_shown_as_edited(guide: Project) -> None:
    """Of a note that did change, `diff` shows the fields whose words did."""
    first = planned(switched(guide, on=False), None)
    old = first.press({}).value
    guide.edit("chapters/one.md", "harm", "do harm")
    new = planned(switched(guide, on=True), first.lock, released=1_750_000_000).press({}).value
    assert old is not None
    assert new is not None
    difference = compare_files(old.apkg, new.apkg).value
    assert difference is not None
    assert [edit.field for change in difference.changed for edit in change.edits] == ["Back"]
