"""Pages that go on end at the foot: lines that a page lacks are put above headings and what is set off from the text.

Widows, and what is kept whole, leave some lines of a page empty, so that facing pages would end at different heights.
CSS has no vertical justification. White is added in whole lines, so that text stays on the grid, and where white is
already: never between paragraphs. What a table at the foot of its page still lacks then, its rows share (`rows`). The
last page of a section stays as it is.

Where columns go on behind the page, in which blocks are kept whole, all white between the blocks of a column grows by
as much, to end it at the foot, or nearer to it: columns that stand side by side have no common grid.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from weasyprint.formatting_structure import boxes
from weasyprint.text.line_break import strut

from guidepress.pdf.engine import rows
from guidepress.pdf.engine.deferring import announces, of_code
from guidepress.pdf.engine.grid import HEADINGS, step_of

# The share of a page that may be added at most.
MOST = 0.25
# What running text is: no white between these but below a list.
TEXT = frozenset({"p", "ul", "ol", "dl"})
LISTS = TEXT - {"p"}
# So often lines are added to the gaps of a page, one each at a time, and once more to all where that makes it level.
ROUNDS = 5
# Lines by which the ends of facing pages may differ.
LEVEL = 1
# Pixels by which rounding puts the end of a page above its foot.
SLACK = 0.5


class _Gap(NamedTuple):
    """White above a block, and the rounds in which a line may be added to it."""

    box: Any
    rounds: tuple[int, ...]


def feathered(make_page: Callable[..., Any]) -> Callable[..., Any]:
    """WeasyPrint's function that makes a page, which ends at its foot where the text goes on behind it."""

    def make(*args: Any) -> Any:
        page, resume_at, next_page = make_page(*args)
        if resume_at is not None and next_page["break"] == "any":
            root, notes, *_ = page.children
            if (main := _main(root)) is not None:
                bottom = page.content_box_y() + page.height
                foot = notes.position_y if notes.children else bottom
                _feather(main, foot, MOST * page.height)
                _stretch(main, foot, MOST * page.height)
        return page, resume_at, next_page

    return make


def _feather(main: Any, foot: float, most: float) -> None:
    """Add the lines that a text on a grid lacks to its foot, unless they take more than so many pixels."""
    step = step_of(main)
    end = max(_bottoms(main), default=foot)
    if not step or foot - end > most:
        return
    if (lines := int((foot - end + SLACK) // step)) > 0:
        # What ends above its line would end more than a line above the foot.
        on_grid = abs((end - main.position_y + step / 2) % step - step / 2) <= SLACK
        end += step * _add(main, lines, step, LEVEL if on_grid else 0)
    if (table := rows.last_rows(main)) is not None:
        rows.share(table, foot - end, step)


def _stretch(main: Any, foot: float, most: float) -> None:
    """Let the white between the blocks of columns grow down to the foot, by a line each.

    Where the fullest one ends so many pixels above it, no column goes on.
    """
    columns = [list(_units(column.children)) for column in _last_columns(main)]
    lacks = [foot - max((_bottom(box) for _, box in units), default=0.0) for units in columns]
    if not max(lacks, default=0.0) > SLACK or min(lacks) > most:
        return
    line = strut(main.style)[0]
    for column, units, lack in zip(_last_columns(main), columns, lacks, strict=True):
        gaps = [
            first
            for (_, above), (first, box) in pairwise(units)
            if "avoid" not in (above.style["break_after"], box.style["break_before"])
            and box.border_box_y() - _bottom(above) > SLACK
        ]
        if gaps and lack > SLACK:
            _move(column, {id(one): 1 for one in gaps}, min(lack / len(gaps), line), 0.0)


def _last_columns(box: Any) -> Sequence[Any]:
    """The columns that a page ends with, unless each is to be as full as can be before the next one begins."""
    flow = [one for one in box.children if one.is_in_normal_flow()]
    if not flow:
        return ()
    last = flow[-1]
    if _is_open(last):
        return _last_columns(last)
    style = last.style
    in_columns = not style["column_count"] == style["column_width"] == "auto"
    return last.children if in_columns and style["column_fill"] == "balance" else ()


def _bottom(box: Any) -> float:
    return float(box.border_box_y() + box.border_height())


def _add(main: Any, lines: int, step: float, left: int) -> int:
    """Add so many lines to the white on a page, or as many as there is room for; returns how many.

    So many may be `left` to the foot rather than be added where a line was added before.
    """
    gaps = list(_gaps(main.children))
    if lines > len(gaps):
        lines -= left
    added = _added(gaps, lines)
    short = lines - (LEVEL - left)
    if sum(added.values()) < short <= sum(added.values()) + len(gaps):
        added = _added([gap._replace(rounds=(*gap.rounds, ROUNDS)) for gap in gaps], lines)
    if added:
        main.height += _move(main, added, step, 0.0)
    return sum(added.values())


def _main(box: Any) -> Any:
    """The text of a page, where there is nothing else on it."""
    found = [one for one in box.children if isinstance(one, boxes.BlockLevelBox)]
    if len(found) != 1 or not found[0].is_in_normal_flow():
        return None
    return found[0] if found[0].element_tag == "main" else _main(found[0])


def _bottoms(parent: Any) -> Iterator[float]:
    """Where what is in a block ends; a block that goes on reaches to the foot of its page itself."""
    for box in parent.children:
        if box.is_in_normal_flow() and _is_open(box):
            yield from _bottoms(box)
        elif (table := rows.last_rows(box)) is not None:
            yield _bottom(table)
        else:
            yield _bottom(box)


def room(blocks: Iterable[Any]) -> int:
    """How many lines may be added between blocks that follow each other down a page."""
    return sum(len(gap.rounds) for gap in _gaps(blocks))


def _gaps(blocks: Iterable[Any]) -> Iterator[_Gap]:
    above: Any = None
    for first, box in _units(blocks):
        if above is not None and (gap := _gap(above, first, box)) is not None:
            yield gap
        above = box


def _units(blocks: Iterable[Any]) -> Iterator[tuple[Any, Any]]:
    """The blocks that are moved as a whole, each with what begins with it: what holds it, a note beside it."""
    begins: Any = None
    for box in blocks:
        begins = begins or box
        # What has no height, as a place to link to, has no white around it.
        if not box.is_in_normal_flow() or not box.border_height():
            continue
        if _is_open(box):
            for first, inner in _units(box.children):
                yield begins or first, inner
                begins = None
        else:
            yield begins, box
            begins = None


def _is_open(box: Any) -> bool:
    """Whether a block only holds others, which follow each other down the page, and cannot be seen itself."""
    style = box.style
    return (
        type(box) is boxes.BlockBox
        and box.element_tag in ("div", "section")
        and style["column_count"] == style["column_width"] == "auto"
        and not (box.border_top_width or box.border_bottom_width)
        and style["background_color"].alpha == 0
        and bool(box.children)
        and all(isinstance(child, boxes.BlockLevelBox) for child in box.children)
    )


def _gap(above: Any, first: Any, box: Any) -> _Gap | None:
    """The white between two blocks, None where there is none to be widened."""
    if "avoid" in (above.style["break_after"], box.style["break_before"]) or announces(above):
        return None
    if box.element_tag in HEADINGS:
        return _Gap(first, (0, 3))
    if of_code(above) and of_code(box):
        # What code prints, and what is said of its lines, stays close to it.
        return _Gap(first, (4,))
    if box.element_tag not in TEXT or above.element_tag not in TEXT:
        return _Gap(first, (1, 4))
    return _Gap(first, (2,)) if above.element_tag in LISTS else None


def _added(gaps: Iterable[_Gap], lines: int) -> dict[int, int]:
    """How many lines are added above which blocks, by identity."""
    gaps = list(gaps)
    added: dict[int, int] = {}
    for number in range(ROUNDS + 1):
        chosen = [gap for gap in gaps if number in gap.rounds]
        count = min(lines, len(chosen))
        for at in range(count):
            # Evenly down the page.
            box = chosen[(2 * at + 1) * len(chosen) // (2 * count)].box
            added[id(box)] = added.get(id(box), 0) + 1
        lines -= count
    return added


def _move(parent: Any, added: dict[int, int], step: float, by: float) -> float:
    """Move what is in a block down by so many pixels and the lines that are added; returns by how much at its end."""
    for box in parent.children:
        by += step * added.get(id(box), 0)
        if box.is_in_normal_flow() and _is_open(box):
            box.position_y += by
            end = _move(box, added, step, by)
            box.height += end - by
            by = end
        else:
            box.translate(dy=by)
    return by
