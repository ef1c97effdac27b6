"""Justified lines that WeasyPrint sets reach both edges, whatever fonts their letters are from.

Pango takes spaces that are widened for texts of their own. Among letters of a fallback font a space is that font's
until then, and the text font's from then on, which may be narrower or wider. WeasyPrint 70 adds what a line lacks to
the widths from before, so lines of Arabic or Hebrew ended short of the edge, or had a hole beside an element.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from weasyprint.formatting_structure import boxes
from weasyprint.layout import inline
from weasyprint.text import line_break

from guidepress.pdf.engine.words import is_plain


def spread(context: Any, text: str, style: Any) -> float:
    """The width of a text with widened spaces, less what they are widened by, in pixels."""
    layout = line_break.create_layout(text, style, context, None, 1)
    layout.set_text(text, justify=True)
    wide, _ = line_break.line_size(layout.get_first_line()[0], style)
    return float(wide) - text.count(" ") - text.count("\u00a0")


def justified(justify_line: Callable[..., None]) -> Callable[..., None]:
    """WeasyPrint's function, for a line whose texts are as wide as they will be painted."""

    def justify(context: Any, line: Any, extra_width: float) -> None:
        gained = 0.0
        for box in _texts(line):
            box.gained = 0.0
            if inline.count_expandable_spaces(box) and not is_plain(box.text):
                box.gained = box.width - spread(context, box.text, box.style)
                gained += box.gained
        justify_line(context, line, extra_width + gained)

    return justify


def widened(add_word_spacing: Callable[..., float]) -> Callable[..., float]:
    """WeasyPrint's function, which returns how far what follows has moved."""

    def add(context: Any, box: Any, spacing: float, advance: float) -> float:
        advance = add_word_spacing(context, box, spacing, advance)
        gained: float = box.__dict__.pop("gained", 0.0)
        if gained:
            box.width -= gained
        return advance - gained

    return add


def _texts(box: Any) -> Iterator[Any]:
    for child in getattr(box, "children", ()):
        if isinstance(child, boxes.TextBox):
            yield child
        elif isinstance(child, boxes.InlineBox):
            yield from _texts(child)
