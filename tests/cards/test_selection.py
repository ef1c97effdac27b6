"""Which cards are printed, and what letter and colour they get."""

from __future__ import annotations

from tests.cards.books import basic, book, chapter

from guidepress.cards.divisions import Divisions, letters, runs
from guidepress.cards.options import Selection
from guidepress.cards.selection import select
from guidepress.diagnostics import Severity

BOOK = book(
    basic("a", tags=("http", "easy")),
    basic("b", tags=("http",)),
    basic("c", chapter="two", part="second", tags=("sql",)),
    basic("d", chapter="two", part=""),
    basic("e", chapter="glossary", part=""),
    basic("f", chapter="", part=""),
)


def chosen(**wanted: object) -> str:
    found = select(BOOK, Selection(**wanted))  # type: ignore[arg-type]
    assert found.value is not None, found.diagnostics
    return "".join(card.id for card in found.value)


def test_conditions() -> None:
    assert chosen() == "abcdef"
    assert chosen(parts=("first",)) == "ab"
    # A card of a chapter belongs to the chapter's part.
    assert chosen(parts=("second",)) == "cd"
    assert chosen(chapters=("one", "glossary")) == "abe"
    assert chosen(tags=("http", "sql")) == "abc"
    assert chosen(parts=("first",), tags=("easy",)) == "a"
    assert chosen(ids=frozenset(("b", "f"))) == "bf"


def test_unknown_names() -> None:
    found = select(BOOK, Selection(parts=("frist",), chapters=("one", "tow"), tags=("htpp",)))
    assert [(d.code, d.hints) for d in found.diagnostics] == [
        ("cards-part-unknown", ("did you mean `first`?",)),
        ("cards-chapter-unknown", ("did you mean `two`?",)),
        ("cards-tag-unknown", ("did you mean `http`?",)),
    ]


def test_nothing_selected_is_an_error_and_no_cards_are_none() -> None:
    found = select(BOOK, Selection(parts=("second",), tags=("easy",)))
    assert [(d.code, d.severity) for d in found.diagnostics] == [("cards-none", Severity.ERROR)]
    found = select(book(), Selection())
    assert [(d.code, d.severity) for d in found.diagnostics] == [("cards-none", Severity.NOTE)]


def test_divisions_are_parts_and_chapters_outside_of_them() -> None:
    divisions = Divisions(BOOK, 3)
    found = [divisions.of(card) for card in BOOK.cards]
    assert [d.letter for d in found] == list("AABBCD")
    assert [d.title for d in found] == [
        "First Part", "First Part", "Second Part", "Second Part", "Glossary", "A Small Guide",
    ]  # fmt: skip
    # There are as many colours as the layout has.
    assert [d.colour for d in found] == [0, 0, 1, 1, 2, 0]


def test_front_matter_comes_first() -> None:
    ahead = book(basic("a"), basic("b", chapter="preface", part=""), front=(chapter("preface"),))
    divisions = Divisions(ahead, 3)
    assert [divisions.of(card).letter for card in ahead.cards] == ["B", "A"]


def test_letters() -> None:
    assert [letters(n) for n in (0, 25, 26, 27, 51, 52, 701, 702)] == [
        "A", "Z", "AA", "AB", "AZ", "BA", "ZZ", "AAA",
    ]  # fmt: skip


def test_runs() -> None:
    divisions = Divisions(BOOK, 3)
    found = runs([divisions.of(card) for card in BOOK.cards])
    assert [(d.letter, start, count) for d, start, count in found] == [
        ("A", 0, 2), ("B", 2, 2), ("C", 4, 1), ("D", 5, 1),
    ]  # fmt: skip
