"""What blocks hand to their templates."""

from __future__ import annotations

from guidepress.book.model import Column, DataTable
from guidepress.handbook.records import Bar, range_bars
from tests.contents import make


def table(columns: tuple[Column, ...], *rows: tuple[float | None, ...]) -> DataTable:
    return make(DataTable, "t", "", "T", columns, (), rows, "2025", "S", "")


def money(name: str, unit: str) -> Column:
    return Column(name, name, "money", unit)


NAME = Column("name", "Name", "text", "")


def test_one_amount_is_a_bar_from_nought() -> None:
    bars = range_bars(table((NAME, money("a", "USD")), (None, 50), (None, 100)))
    assert bars is not None
    assert bars.column == 1
    assert bars.rows == (Bar(0, 50), Bar(0, 100))


def test_two_amounts_in_one_unit_are_a_range() -> None:
    columns = (NAME, money("low", "USD"), money("high", "USD"))
    bars = range_bars(table(columns, (None, 20, 60), (None, 50, 100)))
    assert bars is not None
    assert bars.column == 2
    assert bars.rows == (Bar(20, 40), Bar(50, 50))


def test_another_unit_has_no_place_on_the_scale() -> None:
    columns = (money("usd", "USD"), money("inr", "INR"))
    bars = range_bars(table(columns, (100, 8000), (None, 4000)))
    assert bars is not None
    assert bars.column == 0
    assert bars.rows == (Bar(0, 100), None)


def test_nothing_to_compare_gives_no_bars() -> None:
    assert range_bars(table((NAME,), (None,))) is None
    assert range_bars(table((money("a", ""),), (0,))) is None
    assert range_bars(table((money("a", ""),), (-5,), (10,))) is None
