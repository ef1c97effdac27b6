"""The lines of a text stand on one grid from page to page, whatever stands between them.

A block that is no whole number of lines high (code, a table, a box) gets so much more white below it, as far as the
next line of the grid. The grid begins at the head of the page, and its step is the line of `main`. What is in boxes,
lists and records keeps to it, too; columns, cells and what stands beside the text do not.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from weasyprint.formatting_structure import boxes

from guidepress.pdf.engine.deferring import Children, classes

Layout = Callable[..., Any]
# The class of `main` in which lines are set on a grid; headings, which are whole lines with the white around them.
CLASS = "chapter"
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
# What begins with a line of text.
TEXT = frozenset({"p", "ul", "ol", "li", "dl", "dt", "dd", *HEADINGS})
# The white below a block may be less than it asks for, down to this part of a line, where the next line is so near.
LEAST = 0.25
# Below what has a caption at its foot more is needed: a quarter of a line would tie the text to the caption.
BELOW_CAPTION = 0.5
# And between two boxes with a ground, which would look like one.
BETWEEN_BOXES = 0.5
# Pixels by which rounding puts a line off the grid.
SLACK = 0.05


class _Grid(NamedTuple):
    """Where the grid of a page begins, and its step, in pixels."""

    top: float
    step: float


class _Head(NamedTuple):
    """What stands over the first line of a block, in pixels: the white that margins share, what is below that, and how
    much of it is counted with the lines of a heading.
    """

    margin: float
    inside: float
    heading: float


def snapping(block_level_layout: Layout) -> Layout:
    """WeasyPrint's function, with blocks of a text followed by white up to the next line of the grid."""

    def layout(
        context: Any,
        box: Any,
        bottom_space: float,
        skip_stack: Any,
        container: Any,
        *args: Any,
        **named: Any,
    ) -> Any:
        siblings = getattr(container, "children", None)
        grid = _grid(context, container) if isinstance(siblings, Children) else None
        if grid and _is_flow(box) and not isinstance(box.children, Children):
            box.children = Children(box.children)
        result = block_level_layout(
            context, box, bottom_space, skip_stack, container, *args, **named
        )
        new, resume_at = result[:2]
        if grid and isinstance(siblings, Children) and new is not None and resume_at is None:
            # What was laid out may be another block than was asked for.
            found = (n for n, one in enumerate(list(siblings)) if one.element is new.element)
            at = next(found, None)
            following = None if at is None else next(siblings.ahead(at + 1), None)
            if following is not None:
                _snap(new, following, grid)
        return result

    return layout


def _grid(context: Any, container: Any) -> _Grid | None:
    """The grid that the children of a block are set on; None where it is not in a text that has one."""
    if container.element_tag == "main":
        step = step_of(container)
        context.grid = _Grid(container.position_y, step) if step else None
    found: _Grid | None = getattr(context, "grid", None)
    return found


def step_of(main: Any) -> float:
    """The distance of the lines of a `main` in pixels, 0 where it is not set on a grid."""
    line = main.style["line_height"]
    on_grid = CLASS in classes(main) and getattr(line, "unit", "") == "px"
    return float(line.value) if on_grid else 0.0


def _is_flow(box: Any) -> bool:
    """Whether the blocks in a block follow each other down the page."""
    style = box.style
    return (
        type(box) is boxes.BlockBox
        and box.is_in_normal_flow()
        and style["column_count"] == style["column_width"] == "auto"
        and style["height"] == "auto"
        and bool(box.children)
        and all(isinstance(child, boxes.BlockLevelBox) for child in box.children)
    )


def _snap(new: Any, following: Any, grid: _Grid) -> None:
    """Widen the margin below a finished block, so that the text that follows stands on the grid."""
    head = _head(following)
    if head is None or not isinstance(new.margin_bottom, (int, float)):
        return
    if head.margin < 0 or new.margin_bottom < 0:
        # What is to stand over something else is not moved.
        return
    bottom = new.border_box_y() + new.border_height() - grid.top
    margin = max(_margin_below(new), head.margin)
    off = (bottom + margin + head.inside - head.heading) % grid.step
    if off <= SLACK or grid.step - off <= SLACK:
        return
    least = max(head.margin, grid.step * _least(new, following))
    new.margin_bottom = margin - off if margin - off >= least else margin + grid.step - off


def _least(new: Any, following: Any) -> float:
    """The white below a block that may not be given up for the grid, in lines."""
    if new.element_tag == "figure":
        return BELOW_CAPTION
    return BETWEEN_BOXES if _is_box(new) and _is_box(following) else LEAST


def _is_box(box: Any) -> bool:
    """Whether a block has a ground of its own; but for code, which stands close to what it prints."""
    return bool(box.element_tag != "pre" and box.style["background_color"].alpha)


def _margin_below(new: Any) -> float:
    """The white below a finished block, which it may share with the last of what is in it."""
    margin: float = new.margin_bottom
    while type(new) is boxes.BlockBox and not new.border_bottom_width and not new.padding_bottom:
        if not new.children or not isinstance(new.children[-1], boxes.BlockLevelBox):
            break
        new = new.children[-1]
        margin = max(margin, new.margin_bottom)
    return margin


def _head(box: Any) -> _Head | None:
    """What stands over the first line of a block that is not laid out yet; None where it begins with anything else."""
    margin = inside = 0.0
    while True:
        above = _pixels(box.style["margin_top"])
        below = _pixels(box.style["padding_top"])
        if above is None or below is None or not box.is_in_normal_flow():
            return None
        if inside:
            inside += above
        elif above < 0:
            return _Head(above, 0, 0)
        else:
            margin = max(margin, above)
        inside += box.style["border_top_width"] + below
        if box.element_tag in HEADINGS:
            # A heading makes whole lines together with the margins around it.
            return _Head(margin, inside, above)
        # The marks of lists stand beside the text.
        flowing = (one for one in getattr(box, "children", ()) if one.is_in_normal_flow())
        first = next(flowing, None)
        if isinstance(first, boxes.LineBox):
            return _Head(margin, inside, 0) if box.element_tag in TEXT else None
        if type(first) is not boxes.BlockBox:
            return None
        box = first


def _pixels(length: Any) -> float | None:
    if length == "auto" or getattr(length, "unit", "px") != "px":
        return None
    return float(getattr(length, "value", length))
