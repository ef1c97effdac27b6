"""The index: order, letters, sub-terms."""

from __future__ import annotations

from guidepress.book.model import Book, IndexEntry
from guidepress.handbook.index import index_groups, letter, sort_key
from tests.handbook import books


def test_accents_and_case_do_not_count() -> None:
    terms = ["zebra", "Éclair", "eagle", "_hidden", "3 tiers", "Zoo"]
    assert sorted(terms, key=sort_key) == ["3 tiers", "eagle", "Éclair", "_hidden", "zebra", "Zoo"]
    assert [letter(t) for t in ("Éclair", "_hidden", "3 tiers")] == ["E", "H", "#"]


def test_sub_terms_stand_below_their_term(sample: Book) -> None:
    entries = (
        IndexEntry(("HTTP", "methods"), "a"),
        IndexEntry(("HTTP",), "b"),
        IndexEntry(("HTTP", "caching"), "c"),
        IndexEntry(("HTTP", "methods"), "d"),
    )
    [group] = index_groups(books.with_chapter(sample, "", index=entries))
    assert [(line.term, line.depth, line.anchors) for line in group.lines] == [
        ("HTTP", 0, ("b",)),
        ("caching", 1, ("c",)),
        ("methods", 1, ("a", "d")),
    ]
