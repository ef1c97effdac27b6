"""Rows that go on over the page spread over the white that they leave: the last one stands at its foot.

Questions are kept whole, with their code, so that a page of them may end well above its foot. What is left is shared
out between them, as room to write. CSS justifies no blocks down a page.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Layout = Callable[..., Any]
# The class of a block whose children are spread, and the share of a page that is shared out at most.
CLASS = "spread"
MOST = 0.35


def spreading(block_level_layout: Layout) -> Layout:
    """WeasyPrint's function, with the children of a block that goes on over the page spread down to its foot."""

    def layout(context: Any, box: Any, bottom_space: float, *args: Any, **named: Any) -> Any:
        result = block_level_layout(context, box, bottom_space, *args, **named)
        new, resume_at = result[:2]
        if new is not None and resume_at is not None and _is_spread(box):
            _spread(new.children, context.page_bottom - bottom_space, _page_height(context))
        return result

    return layout


def _is_spread(box: Any) -> bool:
    return box.element is not None and CLASS in (box.element.get("class") or "").split()


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
