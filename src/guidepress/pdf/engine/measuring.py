"""What texts measure, remembered: WeasyPrint 70 asks Pango for the same line again and again.

Columns are laid out once to see how tall they get and again to balance them, items of a flexible box up to three
times, a table each time it goes on over a page, and each word by itself wherever something is as narrow as it can be.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from copy import copy
from typing import Any

from guidepress.pdf.engine.shaping import Styles

# WeasyPrint's own shape: (layout, length, resume index, width, height, baseline).
Line = tuple[Any, int, int | None, float, float, float]
Split = Callable[..., Line]

# A word, the space behind it, and a letter: a line may break there, whatever comes after.
_WORD = re.compile(r"[A-Za-z0-9.,;:()]+ [A-Za-z0-9]")


class Measures:
    """The lines of one document, by everything that they depend on."""

    def __init__(self, styles: Styles) -> None:
        self._lines: dict[tuple[object, ...], Line] = {}
        self._styles = styles

    def remembering(self, split_first_line: Split) -> Split:
        """The function, asked once for each line."""

        def split(
            text: str,
            style: Any,
            context: Any,
            max_width: float | None,
            justification_spacing: float,
            is_line_start: bool = True,
            minimum: bool = False,
        ) -> Line:
            if minimum and max_width == 0 and style["white_space"] == "normal":
                # Only the first word is measured, so one that comes again need not be.
                word = _WORD.match(text)
                if (
                    word
                    and style["overflow_wrap"] != "anywhere"
                    and style["word_break"] == "normal"
                ):
                    text = word[0]
            options = (max_width, justification_spacing, is_line_start, minimum)
            key = (text, self._styles.number(style), *options)
            found = self._lines.get(key)
            if found is None:
                found = split_first_line(text, style, context, *options)
                self._lines[key] = found
                return found
            # Each box has a layout of its own, which painting sets up again and may change.
            return (copy(found[0]), *found[1:])

        return split
