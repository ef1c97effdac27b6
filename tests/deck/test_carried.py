"""A lock that was lost, made again from the decks that were released."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.contents import replace
from tests.deck.books import (
    FIRST,
    MONTH,
    Releases,
    basic,
    book,
    chapter,
    cloze,
    codes,
    image,
    moved,
    part,
    png,
    pressed,
)  # fmt: skip
from tests.deck.collection import Learner

from guidepress.book.model import Book, Brand, DeckOptions
from guidepress.deck.carried import lock_of_decks
from guidepress.deck.lock import CARRIED, Lock

PLACES = ("part:orientation", "part:practice", "chapter:who", "chapter:what", "chapter:http",
          "chapter:sql", "chapter:glossary")  # fmt: skip
METHODS = cloze("methods", "[[GET]] reads, [[PUT]] replaces, [[DELETE]] deletes.", chapter="http")


def without_lock(apkg: bytes) -> bytes:
    """The deck as it was made before decks carried their lock."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(apkg)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            if name != CARRIED:
                new.writestr(name, old.read(name))
    return out.getvalue()


def restored(*decks: bytes, guide: str = "test-guide") -> Lock:
    named = [(f"deck{n}.apkg", deck) for n, deck in enumerate(decks)]
    found = lock_of_decks(named, guide, PLACES)
    assert found.value is not None, found.diagnostics
    assert {d.code for d in found.diagnostics} <= {"lock-partly"}
    return found.value


def history() -> Iterator[Book]:
    """Releases after which a lock holds all that it can hold."""
    cards = [basic("a", tags=("http", "b c")), basic("b"), METHODS, basic("r", reverse=True)]
    yield book(*cards)
    cards[2] = cloze("methods", "[[GET]] reads, [[DELETE]] deletes.", chapter="http")
    yield book(*cards, basic("new", chapter="sql", extra="<p>x</p>", hint="<p>h</p>"))
    cards[1] = basic("other", back="<p>PUT &amp; more</p>", tags=("typed",))
    parts = (part("practice", chapter("http", "1"), chapter("new", "2"), chapter("sql", "3")),)
    yield book(*[moved(c, "http") for c in cards], basic("n", chapter="new"), parts=parts)


def test_the_last_deck_gives_the_lock_byte_for_byte() -> None:
    guide = Releases()
    for made in history():
        deck, _ = guide.release(made)
        assert restored(deck.apkg).encode() == deck.lock.encode()
    lock = guide.decks[-1].lock
    assert {note.status for note in lock.notes.values()} == {"active", "withdrawn"}
    assert lock.notes["methods"].gone == ((2, "PUT"),)


def test_the_guide_builds_on_as_if_nothing_had_been_lost() -> None:
    guide = Releases()
    for made in history():
        guide.release(made)
    lost = replace(guide, lock=restored(guide.decks[-1].apkg).text(), decks=[])
    edited = book(basic("a", back="<p>Edited.</p>"), METHODS)
    assert guide.release(edited)[0].apkg == lost.release(edited)[0].apkg


def test_each_edition_s_deck_carries_its_own_decks_only() -> None:
    main, _ = pressed(book(basic("a")))
    branded = book(basic("a"), brand=Brand(colours={"accent": "#123456"}), deck=DeckOptions("Acme"))
    other, _ = pressed(branded, main.lock, edition="acme")
    again, _ = pressed(book(basic("a")), other.lock)
    assert again.lock == other.lock
    assert b"Acme" not in zipfile.ZipFile(io.BytesIO(again.apkg)).read(CARRIED)
    assert restored(again.apkg) == again.lock.of_edition("-")
    assert restored(again.apkg, other.apkg).encode() == other.lock.encode()


def test_anki_passes_over_the_lock(learner: Callable[..., Learner]) -> None:
    deck, _ = pressed(book(basic("a"), METHODS))
    one = learner()
    assert one.take(deck.apkg).new == 2
    assert one.healthy()
    assert not one.col.media.check().unused


def test_a_deck_from_before_tells_what_its_notes_know(tmp_path: Path) -> None:
    """All of it, where nothing was withdrawn; then the next release changes what was edited and nothing else."""
    picture = image("images/plan.png", png(tmp_path / "plan.png"))
    cards = [
        basic("a", front='<p>A &lt; "b" &amp; c?</p>', tags=("http", "b c")),
        basic("all", extra="<p>x</p>", hint="<p>h</p>", reverse=True, chapter="what"),
        basic("typed", back="<p>PUT</p>", tags=("typed",)),
        basic("plan", front='<p><img src="images/plan.png" alt="Plan"></p>', chapter="sql"),
        METHODS,
    ]
    made = book(*cards, images={"images/plan.png": picture})
    first, _ = pressed(made)
    lock = restored(without_lock(first.apkg))
    assert lock.notes == first.lock.notes
    assert lock.types == first.lock.types
    assert lock.decks.items() <= first.lock.decks.items()
    cards[0] = replace(cards[0], back="<p>Edited.</p>")
    edited = book(*cards, images={"images/plan.png": picture})
    second, warnings = pressed(edited, lock, released=FIRST + MONTH)
    assert second.changes.changed == ("a",)
    assert not warnings


def test_a_deck_from_before_says_what_it_does_not_know() -> None:
    guide = Releases()
    guide.release(book(basic("a"), basic("b"), METHODS))
    deck, _ = guide.release(book(basic("a"), METHODS))
    found = lock_of_decks([("old.apkg", without_lock(deck.apkg))], "test-guide", PLACES)
    assert codes(found) == ["lock-partly"]
    assert "the decks of 1 withdrawn cards" in found.diagnostics[0].message
    assert found.value is not None
    gone = found.value.notes["b"]
    assert (gone.status, gone.guid, gone.mod, gone.since) == (
        "withdrawn", deck.lock.notes["b"].guid, FIRST + MONTH, FIRST,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("content", "code"), [(b"no zip", "apkg-unreadable"), (b"PK\x03\x04", "apkg-unreadable")]
)
def test_what_is_no_deck(content: bytes, code: str) -> None:
    assert codes(lock_of_decks([("x.apkg", content)], "test-guide")) == [code]


def test_the_deck_of_another_guide_is_refused() -> None:
    deck, _ = pressed(book(basic("a")))
    for apkg in (deck.apkg, without_lock(deck.apkg)):
        assert codes(lock_of_decks([("x.apkg", apkg)], "another")) == ["lock-guide"]


def test_a_damaged_lock_in_a_deck_is_named() -> None:
    deck, _ = pressed(book(basic("a")))
    out = io.BytesIO(without_lock(deck.apkg))
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr(CARRIED, "lock 1\nhello\n")
    found = lock_of_decks([("x.apkg", out.getvalue())], "test-guide")
    assert codes(found) == ["lock-line"]
    assert str(found.diagnostics[0].span) == "x.apkg/deck.lock:2:1"
