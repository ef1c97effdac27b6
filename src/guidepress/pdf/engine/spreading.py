"""Questions that go on over the page spread over the white that they leave: the last ones stand at its foot.

They follow each other down the page, some of them in columns, and are kept whole, with their code, so that a page of
them may end well above its foot. What is left is shared out between them, as room to write. CSS justifies no blocks
down a page, nor does it keep some blocks of columns together: the last page has four questions at least. Where a
section ends with them, their head gets more white above it, and their answers get more lines to be written on, as far
as its last page has room.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

Layout = Callable[..., Any]
# The class of a block whose children are spread, and the share of a page that is shared out at most.
CLASS = "spread"
MOST = 0.35
# So many stand on the last page of several at least, and the pixels by which the one before is made shorter for them.
LEAST = 4
SHORTER = 10.0
# So many on the last page are few: half a page. A page less is tried for.
FEW = 10
# The class of a line to write on, and how many of them an answer has at most on the last page of a section.
LINE = "writing"
MOST_LINES = 4
# The pixels that are added between questions there at most, and the share of the head's line that is added above it.
EASE = 8.0
ABOVE = 0.6


def spreading(block_level_layout: Layout, remove_placeholders: Layout) -> Layout:
    """WeasyPrint's function, with the children of a block that goes on over the page spread down to its foot."""

    def layout(
        context: Any,
        box: Any,
        bottom_space: float,
        skip_stack: Any,
        containing_block: Any,
        page_is_empty: bool = True,
        absolute_boxes: Any = None,
        fixed_boxes: Any = None,
        adjoining_margins: Any = None,
        *args: Any,
        **named: Any,
    ) -> Any:
        def laid_out(space: float) -> Any:
            # The margins above a block are noted in the list that it is given, and it is moved down by them.
            box.position_y = top
            margins = list(adjoining_margins) if is_spread else adjoining_margins
            return block_level_layout(
                context, box, space, skip_stack, containing_block, page_is_empty,
                absolute_boxes, fixed_boxes, margins, *args, **named,
            )  # fmt: skip

        top = box.position_y
        is_spread = _is_spread(box) and adjoining_margins is not None
        result = laid_out(bottom_space)
        if not is_spread or result[0] is None or result[1] is None:
            return result
        page, space = _page_height(context), bottom_space
        enough = _count(box, skip_stack) >= LEAST
        while enough and result[0] is not None and _count(box, result[1]) < LEAST:
            remove_placeholders(context, [result[0]], absolute_boxes, fixed_boxes)
            space += SHORTER
            if space - bottom_space > MOST * page:
                # They are so tall that the page would be left empty.
                space, enough = bottom_space, False
            result = laid_out(space)
        if result[0] is not None:
            # It reaches down to where it was to end.
            result[0].height += space - bottom_space
            foot = context.page_bottom - bottom_space
            if foot - _bottom(result[0].children[-1]) <= MOST * page:
                _spread(result[0].children, foot)
        return result

    return layout


def roomy(make_page: Callable[..., Any]) -> Callable[..., Any]:
    """WeasyPrint's function that makes a page, with more lines to write on where the last one has room."""

    def make(*args: Any) -> Any:
        page, resume_at, *others = make_page(*args)
        if resume_at is None and (block := _last_block(page.children[0])) is not None:
            _part(page.children[0], block, _foot(page) - _bottom(block))
            _give_room(block.children, _foot(page) - _bottom(block))
            _spread(block.children, _foot(page), most=EASE)
        return page, resume_at, *others

    return make


def _part(root: Any, block: Any, left: float) -> None:
    """Move questions that have their head on the page away from the text above it, within so many pixels."""
    above, inside = None, root
    while _flow(inside)[-1] is not block:
        above, inside = inside, _flow(inside)[-1]
    if above is not None and inside.children[0] is not block and _flow(above)[0] is not inside:
        inside.translate(dy=min(left, ABOVE * inside.children[0].height))


def leaves_few(pages: Sequence[Any]) -> bool:
    """Whether the last page of a section has only a few questions that are left of the page before."""
    if len(pages) < 2 or _last_block(pages[-2].children[0]) is None:
        return False
    block = _last_block(pages[-1].children[0])
    return block is not None and sum(map(_held, block.children)) <= FEW


def asks(page: Any) -> bool:
    """Whether a page ends with questions."""
    return _last_block(page.children[0]) is not None


def _held(group: Any) -> int:
    """The questions of a group that is laid out."""
    return sum(len(column.children) for column in _columns(group))


def _last_block(box: Any) -> Any:
    """The block of questions that a page ends with, None where it ends with anything else."""
    while not _is_spread(box):
        if not (flow := _flow(box)):
            return None
        box = flow[-1]
    return box


def _flow(box: Any) -> list[Any]:
    """What follows each other in a box."""
    return [one for one in getattr(box, "children", ()) if one.is_in_normal_flow()]


def _foot(page: Any) -> float:
    notes = page.children[1]
    return float(notes.position_y if notes.children else page.content_box_y() + page.height)


def _count(box: Any, skip_stack: Any) -> int:
    """How many questions there are from a place in a block on."""
    if skip_stack is None:
        return sum(len(group.children) if _in_columns(group) else 1 for group in box.children)
    ((first, inner),) = skip_stack.items()
    passed = next(iter(inner)) if inner and _in_columns(box.children[first]) else 0
    rest = box.copy_with_children(box.children[first:])
    return _count(rest, None) - passed


def _columns(group: Any) -> list[Any]:
    """The blocks whose children stand below each other: the columns of a group, or it alone."""
    return list(group.children) if _in_columns(group) else [group]


def _in_columns(group: Any) -> bool:
    return not group.style["column_count"] == group.style["column_width"] == "auto"


def _give_room(groups: Any, left: float) -> None:
    """Give each answer as many lines more, within so many pixels."""
    answers = [[one for column in _columns(group) for one in column.children] for group in groups]
    most = max((len(_lines(one)) for group in answers for one in group), default=MOST_LINES)
    high = sum(max(map(_line_heights, _columns(group))) for group in groups)
    more = min(MOST_LINES - most, int(left // high) if high else 0)
    if more <= 0:
        return
    down = 0.0
    for group in groups:
        group.translate(dy=down)
        by = more * max(map(_line_heights, _columns(group)))
        for column in _columns(group):
            below = 0.0
            for one in column.children:
                one.translate(dy=below)
                below += _add_lines(one, more)
            if column is not group:
                column.height += by
        group.height += by
        down += by


def _line_heights(column: Any) -> float:
    """How much higher a column gets by a line more for each of its answers."""
    return float(sum(_lines(one)[-1].margin_height() for one in column.children if _lines(one)))


def _lines(asked: Any) -> list[Any]:
    """The lines below a question."""
    return [one for one in asked.children if _has_class(one, LINE)]


def _add_lines(asked: Any, more: int) -> float:
    """Put lines below those that a question has, if it has any; returns how much higher it is."""
    lines = _lines(asked)
    if not lines:
        return 0.0
    last = lines[-1]
    step: float = last.margin_height()
    added = [last.copy() for _ in range(more)]
    for number, line in enumerate(added, 1):
        line.translate(dy=number * step)
    at = asked.children.index(last) + 1
    asked.children[at:at] = added
    asked.height += more * step
    return more * step


def _has_class(box: Any, name: str) -> bool:
    return box.element is not None and name in (box.element.get("class") or "").split()


def _is_spread(box: Any) -> bool:
    return _has_class(box, CLASS)


def _page_height(context: Any) -> float:
    height: float = context.style_for.initial_page_sizes["area"][1]
    return height


def _spread(groups: Any, foot: float, most: float | None = None) -> None:
    """Move questions down, each by as much more than the one above, so that the last ones end at the foot.

    Or by so many pixels at `most`, where nothing follows on the next page.
    """
    gaps = [_gaps(group) for group in groups]
    left = max(foot - _bottom(groups[-1]), 0.0)
    if not (count := sum(gaps) + len(gaps) - 1):
        return
    down, each = 0.0, left / count if most is None else min(left / count, most)
    for group, inner in zip(groups, gaps, strict=True):
        group.translate(dy=down)
        if inner:
            for column in _columns(group):
                # Columns that go on end at the foot, too.
                level = group is groups[-1] and most is None
                own = _bottom(group) - _bottom(column.children[-1]) if level else 0.0
                _shift(column.children, each * inner + own)
                column.height += each * inner
            group.height += each * inner
        down += each * (inner + 1)


def _gaps(group: Any) -> int:
    """How many times there is white between the questions of a group, in the column that has most of them."""
    return max(len(one.children) for one in group.children) - 1 if _in_columns(group) else 0


def _shift(rows: Any, by: float) -> None:
    """Move the last of some blocks down by so many pixels, and those above by less and less."""
    for number, row in enumerate(rows):
        row.translate(dy=by * number / max(len(rows) - 1, 1))


def _bottom(box: Any) -> float:
    return float(box.border_box_y() + box.border_height())
