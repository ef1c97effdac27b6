"""Lines of text in fonts that stand in for others are as high as lines of the paragraph's own font.

WeasyPrint 70 lays the baseline of a line where Pango has it for the tallest font in it. So with a fixed `line-height`
a line with a letter of another font is higher than that: paragraphs of Chinese and Arabic were, and left the grid of
lines. Browsers take the fonts that stand in into account for `line-height: normal` alone.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from weasyprint.text import line_break

# Where the baseline is elsewhere only by rounding, it stays.
_LEAST = 0.01


def levelled(first_line_metrics: Callable[..., Any]) -> Callable[..., Any]:
    """WeasyPrint's function, with the baseline of the style's own font where that has a `line-height`."""

    def metrics(
        first_line: Any,
        text: str,
        layout: Any,
        resume_at: Any,
        space_collapse: bool,
        style: Any,
        *more: Any,
        **named: Any,
    ) -> Any:
        found = first_line_metrics(
            first_line, text, layout, resume_at, space_collapse, style, *more, **named
        )
        # The strut itself is measured by a line without a text.
        if not text or style["line_height"] == "normal":
            return found
        *others, height, baseline = found
        line_height, wanted = line_break.strut(style)
        wanted -= (line_height - height) / 2
        return (*others, height, baseline if abs(wanted - baseline) < _LEAST else wanted)

    return metrics
