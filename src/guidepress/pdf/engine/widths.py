"""The widths of a table's columns, where they have less than all their words in one line would take.

WeasyPrint 70 takes from each by what it could give (CSS Tables 3): a column of names then breaks each in two, and rows
are twice as high, for a few points that the column of prose beside it would not miss. Columns that are narrow anyway
are as wide as their words here; the others share the rest as before.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from weasyprint.layout import preferred

# A column is narrow that takes so much of an even share of what is there, at the most.
_NARROW = 0.75
# Pixels that sums of widths may be off.
_SLACK = 0.01


def settled(auto_table_layout: Callable[..., None]) -> Callable[..., None]:
    """WeasyPrint's function, with narrow columns as wide as their content; not where any has a width of its own."""

    def lay_out(context: Any, box: Any, containing_block: Any) -> None:
        auto_table_layout(context, box, containing_block)
        table = box.get_wrapped_table()
        _, _, least, most, shares, fixed, _, grid = preferred.table_and_columns_preferred_widths(
            context, box, outer=False
        )
        if grid and not any(shares) and not any(fixed):
            table.column_widths = columns(table.column_widths, least, most)

    return lay_out


def columns(widths: Sequence[float], least: Sequence[float], most: Sequence[float]) -> list[float]:
    """Divide the room of columns anew; `least` and `most` are what each takes with a word a line, and in one line.

    They keep their widths where there is room for all in one line, or for nothing but words.
    """
    room = sum(widths)
    if not sum(least) + _SLACK < room < sum(most) - _SLACK:
        return list(widths)
    wide, left = set(range(len(widths))), room
    while narrow := {at for at in wide if most[at] <= left / len(wide) * _NARROW}:
        wide -= narrow
        left -= sum(most[at] for at in narrow)
    needed, wished = sum(least[at] for at in wide), sum(most[at] for at in wide)
    if left < needed:
        return list(widths)
    part = (left - needed) / (wished - needed)
    return [
        least[at] + (most[at] - least[at]) * part if at in wide else most[at]
        for at in range(len(widths))
    ]
