"""Code that goes on over the page does not begin there with the empty lines that its parts are divided by.

CSS drops no lines at a page break, only the margins of blocks. Numbered lines stay, since each has its number.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from guidepress.pdf.engine.deferring import classes

Layout = Callable[..., Any]
# The class of code whose lines are numbered.
NUMBERED = "numbered"


def dropping(block_container_layout: Layout) -> Layout:
    """WeasyPrint's function, which passes over empty lines of code at the head of a page."""

    def layout(
        context: Any, box: Any, bottom_space: float, skip_stack: Any, *args: Any, **named: Any
    ) -> Any:
        if skip_stack and box.element_tag == "pre" and NUMBERED not in classes(box):
            skip_stack = _passed(box, skip_stack)
        return block_container_layout(context, box, bottom_space, skip_stack, *args, **named)

    return layout


def _passed(box: Any, skip_stack: Any) -> Any:
    """Where the next line with something on it is, if the page begins between two lines of code."""
    ((at, inner),) = skip_stack.items()
    lines = box.children[at].children
    if not inner or (start := next(iter(inner))) >= len(lines) or inner[start] is not None:
        return skip_stack
    while start + 1 < len(lines) and _is_empty(lines[start]):
        start += 1
    return {at: {start: None}}


def _is_empty(box: Any) -> bool:
    return box.element is not None and not "".join(box.element.itertext()).strip()
