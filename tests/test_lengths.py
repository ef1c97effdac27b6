"""Lengths as authors write them."""

from __future__ import annotations

import pytest

from guidepress.lengths import millimetres


@pytest.mark.parametrize(
    ("text", "mm"),
    [
        ("6mm", 6), (" 1.5 cm ", 15), ("0.25in", 6.35), (".5in", 12.7), ("72pt", 25.4), ("1in", 25.4), ("2 cm", 20),
        ("0", 0), ("-0.5mm", -0.5),
    ],
)  # fmt: skip
def test_length(text: str, mm: float) -> None:
    assert millimetres(text) == pytest.approx(mm)


@pytest.mark.parametrize("text", ["", "6", "6 px", "3em", "mm", "1,5mm", "1e3mm", "--1mm", "6mmm"])
def test_no_length(text: str) -> None:
    with pytest.raises(ValueError, match="no length"):
        millimetres(text)
