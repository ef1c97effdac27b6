"""Colours that can be read, in colour and in grey, and fonts for the scripts of a book."""

from __future__ import annotations

from dataclasses import replace

import pytest

from guidepress.book.model import Book, Brand
from guidepress.handbook.stylesheet import LEGIBLE, TEXT_COLOURS, contrast, fonts, palette
from guidepress.layouts import Layout, find_layout, layout_names


@pytest.mark.parametrize("name", layout_names())
@pytest.mark.parametrize("colour", TEXT_COLOURS)
@pytest.mark.parametrize("ground", ["paper", "tint"])
def test_text_is_legible(sample: Book, name: str, colour: str, ground: str) -> None:
    layout = find_layout(name).value
    assert layout is not None
    colours = palette(sample, layout).value
    assert colours is not None
    assert contrast(colours[colour], colours[ground]) >= LEGIBLE


def test_text_on_the_accent_is_legible_whatever_the_brand_says(
    sample: Book, layout: Layout
) -> None:
    for accent in ("#0f4c5c", "#ffd000", "#888888"):
        branded = replace(sample, brand=Brand(colours={"accent": accent}))
        colours = palette(branded, layout).value
        assert colours is not None
        assert contrast(colours["on_accent"], accent) >= 4


def test_a_pale_brand_is_warned_of(sample: Book, layout: Layout) -> None:
    branded = replace(sample, brand=Brand(colours={"accent": "#ffd000"}))
    assert "brand-contrast" in [d.code for d in palette(branded, layout).diagnostics]


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_fallback_fonts_come_only_where_a_script_needs_them(sample: Book, layout: Layout) -> None:
    def families(text: str, language: str = "en") -> list[str]:
        found = fonts(replace(sample, language=language), layout, text).value
        assert found is not None
        return [f.family for f in found.faces if f.family.startswith("Noto")]

    assert families("Latin only") == []
    assert families("שלום") == ["NotoSansHebrew"]
    assert families("سلام ⟶ שלום") == ["NotoSansArabic", "NotoSansHebrew"]
    assert families("日本") == ["NotoSansSC"]
    assert families("日本", "ja") == ["NotoSansJP"]


def test_an_unknown_font_of_the_brand_is_a_diagnostic(sample: Book, layout: Layout) -> None:
    branded = replace(sample, brand=Brand(fonts={"text": "Comic Serif"}))
    assert [d.code for d in fonts(branded, layout, "").diagnostics] == ["layout-font"]
