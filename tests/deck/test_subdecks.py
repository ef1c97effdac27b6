"""Keys that keep decks in the order of the book without renaming them."""

from __future__ import annotations

import random

import pytest
from tests.deck.books import book, chapter, part

from guidepress.deck.lock import DeckLock
from guidepress.deck.subdecks import assign_keys, chapter_place, subdecks


def ascending(keys: list[str]) -> bool:
    names = [f"{key} title" for key in keys]
    return names == sorted(names) and len(set(names)) == len(names)


@pytest.mark.parametrize(
    ("wanted", "pinned", "keys"),
    [
        (["1", "2"], [None, None], ["1", "2"]),
        (["01", "02", "03"], ["01", None, "02"], ["01", "01.1", "02"]),
        (["01", "02", "03", "04"], ["01", None, None, "02"], ["01", "01.1", "01.2", "02"]),
        (["01", "02", "03"], ["01", None, "01.1"], ["01", "01.0.1", "01.1"]),
        (["01", "02", "03"], ["02", "01", "03"], ["00", "01", "03"]),
        (["01", "02", "03"], ["03", "01", "02"], ["00", "01", "02"]),
        (["01", "02"], ["02", "01"], ["00", "01"]),
        (["01", "02", "03"], ["02", "03", "01"], ["02", "03", "04"]),
        (["3", "A"], ["3", "A"], ["3", "A"]),
        (["3", "4", "A"], ["3", None, "A"], ["3", "4", "A"]),
        (["01", "02"], [None, "00"], ["0", "00"]),
    ],
)
def test_keys(wanted: list[str], pinned: list[str | None], keys: list[str]) -> None:
    found = assign_keys(wanted, pinned)
    assert ascending(found)
    if wanted[-1] == "03" and pinned == ["02", "03", "01"]:
        assert found[:2] == ["02", "03"]  # the one that moved gets another
    else:
        assert found == keys


@pytest.mark.parametrize(
    ("pinned", "fixed", "keys"),
    [
        (["02", "01", "03"], {0, 1, 2}, ["02", "01", "03"]),
        (["02", None, "01"], {0, 2}, ["02", "02.1", "01"]),
        (["03", "01", None], {0, 1}, ["03", "01", "01.1"]),
        (["02", "01"], {1}, ["00", "01"]),
        ([None, "00"], {1}, ["0", "00"]),
        ([None, "0"], {1}, ["01", "0"]),
        (["0", None, "00"], {0, 2}, ["0", "0.1", "00"]),
    ],
)
def test_keys_that_were_released_stay(
    pinned: list[str | None], fixed: set[int], keys: list[str]
) -> None:
    wanted = [f"{n:02}" for n in range(1, len(pinned) + 1)]
    assert assign_keys(wanted, pinned, fixed) == keys


def test_any_order_of_insertion_stays_ascending_and_keeps_names() -> None:
    chance = random.Random(7)
    for _ in range(200):
        keys: list[str] = ["01", "02", "03"]
        for _ in range(20):
            at = chance.randrange(len(keys) + 1)
            pinned: list[str | None] = [*keys[:at], None, *keys[at:]]
            wanted = [f"{n:02}" for n in range(1, len(pinned) + 1)]
            grown = assign_keys(wanted, pinned)
            assert ascending(grown)
            if grown[:at] + grown[at + 1 :] != keys:
                assert at == 0  # nothing ever sorts before the first
            keys = grown


ABOVE = "A Test Guide"


def chapter_keys(
    known: dict[str, DeckLock], released: set[str], **parts: tuple[str, ...]
) -> dict[str, str]:
    """The key of each chapter's deck, given the decks that are known and the chapters whose cards were released."""
    guide = book(parts=[part(id, *(chapter(c) for c in ids)) for id, ids in parts.items()])
    decks = subdecks(guide, known, {chapter_place(id) for id in released})
    return {c: decks[chapter_place(c)].key for ids in parts.values() for c in ids}


def known_decks(**parts: dict[str, str]) -> dict[str, DeckLock]:
    """The decks of parts numbered from 1, whose chapters have these keys."""
    decks = {".": DeckLock("", ABOVE)}
    for number, (id, chapters) in enumerate(parts.items(), 1):
        name = f"{ABOVE}::{number} {id.capitalize()}"
        decks[f"part:{id}"] = DeckLock(str(number), name)
        for c, key in chapters.items():
            decks[chapter_place(c)] = DeckLock(key, f"{name}::{key} {c.capitalize()}")
    return decks


def test_a_deck_that_learners_have_keeps_its_key_in_a_new_order() -> None:
    """Else they would find its cards under two names; one that nobody has moves."""
    known = known_decks(basics={"one": "01", "two": "02"})
    assert chapter_keys(known, set(), basics=("two", "one")) == {"two": "00", "one": "01"}
    assert chapter_keys(known, {"one", "two"}, basics=("two", "one")) == {"two": "02", "one": "01"}


def test_a_chapter_that_goes_to_another_part_takes_a_key_in_its_order() -> None:
    """Its deck gets another name anyhow."""
    known = known_decks(basics={"one": "01"}, practice={"two": "02", "three": "03"})
    keys = chapter_keys(known, {"one", "two", "three"}, basics=(), practice=("two", "three", "one"))
    assert (keys["two"], keys["three"]) == ("02", "03")
    assert keys["one"] > "03"
