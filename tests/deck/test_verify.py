"""A learner of the first hour through eight releases of a guide, in the real Anki."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from tests.contents import replace
from tests.deck.books import (
    FIRST,
    Releases,
    basic,
    book,
    chapter,
    cloze,
    codes,
    image,
    moved,
    packed,
    part,
    png,
    pressed,
    templates,
)  # fmt: skip
from tests.deck.collection import Learner

from guidepress.book.model import Book, Card
from guidepress.deck.notes import SEPARATOR
from guidepress.deck.package import DeckRow, NoteRow
from guidepress.deck.packed import read_apkg
from guidepress.deck.verify import Verification, verify

Steps = list[tuple[str, Book, dict[str, object]]]


def steps(folder: Path) -> Iterator[tuple[str, Book, dict[str, object]]]:
    """Releases of a test guide: what each of them does, its book, and what else it is pressed with."""
    plan = image("images/plan.png", png(folder / "images" / "plan.png", 10))
    cards: dict[str, Card] = {
        card.id: card
        for card in (
            basic("http-idempotent", tags=("http",)),
            basic("http-safe", chapter="http"),
            basic("both", reverse=True, chapter="what"),
            cloze("stateless", "A server keeps no [[session state]] between [[requests]]."),
            cloze("methods", "[[GET]] reads, [[PUT]] replaces, [[DELETE]] deletes.", chapter="http"),
            basic("plan", front='<p><img src="images/plan.png" alt="Plan"></p>', chapter="sql"),
            basic("term-cache", front="Cache", back="<p>A store of copies.</p>", reverse=True,
                  chapter="glossary"),
        )
    }  # fmt: skip

    def made(**more: object) -> Book:
        return book(*cards.values(), **{"images": {"images/plan.png": plan}, **more})

    yield "first release", made(), {"folios": {"card-both": "9"}}

    cards["http-idempotent"] = replace(cards["http-idempotent"], back="<p>Twice is as once.</p>")
    yield "edit an answer; pages move", made(edition="2025.2"), {"folios": {"card-both": "11"}}

    cards = {"new-first": basic("new-first"), **cards, "new-last": basic("new-last", chapter="sql")}
    cards["stateless"] = cloze(
        "stateless", "[[Any]] server keeps no [[session state]] between [[requests]]."
    )
    yield "add cards and a gap", made(), {}

    del cards["http-safe"]
    cards["methods"] = cloze("methods", "[[GET]] reads, [[DELETE]] deletes.", chapter="http")
    cards["both"] = replace(cards["both"], reverse=False)
    yield "withdraw a card, a gap and a reverse card", made(), {}

    look = templates()
    wider = {"layout": replace(look, style=look.style + "\n.gp { max-width: 30em; }")}
    yield "change the style", made(), dict(wider)

    # Anki goes through all cards of the type when a front changes, and notes have cards that came later.
    front = f"{look.cloze_front}\n<p>Think.</p>"
    style = {
        "layout": replace(wider["layout"], cloze_front=front, basic_front=look.basic_front + " ")
    }
    yield "change the fronts of the layout", made(), dict(style)

    who = (chapter("what", "1"), chapter("who", "2", "Who you are"), chapter("new", "3"))
    parts = (
        part("orientation", *who),
        part("practice", chapter("sql", "4", "SQL"), chapter("http", "5", "HTTP")),
    )
    cards["new-last"] = moved(cards["new-last"], "new")
    yield "move chapters and a card", made(parts=parts), dict(style)

    cards["term-cache"] = replace(cards["term-cache"], front="Cache (store)")
    cards["http-safe"] = basic("http-safe", chapter="http", back="<p>Back again.</p>")
    cards["plan"] = replace(
        cards["plan"], hint="<p>Look.</p>", extra="<p>More.</p>", reverse=True, tags=("drawing",),
        back='<p>It <em>is</em> <img src="images/plan.png" alt="Plan"></p>',
    )  # fmt: skip
    cards["typed"] = basic("typed", back="<p>PUT</p>", tags=("typed",))
    cards["order"] = basic("order", back="<ol><li>a</li><li>b</li></ol>", tags=("steps",))
    yield "rename a term, restore a card, use all fields", made(parts=parts), dict(style)


@pytest.fixture
def releases(tmp_path: Path) -> list[tuple[str, bytes]]:
    guide = Releases()
    return [(name, guide.release(made, **more)[0].apkg) for name, made, more in steps(tmp_path)]


def failures(verifications: tuple[Verification, ...]) -> list[str]:
    return [f"{v.file}: {d.message}" for v in verifications for d in v.diagnostics()]


def test_a_learner_of_every_release_loses_nothing(releases: list[tuple[str, bytes]]) -> None:
    found = verify(releases)
    assert found.value is not None
    assert failures(found.value) == []
    assert all(v.held for v in found.value)
    last = {check.name: check.count for check in found.value[-1].checks}
    assert last["scheduling kept"] >= 12
    assert last["review log kept"] >= 70


@pytest.mark.parametrize("start", range(7))
def test_a_learner_who_skips_releases_loses_nothing(
    releases: list[tuple[str, bytes]], start: int
) -> None:
    found = verify([releases[start], releases[-1]])
    assert found.value is not None
    assert failures(found.value) == []


def test_a_new_learner_meets_no_withdrawn_card(
    releases: list[tuple[str, bytes]], learner: Callable[..., Learner]
) -> None:
    one = learner()
    one.take(releases[4][1])
    assert one.cards("http-safe") == []
    assert one.empty_cards() == []
    assert one.healthy()


def test_what_a_withdrawn_card_shows_until_it_is_removed(
    releases: list[tuple[str, bytes]], learner: Callable[..., Learner]
) -> None:
    one = learner()
    one.take(releases[2][1])
    one.take(releases[3][1])
    (card,) = one.cards("http-safe")
    assert "no longer part of the guide" in card.question()
    # Number 2 of "methods" is gone; nobody's 3 became 2.
    assert [c.ord for c in one.cards("methods")] == [0, 1, 2]
    assert len(one.empty_cards()) == 3
    one.remove_empty_cards()
    assert [c.ord for c in one.cards("methods")] == [0, 2]


def test_a_gap_that_is_put_back_goes_on_where_it_was(learner: Callable[..., Learner]) -> None:
    guide = Releases()
    methods = cloze("m", "[[GET]] reads, [[PUT]] replaces, [[DELETE]] deletes.")
    one = learner()
    one.take(guide.release(book(methods))[0].apkg)
    for card in one.cards("m"):
        one.answer(card)
    before = {card.ord: (card.id, card.ivl, card.reps, card.due) for card in one.cards("m")}
    one.take(guide.release(book(cloze("m", "[[GET]] reads, [[DELETE]] deletes.")))[0].apkg)
    assert len(one.empty_cards()) == 1
    back = cloze("m", "[[PUT]] replaces, [[GET]] reads, [[DELETE]] deletes.")
    one.take(guide.release(book(back))[0].apkg)
    assert one.empty_cards() == []
    after = {card.ord: (card.id, card.ivl, card.reps, card.due) for card in one.cards("m")}
    assert after == before
    (put,) = [card for card in one.cards("m") if card.ord == 1]
    assert "[...]</span> replaces" in put.question()


def test_verify_finds_what_is_wrong(tmp_path: Path) -> None:
    a, b = basic("a"), basic("b")
    first, _ = pressed(book(a, b))
    # Pressed without the lock: the same `mod`, so the new text reaches nobody; `b` goes without a tombstone.
    second, _ = pressed(book(replace(a, back="<p>New.</p>")))
    found = verify([("first", first.apkg), ("second", second.apkg)])
    assert found.value is not None
    assert failures(found.value) == [
        "second: unchanged notes untouched: `a` changed, but its `mod` did not rise",
        "second: withdrawn cards gone after Empty Cards: `b` was left out of the deck and stays permanently",
    ]
    assert not found.value[1].held


def test_verify_needs_decks() -> None:
    assert codes(verify([("x.apkg", b"no zip")])) == ["apkg-unreadable"]
    assert codes(verify([("x.apkg", packed((), {}, ())[:-9])])) == ["apkg-unreadable"]


def repacked(
    apkg: bytes, fields: Mapping[str, str], mod: int, cards: list[int], renamed: str = ""
) -> bytes:
    """A package as a later guidepress may make it: the fields of its only note filled, a spare renamed."""
    contents = read_apkg(apkg).value
    assert contents is not None
    (note,) = contents.notes.values()
    names = note.type.fields
    values = [fields.get(name, value) for name, value in zip(names, note.values, strict=True)]
    model = {**json.loads(note.type.json), "mod": mod}
    if renamed:
        model = json.loads(json.dumps(model).replace("Spare1", renamed))
    row = NoteRow(
        2 * 10**12, note.guid, note.type.id, mod, note.tags, SEPARATOR.join(values), 9, 1, cards
    )
    return packed([DeckRow(9, note.deck)], {note.type.id: model}, [row])


def test_a_spare_that_comes_into_use_makes_a_card_and_no_clone() -> None:
    first, _ = pressed(book(basic("a")))
    used = {"Spare1": "Which?", "Spare2": "That.", "Image": "i", "Audio": "s", "Typed": "t"}
    found = verify(
        [
            ("first", repacked(first.apkg, {}, FIRST, [0])),
            ("all fields", repacked(first.apkg, used, FIRST + 1, [0, 2])),
            ("renamed", repacked(first.apkg, used, FIRST + 2, [0, 2], "Diagram")),
        ]
    )
    assert found.value is not None
    assert failures(found.value) == []
    assert {check.name: check.count for check in found.value[1].checks}["every card there"] == 2
