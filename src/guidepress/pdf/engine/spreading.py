"""Rows that go on over the page spread over the white that they leave: the last one stands at its foot.

Questions are kept whole, with their code, so that a page of them may end well above its foot. What is left is shared
out between them, as room to write. CSS justifies no blocks down a page. Where a section ends with them, their answers
get more lines to be written on, as far as its last page has room.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Layout = Callable[..., Any]
# The class of a block whose children are spread, and the share of a page that is shared out at most.
CLASS = "spread"
MOST = 0.35
# The class of a line to write on, and how many of them an answer has at most on the last page of a section.
LINE = "writing"
MOST_LINES = 4


def spreading(block_level_layout: Layout) -> Layout:
    """WeasyPrint's function, with the children of a block that goes on over the page spread down to its foot."""

    def layout(context: Any, box: Any, bottom_space: float, *args: Any, **named: Any) -> Any:
        result = block_level_layout(context, box, bottom_space, *args, **named)
        new, resume_at = result[:2]
        if new is not None and resume_at is not None and _is_spread(box):
            _spread(new.children, context.page_bottom - bottom_space, _page_height(context))
        return result

    return layout


def roomy(make_page: Callable[..., Any]) -> Callable[..., Any]:
    """WeasyPrint's function that makes a page, with more lines to write on where the last one has room."""

    def make(*args: Any) -> Any:
        page, resume_at, *others = make_page(*args)
        if resume_at is None and (rows := _last_block(page.children[0])) is not None:
            _give_room(rows.children, _foot(page) - (rows.border_box_y() + rows.border_height()))
        return page, resume_at, *others

    return make


def _last_block(box: Any) -> Any:
    """The rows that a page ends with, None where it ends with anything else."""
    while not _is_spread(box):
        flow = [one for one in getattr(box, "children", ()) if one.is_in_normal_flow()]
        if not flow:
            return None
        box = flow[-1]
    return box


def _foot(page: Any) -> float:
    notes = page.children[1]
    return float(notes.position_y if notes.children else page.content_box_y() + page.height)


def _give_room(rows: Any, left: float) -> None:
    """Give each row as many lines more, within so many pixels."""
    asked = [[(one, _lines(one)) for one in row.children] for row in rows]
    written = [[(one, lines) for one, lines in row if lines] for row in asked]
    most = max((len(lines) for row in written for _, lines in row), default=MOST_LINES)
    high = sum(max(lines[0].margin_height() for _, lines in row) for row in written if row)
    more = min(MOST_LINES - most, int(left // high) if high else 0)
    if more <= 0:
        return
    down = 0.0
    for row, answers in zip(rows, written, strict=True):
        row.translate(dy=down)
        if not answers:
            continue
        by = more * max(lines[0].margin_height() for _, lines in answers)
        for one, lines in answers:
            _add_lines(one, lines, more)
        for one in row.children:
            one.height += by
        row.height += by
        down += by


def _lines(asked: Any) -> list[Any]:
    """The lines below a question."""
    return [one for one in asked.children if _has_class(one, LINE)]


def _add_lines(asked: Any, lines: list[Any], more: int) -> None:
    """Put lines above those that there are, of which the last has boxes to tick."""
    first = lines[0]
    step = first.margin_height()
    added = [first.copy_with_children([]) for _ in range(more)]
    for number, line in enumerate(added):
        line.translate(dy=number * step)
    at = asked.children.index(first)
    for box in asked.children[at:]:
        box.translate(dy=more * step)
    asked.children[at:at] = added


def _has_class(box: Any, name: str) -> bool:
    return box.element is not None and name in (box.element.get("class") or "").split()


def _is_spread(box: Any) -> bool:
    return _has_class(box, CLASS)


def _page_height(context: Any) -> float:
    height: float = context.style_for.initial_page_sizes["area"][1]
    return height


def _spread(rows: Any, foot: float, page: float) -> None:
    """Move rows down, each by as much more than the one above, so that the last ends at the foot."""
    if len(rows) < 2:
        return
    last = rows[-1]
    left = foot - (last.border_box_y() + last.border_height())
    if not 0 < left <= MOST * page:
        return
    for number, row in enumerate(rows):
        row.translate(dy=left * number / (len(rows) - 1))
