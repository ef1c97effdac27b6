"""Numbers in print."""

from __future__ import annotations

import pytest

from guidepress.book.numbering import SectionNumbers, roman


@pytest.mark.parametrize(
    ("number", "sign"),
    [
        (1, "I"),
        (4, "IV"),
        (9, "IX"),
        (14, "XIV"),
        (40, "XL"),
        (90, "XC"),
        (400, "CD"),
        (1994, "MCMXCIV"),
    ],
)
def test_roman(number: int, sign: str) -> None:
    """Parts are numbered as printers do it."""
    assert roman(number) == sign


def test_sections_count_below_their_heading() -> None:
    """A deeper heading starts at one again; the third level down goes without a number."""
    numbers = SectionNumbers("7")
    levels = [2, 3, 3, 2, 3, 4, 4, 3, 2, 5, 3]
    assert [numbers.next(level) for level in levels] == [
        "7.1", "7.1.1", "7.1.2", "7.2", "7.2.1", "", "", "7.2.2", "7.3", "", "7.3.1"
    ]  # fmt: skip


def test_chapter_without_a_number_numbers_nothing() -> None:
    """Front and back matter."""
    numbers = SectionNumbers("")
    assert [numbers.next(level) for level in (2, 3, 2)] == ["", "", ""]
