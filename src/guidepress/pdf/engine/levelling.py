"""Columns start level: the white above what begins a column falls away, as it does at the head of a page.

CSS has it so (css-break-3, 5.2); WeasyPrint keeps that white in the first page of a document and in columns of even
height, so that a heading on top of a column stands lower than the lines beside it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from weasyprint.css.properties import Dimension
from weasyprint.formatting_structure import boxes

Layout = Callable[..., Any]
_NONE = Dimension(0, "px")


def levelling(block_container_layout: Layout) -> Layout:
    """WeasyPrint's function, with no margin above the first block of a column but the first one."""

    def layout(
        context: Any, box: Any, bottom_space: float, skip_stack: Any, *args: Any, **named: Any
    ) -> Any:
        if box.is_column and skip_stack:
            at, inside = next(iter(skip_stack.items()))
            if inside is None and at < len(box.children):
                # The column goes on elsewhere with the same children.
                children = list(box.children)
                children[at] = _bare(children[at])
                box = box.copy_with_children(children)
        return block_container_layout(context, box, bottom_space, skip_stack, *args, **named)

    return layout


def _bare(box: Any) -> Any:
    """A block without a margin above it, nor above the blocks that it begins with."""
    bare = box.copy()
    if box.style["margin_top"] != _NONE:
        bare.style = box.style.copy()
        bare.style["margin_top"] = _NONE
    begins = box.children[0] if getattr(box, "children", ()) else None
    if isinstance(begins, boxes.BlockBox) and not _is_parted(box):
        bare.children = [_bare(begins), *box.children[1:]]
    return bare


def _is_parted(box: Any) -> bool:
    """Whether something stands between the top of a block and what it begins with."""
    padding = box.style["padding_top"]
    return bool(box.style["border_top_width"]) or bool(getattr(padding, "value", padding))
