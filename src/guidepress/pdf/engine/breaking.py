"""Where lines break: two mistakes of WeasyPrint 70 mended.

Where text before an inline element fits its line but the space at its end does not, `split_first_line` gives
up on the text and breaks it after its first word: "What" stands alone on a line, and "does it mean that a
method is" on the next. It happens about once in a hundred such places, also after a space.

Where a line starts with an element, all that is in the element counts as its start. `overflow-wrap`, which is for
what does not fit a line of its own, then breaks any word that would have had its place on the next line.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from weasyprint.formatting_structure import boxes

# WeasyPrint's own shape: (layout, length, resume index, width, height, baseline).
_Line = tuple[Any, int, int | None, float, float, float]


def mended(split_first_line: Callable[..., _Line]) -> Callable[..., _Line]:
    """The function, with the space at the end of a text left out of what must fit."""

    def split(
        text: str,
        style: Any,
        context: Any,
        max_width: float | None,
        justification_spacing: float,
        is_line_start: bool = True,
        minimum: bool = False,
    ) -> _Line:
        rest = (style, context)
        options = (justification_spacing, is_line_start, minimum)
        found = split_first_line(text, *rest, max_width, *options)
        length, resume = found[1], found[2]
        if (
            max_width is None
            or resume is None
            or not text.endswith(" ")
            or style["white_space"] not in ("normal", "pre-line")
            or b" " in text.encode()[:length].strip(b" ")
        ):
            return found
        bare = split_first_line(text.rstrip(" "), *rest, max_width, *options)
        if bare[2] is None and bare[3] <= max_width:
            return split_first_line(text, *rest, None, *options)
        return found

    return split


class Starts:
    """Where the text of a line starts, and what stands there."""

    # Pixels that sums of widths may be off.
    _SLACK = 0.01

    def __init__(self) -> None:
        self._at = 0.0

    def box(self, split_inline_box: Callable[..., Any]) -> Callable[..., Any]:
        """The function, with the start noted of the line, or of an element that stands there."""

        def split(
            context: Any, box: Any, x: float, max_x: float, bottom: float, skip: Any, *rest: Any
        ) -> Any:
            outside = self._at
            if isinstance(box, boxes.LineBox):
                self._at = x
            elif skip is None and x <= self._at + self._SLACK:
                self._at = x + box.margin_left + box.border_left_width + box.padding_left
            try:
                return split_inline_box(context, box, x, max_x, bottom, skip, *rest)
            finally:
                self._at = outside

        return split

    def level(self, split_inline_level: Callable[..., Any]) -> Callable[..., Any]:
        """The function, with text told that something stands before it on its line."""

        def split(context: Any, box: Any, x: float, *rest: Any) -> Any:
            *between, line_children, letter, line = rest
            if isinstance(box, boxes.TextBox) and not line_children and x > self._at + self._SLACK:
                # Text asks only whether there are any.
                line_children = [(0, box)]
            return split_inline_level(context, box, x, *between, line_children, letter, line)

        return split
