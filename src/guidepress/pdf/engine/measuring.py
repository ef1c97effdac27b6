"""What texts measure, remembered: WeasyPrint 70 asks Pango for the same line again and again.

Columns are laid out once to see how tall they get and again to balance them, items of a flexible box up to three
times, a table each time it goes on over a page, and each word by itself wherever something is as narrow as it can be.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from copy import copy
from typing import Any

# WeasyPrint's own shape: (layout, length, resume index, width, height, baseline).
Line = tuple[Any, int, int | None, float, float, float]
Split = Callable[..., Line]

# The properties that change how text is shaped.
SHAPING = (
    "direction",
    "font_family",
    "font_feature_settings",
    "font_kerning",
    "font_language_override",
    "font_size",
    "font_stretch",
    "font_style",
    "font_variant_alternates",
    "font_variant_caps",
    "font_variant_east_asian",
    "font_variant_ligatures",
    "font_variant_numeric",
    "font_variant_position",
    "font_variation_settings",
    "font_weight",
    "lang",
    "letter_spacing",
)
# Everything that `split_first_line`, and the layouts it makes, ask a style for.
_ASKED = (
    *SHAPING,
    "hyphenate_character",
    "hyphenate_limit_chars",
    "hyphenate_limit_zone",
    "hyphens",
    "overflow_wrap",
    "tab_size",
    "text_decoration_line",
    "white_space",
    "word_break",
    "word_spacing",
)
# A word, the space behind it, and a letter: a line may break there, whatever comes after.
_WORD = re.compile(r"[A-Za-z0-9.,;:()]+ [A-Za-z0-9]")


class Measures:
    """The lines of one document, by everything that they depend on."""

    def __init__(self) -> None:
        self._lines: dict[tuple[object, ...], Line] = {}
        # A style has one key as long as it is: the engine changes copies only. The styles are kept, so that no
        # other gets the identity of one that is gone.
        self._styles: dict[int, tuple[Any, int]] = {}
        self._keys: dict[tuple[object, ...], int] = {}

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
            key = (text, self._key(style), *options)
            found = self._lines.get(key)
            if found is None:
                found = split_first_line(text, style, context, *options)
                self._lines[key] = found
                return found
            # Each box has a layout of its own, which painting sets up again and may change.
            return (copy(found[0]), *found[1:])

        return split

    def _key(self, style: Any) -> int:
        """A number that styles have in common that measure alike."""
        known = self._styles.get(id(style))
        if known is None:
            asked = tuple(_hashable(style[name]) for name in _ASKED)
            known = style, self._keys.setdefault(asked, len(self._keys))
            self._styles[id(style)] = known
        return known[1]


def _hashable(value: object) -> object:
    """A value by which equal ones are told from others; what cannot be a key is told by its text."""
    try:
        hash(value)
    except TypeError:
        return repr(value)
    return value
