"""Operators that show page numbers."""

from __future__ import annotations

import pytest

from guidepress.pdf import Figures
from guidepress.pdf.figures import DIGITS, ROMAN, every_pair, measure, move, printable, shift, show

FIGURES = Figures(
    font="F",
    glyphs={"1": 0x11, "2": 0x12, "7": 0x17},
    widths={"1": 500, "2": 500, "7": 500},
    advances={"1": 500, "2": 500.4, "7": 500, "71": 460},
)


@pytest.mark.parametrize("characters", [DIGITS, ROMAN])
def test_every_pair_occurs_once(characters: str) -> None:
    text = every_pair(characters)
    pairs = [text[index : index + 2] for index in range(len(text) - 1)]
    assert len(pairs) == len(set(pairs)) == len(characters) ** 2


def test_show() -> None:
    assert show(FIGURES, "12") == b"[<00110012>] TJ"


def test_show_kerns() -> None:
    assert show(FIGURES, "71") == b"[<0017>40<0011>] TJ"


def test_show_shifted() -> None:
    assert show(FIGURES, "1", 250.5) == b"[-250.5<0011>] TJ"
    assert move(-1000 / 3) == b"[333.333] TJ"


def test_measure() -> None:
    assert measure(FIGURES, "712") == 460 + 500 + 500.4


def test_printable() -> None:
    assert printable(FIGURES, "1727")
    assert not printable(FIGURES, "iv")


def test_shift() -> None:
    assert shift("left", 500, 1000) == 0
    assert shift("center", 500, 1000) == -250
    assert shift("right", 500, 1000) == -500
