"""Paint each page in streams of its own: the ground, the content, what stands in its margins, and what does on its
other side.

So the linker turns a page to the other side by moving the content and taking the other boxes, and writes a folio into
a few bytes. Each stream leaves the state of graphics as it found it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from weasyprint import draw
from weasyprint.stacking import StackingContext

from guidepress.pdf.engine.repainting import Repainting
from guidepress.pdf.engine.sides import Sides, in_margin

POINTS = 0.75  # points in a CSS pixel


@dataclass(slots=True)
class Layers:
    """The streams of a page, in the order of painting; None where there is nothing to paint.

    On the other side, `other` stands in for `furniture`, and the content is moved to the right by `shift` points, as
    are the `patterns` that it is painted with.
    """

    content: Any
    ground: Any = None
    furniture: Any = None
    other: Any = None
    shift: float = 0.0
    patterns: list[Any] = field(default_factory=list)

    @property
    def added(self) -> list[Any]:
        """The streams besides the content."""
        found = [self.ground, self.furniture]
        if self.other is not self.furniture:
            found.append(self.other)
        return [stream for stream in found if stream is not None]


class Layering:
    """Stands in for WeasyPrint's painting of pages."""

    def __init__(
        self, sides: Sides, repainting: Repainting, draw_page: Callable[[Any, Any], None]
    ) -> None:
        self.pages: list[Layers] = []
        self._sides = sides
        self._repainting = repainting
        self._draw_page = draw_page

    def draw_page(self, page: Any, stream: Any) -> None:
        """Paint a page, its content into a given stream."""
        layers = Layers(stream)
        self.pages.append(layers)
        # Of a page whose content is held, only what stands in the margins is looked at.
        context = None if self._repainting.holds(page) else StackingContext.from_page(page)
        furniture = _in_margins(page) if context is None else _taken_from(context)
        if furniture is None:
            self._sides.turns = False
            self._draw_page(page, stream)
            return
        layers.ground = _painted(stream, page, partial(_draw_ground, page))
        other = self._sides.of(page)
        layers.shift = round(other.shift * POINTS, 3)
        if not self._repainting.take(page, stream):
            if context is None:
                context = StackingContext.from_page(page)
                _taken_from(context)
            with self._repainting.watching(page, stream):
                self._draw_content(page, context, layers, other.shift)
        layers.furniture = _painted(stream, page, _drawing(furniture))
        layers.other = layers.furniture
        if self._sides.turns and other.furniture is not None:
            boxes = [StackingContext.from_box(one, page) for one in other.furniture]
            if any(one.z_index < 0 for one in boxes):
                self._sides.turns = False
                return
            boxes.sort(key=lambda one: one.z_index)
            layers.other = _painted(stream, page, _drawing(boxes))

    def _draw_content(self, page: Any, context: Any, layers: Layers, shift: float) -> None:
        """Paint what is neither ground nor in the margins of a page."""
        stream = layers.content
        known = set(stream._resources["Pattern"])
        rectangle = stream.page_rectangle
        # Groups reach as far as the paper on either side.
        left, top, width, height = rectangle
        wider = abs(shift)
        stream.page_rectangle = (left - wider, top, width + 2 * wider, height)
        draw.set_mask_border(stream, page)
        draw.draw_background(stream, page.canvas_background, clip_box=False)
        draw.draw_border(stream, page)
        draw.draw_stacking_context(stream, context)
        stream.page_rectangle = rectangle
        patterns = stream._resources["Pattern"]
        layers.patterns = [pattern for name, pattern in patterns.items() if name not in known]

    def close(self) -> None:
        """Let the content leave the state of graphics as it found it, as the other streams do."""
        for layers in self.pages:
            items = layers.content.stream
            # Numbers are known by the places of their items, so none is put in.
            items[0] = b"q\n" + items[0]
            items.append(b"Q")


def _taken_from(context: Any) -> list[Any] | None:
    """The boxes in the margins of a page, taken from what is painted with it; None where they are not painted last."""
    box = context.box
    if box.style["opacity"] < 1 or box.style["transform"]:
        return None
    found: list[Any] = []
    for contexts in (
        context.negative_z_contexts,
        context.zero_z_contexts,
        context.positive_z_contexts,
    ):
        for one in list(contexts):
            if in_margin(one.box):
                if contexts is context.negative_z_contexts:
                    return None
                found.append(one)
                contexts.remove(one)
            elif found:
                return None
    return found


def _in_margins(page: Any) -> list[Any]:
    """The boxes in the margins of a page whose other boxes are below them, in the order of painting."""
    found = [StackingContext.from_box(one, page) for one in page.children if in_margin(one)]
    return sorted(found, key=lambda one: int(one.z_index))


def _draw_ground(page: Any, layer: Any) -> None:
    marks = page.style["marks"]
    draw.draw_background(layer, page.background, clip_box=False, bleed=page.bleed, marks=marks)


def _painted(stream: Any, page: Any, paint: Callable[[Any], None]) -> Any:
    """A stream of what is painted on a page, beside its own; None where that is nothing."""
    layer = stream.clone()
    with layer.stacked():
        layer.transform(a=POINTS, d=-POINTS, f=page.margin_height() * POINTS)
        before = len(layer.stream)
        paint(layer)
        empty = len(layer.stream) == before
    return None if empty else layer


def _drawing(contexts: Iterable[Any]) -> Callable[[Any], None]:
    def paint(layer: Any) -> None:
        for one in contexts:
            draw.draw_stacking_context(layer, one)

    return paint
