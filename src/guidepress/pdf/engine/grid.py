"""The lines of a text stand on one grid from page to page, whatever stands between them.

A block that is no whole number of lines high (code, a table, a box) gets so much more white below it, as far as the
next line of the grid. The grid begins at the head of the page, and its step is the line of `main`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from guidepress.pdf.engine.deferring import Children

Layout = Callable[..., Any]
# The class of `main` in which lines are set on a grid; headings, which are whole lines with the white around them.
CLASS = "chapter"
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
# Boxes, whose first line is whole lines below, with their padding and the margin above them.
BOXES = frozenset({"admonition", "exercise", "takeaways", "objectives", "box"})
# What begins with a line of text.
TEXT = frozenset({"p", "ul", "ol", "dl", *HEADINGS})
# Pixels by which rounding puts a line off the grid.
SLACK = 0.05


def snapping(block_level_layout: Layout) -> Layout:
    """WeasyPrint's function, with the children of `main` followed by white up to the next line of the grid."""

    def layout(
        context: Any,
        box: Any,
        bottom_space: float,
        skip_stack: Any,
        main: Any,
        *args: Any,
        **named: Any,
    ) -> Any:
        result = block_level_layout(context, box, bottom_space, skip_stack, main, *args, **named)
        new, resume_at = result[:2]
        siblings = getattr(main, "children", None)
        if (
            isinstance(siblings, Children)
            and new is not None
            and resume_at is None
            and _is_grid(main)
        ):
            # What was laid out may be another block than was asked for.
            found = (n for n, one in enumerate(list(siblings)) if one.element is new.element)
            if (at := next(found, None)) is not None and at + 1 < len(siblings):
                snap(new, main, siblings[at + 1])
        return result

    return layout


def snap(new: Any, main: Any, following: Any) -> None:
    """Widen the margin below a finished child of `main`, so that the text that follows stands on the grid."""
    whole = following.element_tag in HEADINGS or not BOXES.isdisjoint(_classes(following))
    if following.element_tag not in TEXT and not whole:
        return
    step = _step(main)
    above = _margin_top(following)
    if step is None or above is None or not isinstance(new.margin_bottom, (int, float)):
        return
    if above < 0 or new.margin_bottom < 0:
        # What is to stand over something else is not moved.
        return
    bottom = new.border_box_y() + new.border_height() - main.position_y
    margin = max(new.margin_bottom, above)
    # A heading or a box makes whole lines together with the margin above it, other text without.
    top = bottom + margin - (above if whole else 0)
    if (off := top % step) > SLACK and step - off > SLACK:
        new.margin_bottom = margin + step - off


def _is_grid(main: Any) -> bool:
    return CLASS in _classes(main)


def _classes(box: Any) -> list[str]:
    return (box.element.get("class") or "").split() if box.element is not None else []


def _step(main: Any) -> float | None:
    line = main.style["line_height"]
    return float(line.value) if getattr(line, "unit", "") == "px" else None


def _margin_top(box: Any) -> float | None:
    margin = box.style["margin_top"]
    if margin == "auto" or getattr(margin, "unit", "px") != "px":
        return None
    return float(getattr(margin, "value", margin))
