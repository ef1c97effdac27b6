"""Lines of plain text laid out once, wherever they come to stand.

WeasyPrint 70 lays a paragraph out anew each time that something around it is tried: a figure in another place, columns
of another height, a page that is a line longer. Its lines depend on nothing but the width they have, so they are kept,
each as it is before it gets its place on the page.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from dataclasses import dataclass
from typing import Any

from weasyprint.formatting_structure import boxes
from weasyprint.layout import inline

Next = Callable[..., tuple[Any, Any]]
# Under which name a context has them.
_NAME = "kept_lines"


def is_plain(box: Any) -> bool:
    """Whether a line box holds text, pictures and the elements around them, and nothing that layout changes."""
    return (
        isinstance(box, boxes.LineBox)
        and box.style["direction"] == "ltr"
        and all(map(_depends_on_nothing, box.children))
    )


def _depends_on_nothing(box: Any) -> bool:
    if box.missing_link is not None or not box.is_in_normal_flow():
        return False
    if isinstance(box, boxes.InlineBox):
        return all(map(_depends_on_nothing, box.children))
    if type(box) is boxes.InlineBlockBox:
        # A line in a line, as the number before a title.
        return not box.first_letter_style and len(box.children) == 1 and is_plain(box.children[0])
    return isinstance(box, (boxes.TextBox, boxes.InlineReplacedBox))


@dataclass(frozen=True, slots=True)
class _Kept:
    """A line box from its baseline at 0, how far it moves to the right, its top, and where the next one starts."""

    line: Any
    right: float
    top: float
    resume_at: Any

    def at(self, y: float) -> Any:
        """The line with its top at `y`."""
        line = _moved(self.line, self.right, y - self.top)
        line.position_y = y
        return line


def forget(context: Any) -> None:
    """Keep no lines of a document any longer, which is laid out."""
    vars(context).pop(_NAME, None)


def share(context: Any, other: Any) -> None:
    """Let a document be laid out in another context, with the lines of before."""
    vars(other)[_NAME] = vars(context).setdefault(_NAME, {})


class Lines:
    """The lines of one document. They are kept with the context that it is laid out in."""

    def __init__(self) -> None:
        # By the identity of a line box, which is kept.
        self._plain: dict[int, tuple[Any, bool]] = {}

    def keeping(self, get_next_linebox: Next) -> Next:
        """WeasyPrint's function, asked once for each line of plain text that has no floats beside it."""

        def next_line(
            context: Any,
            box: Any,
            y: float,
            bottom_space: float,
            skip_stack: Any,
            containing_block: Any,
            absolute_boxes: list[Any],
            fixed_boxes: list[Any],
            letter_style: Any,
            line_style: Any,
        ) -> tuple[Any, Any]:
            if context.excluded_shapes or letter_style or line_style or not self._is_plain(box):
                return get_next_linebox(
                    context, box, y, bottom_space, skip_stack, containing_block,
                    absolute_boxes, fixed_boxes, letter_style, line_style,
                )  # fmt: skip
            key = (
                id(box), _hashable(skip_stack), box.text_indent,
                containing_block.content_box_x(), containing_block.width, containing_block.height,
            )  # fmt: skip
            lines: dict[tuple[object, ...], _Kept] = vars(context).setdefault(_NAME, {})
            kept = lines.get(key)
            if kept is not None:
                return kept.at(y), kept.resume_at
            made = _made(context, box, y, bottom_space, skip_stack, containing_block)
            if isinstance(made, _Kept):
                lines[key] = made
                return made.at(y), made.resume_at
            return made

        return next_line

    def _is_plain(self, box: Any) -> bool:
        known = self._plain.get(id(box))
        if known is None:
            known = self._plain[id(box)] = box, is_plain(box)
        return known[1]


def _made(
    context: Any, box: Any, y: float, bottom_space: float, skip_stack: Any, containing_block: Any
) -> _Kept | tuple[Any, Any]:
    """The next line; as WeasyPrint's function returns it where there is nothing on it.

    What that function does, but for floats.
    """
    skip_stack = inline.skip_first_whitespace(box, skip_stack)
    if skip_stack == "continue":
        return None, None
    box.position_y = y
    box.width = box.height = 0
    x, _, room = inline.avoid_collisions(context, box, containing_block, outer=False)
    box.position_x = x
    line, resume_at, forced, *_ = inline.split_inline_box(
        context, box, x + box.text_indent, x + room, bottom_space, skip_stack, containing_block,
        [], [], [], [], [], None, None,
    )  # fmt: skip
    if inline.is_phantom_linebox(line) and not forced:
        line.height = 0
        return line, resume_at
    inline.remove_last_whitespace(context, line)
    right = inline.text_align(context, line, room, last=resume_at is None or forced)
    bottom, top = inline.line_box_verticality(line)
    line.baseline = -top
    line.position_y = top
    line.height = bottom - top
    line.margin_top = line.margin_bottom = 0
    return _Kept(line, right, top, resume_at)


def _moved(box: Any, dx: float, dy: float) -> Any:
    """A copy of a box and of all in it, moved."""
    new = box.copy()
    new.position_x += dx
    new.position_y += dy
    if isinstance(box, boxes.TextBox):
        # Painting sets it up again, and may change it.
        new.pango_layout = copy(box.pango_layout)
    elif box.children:
        new.children = [_moved(child, dx, dy) for child in box.children]
    return new


def _hashable(skip_stack: Any) -> tuple[Any, ...]:
    found = []
    while skip_stack:
        index, skip_stack = next(iter(skip_stack.items()))
        found.append(index)
    return tuple(found)
