"""Where lines break: mistakes of WeasyPrint 70 corrected.

Where text before an inline element fits its line but the space at its end does not, `split_first_line` gives
up on the text and breaks it after its first word: "What" stands alone on a line, and "does it mean that a
method is" on the next. It happens about once in a hundred such places, also after a space. Text that also begins with a
space is hyphenated instead, at whatever word is long enough: "has a min-" and "imal set of" on the next line.

Where a line starts with an element, all that is in the element counts as its start. `overflow-wrap`, which is for
what does not fit a line of its own, then breaks any word that would have had its place on the next line.

Addresses and names in code are hyphenated, which then seem to have a hyphen there; two lines in a row may end in a
hyphen, and the last one be the rest of a word. Where lines are not justified the word may as well stand on the next.
Code that is wider than its cell is broken anywhere, though it has places for that, such as behind `_`.

Before a leader a line may always end. Behind a title that all but fills its line, dots and page number then stand on a
line of their own; the last word of the title belongs on it, too.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from weasyprint.formatting_structure import boxes
from weasyprint.layout import percent

from guidepress.pdf.engine.hyphenation import TECHNICAL, places_in_code
from guidepress.pdf.engine.measuring import Line, Split


def corrected(split_first_line: Split) -> Split:
    """The function, with the space at the end of a text left out of what must fit."""

    def split(
        text: str,
        style: Any,
        context: Any,
        max_width: float | None,
        justification_spacing: float,
        is_line_start: bool = True,
        minimum: bool = False,
    ) -> Line:
        rest = (style, context)
        options = (justification_spacing, is_line_start, minimum)
        found = split_first_line(text, *rest, max_width, *options)
        if (
            max_width is None
            or found[2] is None
            or not text.endswith(" ")
            or style["white_space"] not in ("normal", "pre-line")
            or not _gave_up(found, text)
        ):
            return found
        bare = split_first_line(text.rstrip(" "), *rest, max_width, *options)
        if bare[2] is None and bare[3] <= max_width:
            return split_first_line(text, *rest, None, *options)
        return found

    return split


def _gave_up(found: Line, text: str) -> bool:
    """Whether only the first word of a text stands on its line, or any word of it was hyphenated."""
    layout, length = found[:2]
    line = text.encode()[:length]
    return b" " not in line.strip(b" ") or not text.startswith(layout.text)


class Whole:
    """Keeps addresses and names in code in one piece, and of ragged text the last word and one below a hyphen."""

    def __init__(self) -> None:
        # By the identity of a style, which is kept: the same without hyphens of our own.
        self._unhyphened: dict[int, tuple[Any, Any]] = {}
        # Whether the line before that of the text ends in the midst of a word.
        self._below_hyphen = False

    def box(self, split_text_box: Callable[..., Any]) -> Callable[..., Any]:
        """The function, with what the line before ends with known to `text`."""

        def split(context: Any, box: Any, width: Any, skip: int, *rest: Any, **more: Any) -> Any:
            before = box.text.encode()[:skip].decode()[-1:] if skip else ""
            self._below_hyphen = before.isalpha() or before in ("-", "\u2010", "\u00ad")
            try:
                return split_text_box(context, box, width, skip, *rest, **more)
            finally:
                self._below_hyphen = False

        return split

    def text(self, split_first_line: Split) -> Split:
        """The function, with words that should be in one piece on the next line, where they fit one."""

        def split(
            text: str,
            style: Any,
            context: Any,
            max_width: float | None,
            justification_spacing: float,
            is_line_start: bool = True,
            minimum: bool = False,
        ) -> Line:
            options = (context, max_width, justification_spacing, is_line_start, minimum)
            found = split_first_line(text, style, *options)
            resume = found[2]
            if resume is None or max_width is None or minimum:
                return found
            line = text.encode()[:resume].decode()
            if stop := _broken(text, line, style):
                whole = split_first_line(text[:stop], style, context, None, justification_spacing)
                length = len(text[:stop].encode())
                return whole[0], length, length, *whole[3:]
            if style["hyphens"] != "auto":
                return found
            hyphened = found[0].text == line + style["hyphenate_character"]
            if not hyphened or not self._is_kept(text, line, style):
                return found
            whole = split_first_line(text, self._without_hyphens(style), *options)
            # Better a hyphen than a word that sticks out.
            return whole if whole[3] <= max_width else found

        return split

    def _is_kept(self, text: str, line: str, style: Any) -> bool:
        """Whether the word that a line of a text ends in the midst of should be in one piece."""
        rest = text[len(line) :]
        if TECHNICAL.search(line.rpartition(" ")[2] + rest.partition(" ")[0]):
            return True
        return style["text_align_all"] != "justify" and (self._below_hyphen or " " not in rest)

    def _without_hyphens(self, style: Any) -> Any:
        known = self._unhyphened.get(id(style))
        if known is None:
            other = style.copy()
            other["hyphens"] = "manual"
            known = self._unhyphened[id(style)] = style, other
        return known[1]


def _broken(text: str, line: str, style: Any) -> int:
    """The letters of a line that was broken anywhere in code, up to where code rather is; 0 where it was not."""
    if style["overflow_wrap"] == "normal" or style["white_space"] not in ("normal", "pre-line"):
        return 0
    if not line[-1:].isalnum() or text[len(line)] == " ":
        return 0
    start = line.rfind(" ") + 1
    word = text[start:].partition(" ")[0]
    stops = [start + stop for stop in places_in_code(word) if start + stop < len(line)]
    return stops[-1] if stops else 0


# Where the first letter is in what `split_inline_box` returns.
_FIRST_LETTER = 3


def is_raised(box: Any) -> bool:
    """Whether an element is a call of a footnote, or anything else that is raised beside the text before it."""
    tag = box.element_tag or ""
    return bool(tag == "sup" or tag.endswith("::footnote-call"))


def keeping_leaders(split_inline_box: Callable[..., Any]) -> Callable[..., Any]:
    """The function, with no break between a text and the leader, or the call of a footnote, that follows it."""

    def split(context: Any, box: Any, *rest: Any) -> Any:
        result = split_inline_box(context, box, *rest)
        if not box.is_leader and not is_raised(box):
            return result
        # In the place of a letter stands whether a line may end before it.
        return (*result[:_FIRST_LETTER], False, *result[_FIRST_LETTER + 1 :])

    return split


# Pixels that sums of widths may be off.
_SLACK = 0.01
# Where the resume stack and the line's children are among the arguments behind the position.
_SKIP, _CONTAINING_BLOCK, _CHILDREN = 2, 3, 8


class Starts:
    """Knows what stands before a text in the element that its line starts with."""

    def __init__(self) -> None:
        # The elements around, from the line's first on: where each begins, and whether with its left edge.
        self._open: list[tuple[float, Any, bool]] = []

    def level(self, split_inline_level: Callable[..., Any]) -> Callable[..., Any]:
        """The function, with the engine made to know that something stands before the text on its line."""

        def split(context: Any, box: Any, x: float, *rest: Any) -> Any:
            if rest[_CHILDREN]:
                return split_inline_level(context, box, x, *rest)
            around = self._open
            if isinstance(box, boxes.TextBox):
                if around and x > _start(around) + _SLACK:
                    # Text asks only whether there are any.
                    rest = (*rest[:_CHILDREN], [(0, box)], *rest[_CHILDREN + 1 :])
                return split_inline_level(context, box, x, *rest)
            inside = isinstance(box, boxes.InlineBox)
            if inside and not hasattr(box, "margin_left"):
                # Where the first line has a style of its own, the engine resolves a copy of the box.
                percent.resolve_percentages(box, rest[_CONTAINING_BLOCK])
            self._open = [*around, (x, box, rest[_SKIP] is None)] if inside else []
            try:
                return split_inline_level(context, box, x, *rest)
            finally:
                self._open = around

        return split


def _start(around: list[tuple[float, Any, bool]]) -> float:
    """Where the text starts of a line that begins with these elements, each in the one before it."""
    at = around[0][0]
    for x, box, whole in around:
        if whole and x <= at + _SLACK:
            margin = 0 if box.margin_left == "auto" else box.margin_left
            at = x + margin + box.border_left_width + box.padding_left
    return at
