"""In which order sections are laid out: numbers whose length is in doubt come late."""

from __future__ import annotations

from guidepress.handbook.draft import SectionDraft
from guidepress.handbook.section_text import read
from guidepress.handbook.turns import in_turn, is_doubtful
from guidepress.pdf import PageMap, Place

NAMED = {"far": 250, "near": 97, "here": 50}


def draft(name: str, anchor: str, words: int, right: str = "") -> SectionDraft:
    number = f'<span data-page="{anchor}"{right}></span>'
    return SectionDraft(name, read(f"<p>{number} {'word ' * words}</p>"))


def test_what_names_pages_around_the_hundredth_waits_for_those_before_them() -> None:
    drafts = [
        draft("one", "near", 90),
        draft("two", "near", 60),
        draft("three", "here", 80),
        draft("four", "near", 100),
        draft("five", "far", 70),
        draft("six", "far", 1),
    ]
    starts = (0, 40, 80, 120, 160, 200)
    places = {name: Place(page - 1, str(page)) for name, page in NAMED.items()}
    labels = tuple(str(number) for number in range(1, 301))
    page_map = PageMap(places, starts, 300, labels, ())
    names = [one.name for one in in_turn(drafts, drafts, page_map)]
    assert names == ["three", "two", "one", "five", "four", "six"]


def test_a_number_at_a_right_edge_is_in_doubt_where_it_is_roman() -> None:
    places = {"near": Place(96, "97"), "front": Place(4, "v")}
    page_map = PageMap(places, (0,), 100, (), ())
    right = ' data-page-align="right"'
    assert is_doubtful(draft("one", "near", 1), page_map)
    assert not is_doubtful(draft("one", "near", 1, right), page_map)
    assert is_doubtful(draft("one", "front", 1, right), page_map)
