"""Drawings as WeasyPrint gets them: without what no drawing may have, wherever they come from, and with labels in the
size that the page needs, however much a drawing of the author's is scaled.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from weasyprint.images import SVGImage

from guidepress.pdf import log
from guidepress.source import svg

LOGGER = logging.getLogger(log.LOGGER)

# The sizes of labels, in points; and how much larger or smaller one may be set than it was drawn, so that it keeps its
# place, and titles stay titles.
LEAST, MOST = 8.0, 9.0
FACTOR = 1.2
# URLs of pictures of the book. Those of layouts are set as they are.
AUTHORED = "image:"
_POINTS = 0.75  # points in a CSS pixel
_EM = 16.0  # CSS pixels


class CleanDrawing(SVGImage):  # type: ignore[misc]
    """An SVG file, `data:` URL or element, cleaned before anything looks at it."""

    def __init__(self, tree: Any, base_url: str | None, url_fetcher: Any, context: Any) -> None:
        removals = svg.clean(tree)
        # What is in a file of the project was reported when that was read.
        if url_fetcher is None or base_url not in url_fetcher.files:
            for what in dict.fromkeys(removal.what for removal in removals):
                LOGGER.warning("Took %s out of a drawing", what)
        super().__init__(tree, base_url, url_fetcher, context)

    def draw(self, stream: Any, width: float, height: float, style: Any) -> None:
        """Draw it in a size; its texts are set for that."""
        box = self._svg.get_viewbox()
        units = box[2] if box else self._svg.get_intrinsic_size(_EM)[0]
        authored = (self._base_url or "").startswith(AUTHORED)
        # How many points a unit of the drawing is.
        self._svg.unit = width / units * _POINTS if authored and units else 0.0
        super().draw(stream, width, height, style)


def legible(draw_text: Callable[..., None]) -> Callable[..., None]:
    """WeasyPrint's function for a text in a drawing, with one that is neither too small nor too large."""

    def text(drawing: Any, node: Any, size: float) -> None:
        draw_text(drawing, node, label_size(size, getattr(drawing, "unit", 0.0)))

    return text


def label_size(size: float, unit: float) -> float:
    """The size for a label that was drawn in `size` units of `unit` points each; a unit of 0 leaves it as it is."""
    printed = size * unit
    if printed <= 0:
        return size
    wanted = min(max(printed, LEAST), MOST) / printed
    return size * min(max(wanted, 1 / FACTOR), FACTOR)
