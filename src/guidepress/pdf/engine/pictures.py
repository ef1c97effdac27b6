"""Drawings as WeasyPrint gets them: without what no drawing may have, wherever they come from, and with labels in the
size that the page needs, however much a drawing of the author's is scaled, as far as the boxes around them have room.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from math import inf
from typing import Any, NamedTuple

from weasyprint.css.properties import INITIAL_VALUES
from weasyprint.images import SVGImage
from weasyprint.svg.utils import size as pixels
from weasyprint.text.line_break import split_first_line

from guidepress.pdf import log
from guidepress.source import svg

LOGGER = logging.getLogger(log.LOGGER)

# The sizes of labels, in points; and how much larger or smaller one may be set than it was drawn, so that it keeps its
# place, and titles stay titles.
LEAST, MOST = 8.0, 9.0
FACTOR = 1.2
# The white on each side of a label in a box, as a share of the box's width.
AIR = 0.03
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
        # By how much its labels may be larger than drawn, None until that is asked.
        self._svg.growth = None
        super().draw(stream, width, height, style)


def legible(draw_text: Callable[..., None]) -> Callable[..., None]:
    """WeasyPrint's function for a text in a drawing, with one that is neither too small nor too large."""

    def text(drawing: Any, node: Any, size: float) -> None:
        wanted = label_size(size, getattr(drawing, "unit", 0.0))
        if wanted > size:
            if drawing.growth is None:
                drawing.growth = _growth(drawing)
            wanted = min(wanted, size * drawing.growth)
        draw_text(drawing, node, wanted)

    return text


def label_size(size: float, unit: float) -> float:
    """The size for a label that was drawn in `size` units of `unit` points each; a unit of 0 leaves it as it is."""
    printed = size * unit
    if printed <= 0:
        return size
    wanted = min(max(printed, LEAST), MOST) / printed
    return size * min(max(wanted, 1 / FACTOR), FACTOR)


class _Label(NamedTuple):
    """A text of a drawing: its node, its size as drawn, and the boxes that are drawn beside it in its group."""

    node: Any
    size: float
    boxes: list[tuple[float, float, float, float]]


def _growth(drawing: Any) -> float:
    """By how much all labels of a drawing may be larger than drawn, so that each stays in the box that it stands in."""
    growth = FACTOR
    for label in _labels(drawing, drawing.tree, _EM):
        if label_size(label.size, drawing.unit) > label.size:
            room = _room(label)
            if room < inf and (width := _width(drawing, label)) * growth > room:
                growth = max(room / width, 1.0)
    return growth


def _labels(drawing: Any, parent: Any, size: float) -> Iterator[_Label]:
    boxes = [box for node in parent if node.tag == "rect" if (box := _box(node)) is not None]
    for node in parent:
        own = pixels(node.get("font-size", "1em"), size, size)
        if node.tag == "text" and node.text:
            yield _Label(node, own, boxes)
        elif node.tag in ("g", "svg"):
            yield from _labels(drawing, node, own)


def _box(node: Any) -> tuple[float, float, float, float] | None:
    """The place and size of a rectangle in units of its group; None where it is turned, or has no such numbers."""
    try:
        x, y, width, height = (float(node.get(name, 0)) for name in ("x", "y", "width", "height"))
    except ValueError:
        return None
    return None if node.get("transform") else (x, y, width, height)


def _room(label: _Label) -> float:
    """The width that a label may have in the smallest box that it stands in, infinite where it stands in none."""
    node = label.node
    try:
        left, top = float(node.get("x", 0)), float(node.get("y", 0))
    except ValueError:
        return inf
    around = [
        (width, left - x)
        for x, y, width, height in label.boxes
        if x < left < x + width and y < top < y + height
    ]
    if not around or node.get("transform"):
        return inf
    width, before = min(around)
    before, behind = before - AIR * width, width - before - AIR * width
    anchor = node.get("text-anchor")
    if anchor == "middle":
        return 2 * min(before, behind)
    return before if anchor == "end" else behind


def _width(drawing: Any, label: _Label) -> float:
    """How wide a label is as drawn, in units."""
    node = label.node
    style = _Style(INITIAL_VALUES)
    style.font_config = drawing.font_config
    families = node.get("font-family", "sans-serif").split(",")
    style["font_family"] = [name.strip(" \"'") for name in families]
    weight = {"normal": "400", "bold": "700"}.get(
        str(node.get("font-weight")), node.get("font-weight")
    )
    style["font_weight"] = int(weight) if str(weight).isdigit() else 400
    style["font_style"] = node.get("font-style", "normal")
    style["font_size"] = label.size
    _, _, _, width, *_ = split_first_line(node.text, style, drawing.context, inf, 0)
    return float(width)


class _Style(dict[str, Any]):
    """What WeasyPrint asks of a text's style."""

    font_config: Any = None
