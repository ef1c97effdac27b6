"""Heads that stand again where their block goes on in another column or on another page: "HTTP (continued)".

CSS repeats only the heads of tables. A block of the class `continues` holds, behind each line that others stand below,
an element of the class `continued` with what is to stand over them then. `data-depth` says of both how deep a line
stands. Where the block is not broken, none of these is printed; where it is, the one of the line above what comes next.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from weasyprint.formatting_structure import boxes

Layout = Callable[..., Any]
# The class of a block that is continued, and that of its heads.
CLASS, HEAD = "continues", "continued"


def continuing(block_container_layout: Layout) -> Layout:
    """WeasyPrint's function, with a head over what is left of a block that goes on."""

    def layout(
        context: Any, box: Any, bottom_space: float, skip_stack: Any, *args: Any, **named: Any
    ) -> Any:
        if not _has_class(box, CLASS) or not isinstance(box, boxes.BlockBox):
            return block_container_layout(context, box, bottom_space, skip_stack, *args, **named)
        start, rest = next(iter(skip_stack.items())) if skip_stack else (0, None)
        # The places of the children that are printed here.
        shown = [at for at, child in enumerate(box.children) if not is_head(child)]
        shown = [at for at in shown if at >= start]
        head = _head(box.children, shown[0]) if skip_stack and shown and rest is None else None
        if head is not None:
            shown.insert(0, head)
        part = box.copy_with_children([box.children[at] for at in shown])
        skip = {0: rest} if rest is not None else None
        new, resume_at, *others = block_container_layout(
            context, part, bottom_space, skip, *args, **named
        )
        if resume_at is not None:
            at, inner = next(iter(resume_at.items()))
            if head is not None and at <= 1 and inner is None:
                # Nothing stands below the head.
                at = 1
            resume_at = {shown[at]: inner} if at < len(shown) else None
        return new, resume_at, *others

    return layout


def is_head(box: Any) -> bool:
    """Whether a box is printed only over what its block goes on with."""
    return _has_class(box, HEAD)


def _head(children: Sequence[Any], start: int) -> int | None:
    """The place of the head that belongs over a child: that of the nearest line above it."""
    depth = _depth(children[start])
    for at in range(start - 1, -1, -1):
        if is_head(children[at]) and _depth(children[at]) < depth:
            return at
    return None


def _depth(box: Any) -> int:
    return int(box.element.get("data-depth") or 0) if box.element is not None else 0


def _has_class(box: Any, name: str) -> bool:
    return box.element is not None and name in (box.element.get("class") or "").split()
