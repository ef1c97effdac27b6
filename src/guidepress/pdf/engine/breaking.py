"""Where lines break: a mistake of WeasyPrint 70 mended.

Where text before an inline element fits its line but the space at its end does not, `split_first_line` gives
up on the text and breaks it after its first word: "What" stands alone on a line, and "does it mean that a
method is" on the next. It happens about once in a hundred such places.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

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
            or b" " in text.encode()[:length]
        ):
            return found
        bare = split_first_line(text.rstrip(" "), *rest, max_width, *options)
        if bare[2] is None and bare[3] <= max_width:
            return split_first_line(text, *rest, None, *options)
        return found

    return split
