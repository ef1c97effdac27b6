"""Learners who change things, each played in the real Anki."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from tests.contents import replace
from tests.deck.books import (
    FIRST,
    MONTH,
    Releases,
    basic,
    book,
    cloze,
    codes,
    image,
    packed,
    png,
    pressed,
    templates,
)  # fmt: skip

from guidepress.deck.notes import SEPARATOR
from guidepress.deck.package import DeckRow, NoteRow
from guidepress.deck.packed import read_apkg
from guidepress.deck.profiles import PROFILES, profiles


def checked(old: bytes, new: bytes) -> dict[str, tuple[str, ...]]:
    """What went wrong, by profile."""
    found = profiles(("old", old), ("new", new))
    assert found.value is not None, found.diagnostics
    return {check.name: check.wrong for check in found.value.checks}


def two_releases(folder: Path) -> tuple[bytes, bytes]:
    """A release with everything in it, and one that edits, adds and withdraws, with another picture and look."""
    pictures = [image("images/p.png", png(folder / f"{n}" / "p.png", n)) for n in range(2)]
    shown = basic("shown", back='<p><img src="images/p.png" alt="p"></p>')
    cards = [basic("a"), basic("b", reverse=True), cloze("c", "[[one]] and [[two]]"), shown]
    guide = Releases()
    first, _ = guide.release(book(*cards, basic("gone"), images={"images/p.png": pictures[0]}))
    cards[1] = replace(cards[1], back="<p>Edited.</p>")
    cards[2] = cloze("c", "[[zero]], [[one]] and not [[two]]")
    look = replace(templates(), style=templates().style + "\n.gp { max-width: 30em; }")
    made = book(*cards, basic("new", chapter="sql"), images={"images/p.png": pictures[1]})
    second, _ = guide.release(made, layout=look)
    return first.apkg, second.apkg


def test_no_learner_loses_anything(tmp_path: Path) -> None:
    wrong = checked(*two_releases(tmp_path))
    assert wrong == {profile.name: () for profile in PROFILES}
    assert len(wrong) == 12


def test_no_learner_loses_anything_to_the_same_release(tmp_path: Path) -> None:
    _, deck = two_releases(tmp_path)
    assert checked(deck, deck) == {profile.name: () for profile in PROFILES}


def test_a_mod_that_did_not_rise_reaches_nobody_but_who_always_updates() -> None:
    """Both releases pressed without the lock: `a` is another note under the same `mod`."""
    old, _ = pressed(book(basic("a"), basic("b")))
    new, _ = pressed(book(basic("a", back="<p>New.</p>"), basic("b")))
    wrong = checked(old.apkg, new.apkg)
    # Nothing tells the others that there is anything new.
    assert wrong["updates always"] == ()
    assert wrong["suspended cards"] == ()


def repacked(apkg: bytes, *values: str, **changes: object) -> bytes:
    """A package whose note type is another in the collection's eyes; its note has `values` besides."""
    contents = read_apkg(apkg).value
    assert contents is not None
    (note,) = contents.notes.values()
    model: Mapping[str, object] = {**json.loads(note.type.json), "mod": FIRST + MONTH, **changes}
    row = NoteRow(
        2 * 10**12,
        note.guid,
        note.type.id,
        FIRST + MONTH,
        note.tags,
        SEPARATOR.join((*note.values, *values)),
        9,
        1,
        [0],
    )
    return packed([DeckRow(9, note.deck)], {note.type.id: model}, [row])


def test_a_field_more_is_found_by_all_who_do_not_merge() -> None:
    """What must never happen to a released note type: a field more, at the end."""
    first, _ = pressed(book(basic("a")))
    contents = read_apkg(first.apkg).value
    assert contents is not None
    (note,) = contents.notes.values()
    fields = json.loads(note.type.json)["flds"]
    more = [*fields, {**fields[-1], "name": "More", "ord": len(fields), "id": 1999}]
    wrong = checked(first.apkg, repacked(first.apkg, "", flds=more))
    assert any(
        "there is a second note type `test-guide card+`" in w for w in wrong["edited a field"]
    )
    assert any("in conflict" in w for w in wrong["suspended cards"])
    assert not any("second note type" in w for w in wrong["merges note types"])


def test_profiles_need_decks() -> None:
    deck, _ = pressed(book(basic("a")))
    assert codes(profiles(("a", deck.apkg), ("b", b"no zip"))) == ["apkg-unreadable"]
