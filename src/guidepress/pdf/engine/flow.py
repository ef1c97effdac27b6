"""Questions that layout asks of each box again and again, answered in one step each."""

from __future__ import annotations

from math import inf
from typing import Any

from weasyprint.css.functions import check_math
from weasyprint.formatting_structure import boxes
from weasyprint.layout import percent

_IN_FLOW = ("static", "relative")
_FLOATS = frozenset(("left", "right", "inline-start", "inline-end", "footnote"))
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


def collapse_margin(margins: Any) -> float:
    """The margin that adjoining margins collapse into: the largest one and the most negative one together."""
    high = low = 0
    for margin in margins:
        if margin > high:
            high = margin
        elif margin < low:
            low = margin
    return high + low


def resolve_percentages(box: Any, containing_block: Any) -> None:
    """Set the used lengths of a box in its containing block; most are in pixels."""
    if isinstance(containing_block, boxes.Box):
        width, height = containing_block.width, containing_block.height
    else:
        width, height = containing_block
    if isinstance(box, boxes.PageBox):
        _original(box, containing_block)
        return
    style = box.style
    used = box.__dict__
    for name in _WIDTHS:
        _resolve(box, used, style, name, width)
    if height == "auto":
        value = style["height"]
        if value == "auto" or check_math(value) or value.unit == "%":
            used["height"] = "auto"
        else:
            used["height"] = value.value
        _resolve(box, used, style, "min_height", 0)
        _resolve(box, used, style, "max_height", inf)
    else:
        for name in _HEIGHTS:
            _resolve(box, used, style, name, height)
    collapse = style["border_collapse"] == "collapse"
    for name in _BORDERS:
        # Where borders collapse, the table has settled them.
        if not (collapse and hasattr(box, name)):
            used[name] = style[name]
    if style["box_sizing"] != "content-box":
        percent.adjust_box_sizing(box, "width")
        percent.adjust_box_sizing(box, "height")


_original = percent.resolve_percentages


def _resolve(box: Any, used: dict[str, Any], style: Any, name: str, whole: Any) -> None:
    value = style[name]
    unit = getattr(value, "unit", None)
    if unit is not None and unit != "%":
        used[name] = value.value
    elif value == "auto" and name not in ("min_width", "min_height"):
        used[name] = value
    else:
        percent.resolve_one_percentage(box, name, whole)
