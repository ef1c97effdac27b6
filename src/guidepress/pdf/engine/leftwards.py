"""Lines from right to left: mistakes of WeasyPrint 70 corrected.

Such a line is laid out from where it ends up to the right, and then moved to the left by its width. The floats in it
stand where they belong already, and are moved along: out of their column, or off the page. The indent of a first line
is added where it starts from, and so comes to lie behind its end.

The space that ends a line stands at its left. WeasyPrint takes it off the text, keeps the shapes that begin with it,
and moves the line by its width to make up for that; but the words of a justified line are shaped anew, without it.

A picture in a line that has a ratio but no size of its own, as many a drawing, is as wide as a block would be. Where
a block stands from right to left is computed along with its width, and the picture has no place yet.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from weasyprint.formatting_structure import boxes


def aligning(text_align: Callable[..., float]) -> Callable[..., float]:
    """The function that says how far a line is moved, its indent included; its floats are moved back before."""

    def align(context: Any, line: Any, available_width: float, last: bool) -> float:
        offset = text_align(context, line, available_width, last)
        if line.style["direction"] == "rtl":
            offset += line.text_indent
            for box in _floats(line):
                box.translate(offset + line.width, 0)
        return offset

    return align


def stripping(
    remove_last_whitespace: Callable[[Any, Any], None], split_text_box: Callable[..., Any]
) -> Callable[[Any, Any], None]:
    """The function that takes off the last space, with the shapes of the text that is left."""

    def strip(context: Any, line: Any) -> None:
        chain = [line]
        while isinstance(chain[-1], (boxes.LineBox, boxes.InlineBox)) and chain[-1].children:
            chain.append(chain[-1].children[-1])
        last = chain[-1]
        before = getattr(last, "position_x", 0.0)
        remove_last_whitespace(context, line)
        space = before - getattr(last, "position_x", 0.0)
        if not isinstance(last, boxes.TextBox) or not space or not last.text:
            return
        shaped, _, _ = split_text_box(context, last, None, 0)
        last.pango_layout = shaped.pango_layout
        for box in chain[1:]:
            box.position_x += space

    return strip


def placed(layout: Callable[[Any, Any], None]) -> Callable[[Any, Any], None]:
    """The function that lays out a picture in a line, which gets its place from the line afterwards."""

    def lay_out(box: Any, containing_block: Any) -> None:
        box.position_x = 0.0
        layout(box, containing_block)

    return lay_out


def _floats(box: Any) -> Iterator[Any]:
    """The outermost floats in a line, and in the inline boxes in it."""
    for child in getattr(box, "children", ()):
        if child.is_floated():
            yield child
        elif child.is_in_normal_flow():
            yield from _floats(child)
