"""Page numbers, places of anchors, and which fragments they no longer fit."""

from __future__ import annotations

from dataclasses import replace

import pytest

from guidepress.pdf import (
    Anchor,
    Fragment,
    LabelRun,
    Number,
    Place,
    Placement,
    folio,
    paginate,
    stale,
)


def fragment(name: str, pages: int, *references: tuple[str, str]) -> Fragment:
    """A fragment with an anchor at the top of each page, and references to (anchor, shown as)."""
    return Fragment(
        name=name,
        pdf=b"",
        page_count=pages,
        page_size=(420.0, 595.0),
        anchors={f"{name}-{page}": Anchor(page, 0, 0) for page in range(pages)},
        outline=(),
        numbers=tuple(
            Number(0, 1, 0, 0, 0, text, "left", 0, anchor) for anchor, text in references
        ),
        folios=(),
        figures=(),
        fonts={},
        log=(),
    )


@pytest.mark.parametrize(
    ("number", "roman"),
    [(1, "i"), (4, "iv"), (9, "ix"), (14, "xiv"), (40, "xl"), (1994, "mcmxciv"), (0, "0")],
)
def test_roman_folios(number: int, roman: str) -> None:
    assert folio(number, "roman") == roman


def test_a_book() -> None:
    """Front matter in roman numbers; chapters start on the right."""
    page_map = paginate(
        [
            Placement(fragment("cover", 1), "none"),
            Placement(fragment("front", 3), "roman", 1),
            Placement(fragment("one", 2), "arabic", 1),
            Placement(fragment("two", 1)),
        ]
    )
    assert page_map.starts == (0, 2, 6, 8)
    assert page_map.labels == ("", "", "i", "ii", "iii", "iv", "1", "2", "3")
    assert page_map.page_count == 9
    assert page_map.anchors["front-2"] == Place(4, "iii")
    assert page_map.anchors["two-0"] == Place(8, "3")
    assert page_map.runs == (
        LabelRun(0, "none", 1),
        LabelRun(2, "roman", 1),
        LabelRun(6, "arabic", 1),
    )


def test_numbers_go_on_over_a_blank_page() -> None:
    page_map = paginate([Placement(fragment("one", 1)), Placement(fragment("two", 1))])
    assert page_map.labels == ("1", "2", "3")
    assert page_map.runs == (LabelRun(0, "arabic", 1),)


def test_single_sided_fragments_follow_at_once() -> None:
    places = [
        Placement(fragment("one", 1), recto=False),
        Placement(fragment("two", 1), recto=False),
    ]
    assert paginate(places).starts == (0, 1)


def test_the_first_of_two_equal_anchors_wins() -> None:
    page_map = paginate([Placement(fragment("one", 1)), Placement(fragment("one", 1))])
    assert page_map.anchors["one-0"].index == 0


def test_no_placements() -> None:
    assert paginate([]).page_count == 0


def test_stale_numbers_have_another_length() -> None:
    two = fragment("two", 12, ("one-0", "8"), ("one-9", "8"), ("one-10", "88"), ("nowhere", "8"))
    page_map = paginate([Placement(fragment("one", 12)), Placement(two)])
    assert stale(two, page_map) == ("one-9",)


def test_numbers_with_a_right_edge_are_never_stale() -> None:
    one = fragment("one", 12, ("one-11", "8"))
    page_map = paginate([Placement(one)])
    assert stale(one, page_map) == ("one-11",)
    aligned = replace(one, numbers=(replace(one.numbers[0], align="right"),))
    assert stale(aligned, page_map) == ()


def test_numbers_of_unnumbered_pages_are_left_to_the_linker() -> None:
    one = fragment("one", 1, ("one-0", "8"))
    assert stale(one, paginate([Placement(one, "none")])) == ()
