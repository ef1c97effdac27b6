"""Questions that layout asks of each box again and again, answered in one step each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import inf
from typing import Any

from weasyprint.formatting_structure import boxes
from weasyprint.layout import percent

_IN_FLOW = ("static", "relative")
_FLOATS = frozenset(("left", "right", "inline-start", "inline-end", "footnote"))
_FLOATED = _FLOATS - {"footnote"}
_PLACED = ("absolute", "fixed")
_WIDTHS = (
    "margin_left",
    "margin_right",
    "margin_top",
    "margin_bottom",
    "padding_left",
    "padding_right",
    "padding_top",
    "padding_bottom",
    "width",
    "min_width",
    "max_width",
)
_HEIGHTS = ("height", "min_height", "max_height")
_BORDERS = (
    "border_top_width",
    "border_right_width",
    "border_bottom_width",
    "border_left_width",
)


def is_in_normal_flow(box: Any) -> bool:
    """Whether a box is in normal flow."""
    style = box.style
    if style["float"] in _FLOATS:
        return False
    position = style["position"]
    return position in _IN_FLOW or not (
        position in ("absolute", "fixed") or position[0] in ("running()", "note()")
    )


def establishes_formatting_context(box: Any) -> bool:
    """Whether floats in a box stay inside of it."""
    style = box.style
    if style["float"] in _FLOATED or style["position"] in _PLACED or box.is_column:
        return True
    if isinstance(box, boxes.BlockBox):
        if style["overflow"] != "visible":
            return True
    elif isinstance(box, boxes.BlockContainerBox):
        return True
    return "flow-root" in style["display"]


def page_values(box: Any) -> tuple[str, str]:
    """The names of the pages that a box starts and ends on: those of the innermost boxes at its edges that have one."""
    first = last = box.style["page"]
    edge = next(filter(_is_in_page, box.children), None)
    while edge is not None:
        first = edge.style["page"] or first
        # A table has one name.
        edge = next(filter(_is_in_page, () if _is_table(edge) else edge.children), None)
    edge = next(filter(_is_in_page, reversed(box.children)), None)
    while edge is not None:
        last = edge.style["page"] or last
        edge = next(filter(_is_in_page, () if _is_table(edge) else reversed(edge.children)), None)
    return first, last


def _is_table(box: Any) -> bool:
    return isinstance(box, boxes.TableBox)


def _is_in_page(box: Any) -> bool:
    """Whether a box may have a page break before it: in normal flow or floated."""
    style = box.style
    if style["float"] == "none" and style["position"] == "static":
        return True
    return bool(box.is_in_normal_flow() or box.is_floated())


def descendants(box: Any, placeholders: bool = False) -> Iterator[Any]:
    """A box, its children and what is in them, in their order."""
    yield box
    # Lists or tuples.
    waiting = list(reversed(box.children))
    while waiting:
        child = waiting.pop()
        if isinstance(child, boxes.Box):
            yield child
            waiting += reversed(child.children)
        elif placeholders:
            yield from child.descendants(placeholders)
        else:
            yield child


def collapse_margin(margins: Any) -> float:
    """The margin that adjoining margins collapse into: the largest one and the most negative one together."""
    high = low = 0
    for margin in margins:
        if margin > high:
            high = margin
        elif margin < low:
            low = margin
    return high + low


def avoiding(avoid_collisions: Callable[..., Any]) -> Callable[..., Any]:
    """WeasyPrint's function, with a shorter way for lines that have no floats beside them."""

    def avoid(context: Any, box: Any, containing_block: Any, outer: bool = True) -> Any:
        if (
            context.excluded_shapes
            or not isinstance(box, boxes.LineBox)
            or containing_block.style["direction"] != "ltr"
            or box.style["float"] != "none"
        ):
            return avoid_collisions(context, box, containing_block, outer)
        left = containing_block.content_box_x()
        right = left + containing_block.width
        if outer:
            return left, box.position_y, right - left
        y = box.border_box_y()
        left += box.margin_left
        right -= box.margin_right
        return left - box.margin_left, y - box.margin_top, right - left

    return avoid


class Lengths:
    """The used lengths of the boxes of one document: most are in pixels, and so the same wherever a style is used."""

    def __init__(self, resolve_percentages: Callable[[Any, Any], None]) -> None:
        self._original = resolve_percentages
        # By the identity of a style, which is kept so that no other gets it: the engine changes copies only.
        self._known: dict[int, _Lengths] = {}

    def resolve(self, box: Any, containing_block: Any) -> None:
        """Set the used lengths of a box in its containing block."""
        if isinstance(box, boxes.PageBox):
            self._original(box, containing_block)
            return
        style = box.style
        known = self._known.get(id(style))
        if known is None:
            known = self._known[id(style)] = _Lengths(style)
        used = box.__dict__
        used.update(known.fixed)
        if known.relative:
            if isinstance(containing_block, boxes.Box):
                width, height = containing_block.width, containing_block.height
            else:
                width, height = containing_block
            for name in known.relative:
                _resolve(box, style, name, width, height)
        if known.collapsing:
            for name in _BORDERS:
                # Where borders collapse, the table has settled them.
                if not hasattr(box, name):
                    used[name] = style[name]
        if known.sized:
            percent.adjust_box_sizing(box, "width")
            percent.adjust_box_sizing(box, "height")


class _Lengths:
    """The lengths of a style: those in pixels, the names of the others, and what else there is to do."""

    __slots__ = ("collapsing", "fixed", "relative", "sized", "style")

    def __init__(self, style: Any) -> None:
        self.style = style
        self.fixed: dict[str, Any] = {}
        self.relative: list[str] = []
        for name in (*_WIDTHS, *_HEIGHTS):
            value = style[name]
            unit = getattr(value, "unit", None)
            if unit is not None and unit != "%":
                self.fixed[name] = value.value
            elif value == "auto":
                self.fixed[name] = 0 if name in ("min_width", "min_height") else value
            else:
                self.relative.append(name)
        self.collapsing = style["border_collapse"] == "collapse"
        if not self.collapsing:
            self.fixed |= {name: style[name] for name in _BORDERS}
        self.sized = style["box_sizing"] != "content-box"


def _resolve(box: Any, style: Any, name: str, width: Any, height: Any) -> None:
    if name not in _HEIGHTS:
        percent.resolve_one_percentage(box, name, width)
    elif height != "auto":
        percent.resolve_one_percentage(box, name, height)
    elif name == "height":
        # A part of what depends on the content.
        box.height = "auto"
    else:
        percent.resolve_one_percentage(box, name, 0 if name == "min_height" else inf)
