"""Colours that can be read, in colour and in grey."""

from __future__ import annotations

import pytest

from guidepress.layouts import find_layout, layout_names
from guidepress.layouts.colours import LEGIBLE, TEXT_COLOURS, contrast, malformed, palette

LAYOUT = find_layout("default").value
assert LAYOUT is not None


@pytest.mark.parametrize("name", layout_names())
@pytest.mark.parametrize("colour", TEXT_COLOURS)
@pytest.mark.parametrize("ground", ["paper", "tint"])
def test_text_is_legible(name: str, colour: str, ground: str) -> None:
    layout = find_layout(name).value
    assert layout is not None
    colours = palette(layout, {}).value
    assert colours is not None
    assert contrast(colours[colour], colours[ground]) >= LEGIBLE


def test_text_on_the_accent_is_legible_whatever_the_brand_says() -> None:
    for accent in ("#0f4c5c", "#ffd000", "#888888"):
        colours = palette(LAYOUT, {"accent": accent}).value
        assert colours is not None
        assert contrast(colours["on_accent"], accent) >= 4


def test_a_pale_brand_is_warned_of() -> None:
    found = palette(LAYOUT, {"accent": "#ffd000"})
    assert found.value is not None
    assert "brand-contrast" in [d.code for d in found.diagnostics]


def test_what_is_no_colour_is_named() -> None:
    found = palette(LAYOUT, {"accent": "blue"})
    assert found.value is None
    assert [d.message for d in found.diagnostics] == ["colours.accent: not a colour: blue"]
    assert malformed(LAYOUT, [("a", "#0f4c5c"), ("b", 5)])[0].message == "b: not a colour: 5"


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
