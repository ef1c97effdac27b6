"""From sheet and card to millimetres: makers' sizes, presets, any sizes, and what cannot be."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guidepress.cards.format import Format, card_format
from guidepress.cards.imposition import Point, Size
from guidepress.cards.options import CardsOptions
from guidepress.cards.stock import PRESETS
from guidepress.diagnostics import Span

INCH = 25.4
SPAN = Span("source/guide.yaml", 12, 3)


def form(**options: Any) -> Format:
    found = card_format(CardsOptions(**options))
    assert found.value is not None, found.diagnostics
    return found.value


def codes(**options: Any) -> list[str]:
    found = card_format(CardsOptions(**options, span=SPAN))
    assert found.value is None
    assert all(d.span == SPAN for d in found.diagnostics)
    return [d.code for d in found.diagnostics]


def test_avery_5388() -> None:
    """Three cards of 5 × 3 in; 1.75 in at the sides, 1 in at top and bottom, no gutter."""
    grid = form(sheet="avery-5388").grid
    corners = [(c.x / INCH, c.y / INCH) for c in grid.corners()]
    assert corners == [pytest.approx(c) for c in ((1.75, 1), (1.75, 4), (1.75, 7))]
    assert (grid.end.x / INCH, grid.end.y / INCH) == pytest.approx((6.75, 10))
    assert (grid.sheet.width / INCH, grid.sheet.height / INCH) == pytest.approx((8.5, 11))


def test_avery_5371() -> None:
    """Ten cards of 3.5 × 2 in; 0.75 in at the sides, 0.5 in at top and bottom, no gutter."""
    grid = form(sheet="avery-5371").grid
    assert (grid.columns, grid.rows) == (2, 5)
    assert [c / INCH for c in (grid.origin.x, grid.origin.y)] == pytest.approx([0.75, 0.5])
    assert [c / INCH for c in (grid.end.x, grid.end.y)] == pytest.approx([7.75, 10.5])
    assert grid.card == Size(3.5 * INCH, 2 * INCH)


def test_a7_on_a4() -> None:
    """Eight cards fill the sheet, so print stays 6 mm away from their edges and nothing bleeds."""
    found = form(sheet="A4", card="A7")
    assert (found.grid.columns, found.grid.rows) == (2, 4)
    assert found.card == Size(105, 74)
    assert found.safe >= 6
    assert found.bleed == Point(0, 0)


def test_index_cards_on_letter() -> None:
    """Four fit if the sheet lies on its side, with room for bleed."""
    found = form(sheet="Letter", card="3x5")
    assert found.grid.sheet.landscape
    assert found.grid.count == 4
    assert found.bleed == Point(3, 3)
    assert found.safe == 5


def test_business_cards_on_a4() -> None:
    """Ten; a gutter where it costs no card."""
    found = form(sheet="A4", card="business")
    assert found.grid.count == 10
    assert found.grid.gutter == Point(6, 0)
    assert found.bleed == Point(3, 0)


def test_one_card_a_page() -> None:
    found = form(sheet="card", card="credit")
    assert found.single
    assert found.grid.sheet == found.card == Size(85.6, 53.98)
    assert not found.ticks
    # Backs stand upright unless the author says how the printer turns the cards.
    assert found.flip == "short-edge"
    bled = form(sheet="card", card="A7", bleed="3mm")
    assert (bled.grid.sheet, bled.card) == (Size(111, 80), Size(105, 74))


@pytest.mark.parametrize("name", PRESETS)
def test_presets_fit(name: str) -> None:
    found = form(sheet=PRESETS[name].sheet, card=PRESETS[name].card)
    assert found.grid.fits
    assert found.bleed.x <= found.grid.gutter.x / 2 or found.grid.columns == 1
    assert found.bleed.y <= found.grid.gutter.y / 2 or found.grid.rows == 1


def test_any_sizes_in_inches_or_millimetres() -> None:
    found = form(
        sheet=("11in", "8.5in"), card=("100mm", "2.5in"), gutter=("0.25in", "4mm"), margin="0.5in"
    )
    grid = found.grid
    assert grid.sheet == Size(11 * INCH, 8.5 * INCH)
    assert grid.card == Size(100, 2.5 * INCH)
    assert grid.gutter == Point(0.25 * INCH, 4)
    assert grid.origin == Point(0.5 * INCH, 0.5 * INCH)


def test_orientation_can_be_told() -> None:
    assert form(sheet="Letter portrait", card="3x5").grid.count == 3
    assert form(sheet="A4", card="A7 portrait").card == Size(74, 105)


def test_names_are_taken_however_they_are_written() -> None:
    assert form(sheet="Avery 5388") == form(sheet="avery-5388")
    assert form(sheet="letter Landscape", card="a7") == form(sheet="Letter landscape", card="A7")
    assert form(card="A7 landscape").card == form(card="A7").card


@given(
    sheet=st.tuples(st.integers(80, 500), st.integers(80, 500)),
    card=st.tuples(st.integers(50, 200), st.integers(40, 200)),
    gutter=st.one_of(st.none(), st.integers(0, 20)),
    margin=st.one_of(st.none(), st.integers(0, 40)),
)
def test_whatever_is_asked_for_fits_or_is_refused(
    sheet: tuple[int, int], card: tuple[int, int], gutter: int | None, margin: int | None
) -> None:
    options = CardsOptions(
        sheet=(f"{sheet[0]}mm", f"{sheet[1]}mm"),
        card=(f"{card[0]}mm", f"{card[1]}mm"),
        gutter="" if gutter is None else f"{gutter}mm",
        margin="" if margin is None else f"{margin}mm",
    )
    found = card_format(options)
    if found.value is None:
        assert found.diagnostics
        return
    grid = found.value.grid
    assert grid.fits
    assert found.value.measure.width > 0
    assert found.value.measure.height > 0
    if margin is not None:
        assert grid.origin == Point(margin, margin)
        assert grid.end.x <= grid.sheet.width - margin + 0.01
        assert grid.end.y <= grid.sheet.height - margin + 0.01


def test_what_cannot_be() -> None:
    assert codes(sheet="A44") == ["cards-sheet-unknown"]
    assert codes(card="A77") == ["cards-card-unknown"]
    assert codes(sheet="A5", card=("300mm", "100mm")) == ["cards-grid"]
    assert codes(card=("30mm", "20mm")) == ["cards-card-size"]
    assert codes(gutter="6") == ["cards-length"]
    assert codes(margin="-6mm") == ["cards-length"]
    assert codes(card=("0mm", "10mm")) == ["cards-length"]
    assert codes(card="A7", bleed="3mm") == ["cards-bleed"]
    assert codes(sheet="card", flip="fold") == ["cards-fold"]
    assert codes(sheet="avery-5388", card="A7") == ["cards-perforated"]
    assert codes(sheet="avery-5388", gutter="1mm") == ["cards-perforated"]
    assert codes(sheet="A44", card="A77", bleed="3") == [
        "cards-length",
        "cards-card-unknown",
        "cards-sheet-unknown",
    ]


def test_names_are_suggested() -> None:
    found = card_format(CardsOptions(sheet="avery-5387"))
    assert "did you mean `avery-5388`?" in found.diagnostics[0].hints
