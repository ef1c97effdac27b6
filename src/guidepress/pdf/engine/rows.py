"""A table, or a list with rules, that ends its page shares the white below it among its rows, up to the foot.

Rows are kept whole, so that a table that goes on over the page ends well above its foot where the next row is tall.
Each row is made a little higher, as a typesetter would, and what is in it stays at its top. CSS sets tables as high as
their rows ask for, or as their own height says, which holds for all of the table.
"""

from __future__ import annotations

from typing import Any

from weasyprint.formatting_structure import boxes

# By so much of a line a row is made higher at most: more is seen beside the rows of the next page.
MOST = 0.5


def last_rows(box: Any) -> Any:
    """The table, or list with a rule above each item, that a block ends with: on its own, or in a figure; else None."""
    while not isinstance(box, boxes.TableBox) and not _is_ruled(box):
        if type(box) is not boxes.BlockBox or _is_seen_below(box):
            return None
        flow = [one for one in box.children if one.is_in_normal_flow()]
        if not flow:
            return None
        box = flow[-1]
    return box


def share(table: Any, left: float, step: float) -> None:
    """Make rows higher by `left` pixels together, or by what they may have; `step` is the line of the text."""
    if _is_ruled(table):
        _share_items(table, left, step)
        return
    rows = [row for group in table.children if _is_body(group) for row in group.children]
    if not rows or left <= 0:
        return
    each = min(left / len(rows), MOST * step)
    down = 0.0
    for group in table.children:
        group.translate(dy=down)
        if _is_body(group):
            for number, row in enumerate(group.children):
                row.translate(dy=each * number)
                row.height += each
                for cell in row.children:
                    cell.height += each * min(cell.rowspan, len(group.children) - number)
            group.height += each * len(group.children)
            down += each * len(group.children)
    table.height += down
    for columns in table.column_groups:
        columns.height += down
        for column in columns.children:
            column.height += down


def _share_items(items: Any, left: float, step: float) -> None:
    each = max(min(left / len(items.children), MOST * step), 0.0)
    for number, item in enumerate(items.children):
        item.translate(dy=each * number)
        item.height += each
    items.height += each * len(items.children)


def _is_ruled(box: Any) -> bool:
    return (
        box.element_tag in ("ol", "ul")
        and bool(box.children)
        and all(one.is_in_normal_flow() and one.border_top_width for one in box.children)
    )


def _is_body(group: Any) -> bool:
    return not (group.is_header or group.is_footer)


def _is_seen_below(box: Any) -> bool:
    """Whether anything of a block itself can be seen below what is in it."""
    return bool(
        box.border_bottom_width
        or box.padding_bottom
        or box.style["background_color"].alpha
        or not all(isinstance(one, boxes.BlockLevelBox) for one in box.children)
    )
