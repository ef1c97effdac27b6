"""Where an element of a drawing lies in it."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from fontTools.misc.transform import Identity, Transform
from fontTools.pens.boundsPen import BoundsPen
from fontTools.pens.transformPen import TransformPen
from fontTools.svgLib.path.parser import parse_path
from lxml import etree

_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
_CALL = re.compile(r"([A-Za-z]+)\s*\(([^)]*)\)")
_HREF = ("href", "{http://www.w3.org/1999/xlink}href")
_DEEPEST = 40
_GROUPS = frozenset({"g", "a", "switch", "svg"})


class Unmeasured(ValueError):
    """Why nobody can say where an element lies."""


class Box(NamedTuple):
    """A rectangle in per cent of a picture's width and height."""

    left: float
    top: float
    width: float
    height: float


def extent(path: Path, name: str) -> Box:
    """The part of a drawing that its element with the id `name` takes, strokes apart. Raises Unmeasured, OSError."""
    try:
        parser = etree.XMLParser(no_network=True, load_dtd=False, resolve_entities=False)
        root = etree.fromstring(path.read_bytes(), parser)
    except etree.XMLSyntaxError as problem:
        raise Unmeasured("the picture is no drawing (SVG)") from problem
    found = next((one for one in root.iter() if one.get("id") == name), None)
    if found is None:
        known = [i for one in root.iter() if (i := one.get("id"))]
        raise Unmeasured(f"the drawing has no element `{name}`" + _known(known))
    canvas = _canvas(root)
    transform = Identity
    for one in (*reversed(list(found.iterancestors())),):
        transform = transform.transform(_transform(one))
    try:
        bounds = _union(_bounds(found, transform, root, 0))
    except (ValueError, IndexError, ZeroDivisionError, OverflowError) as problem:
        raise Unmeasured(str(problem) or "its shape cannot be read") from problem
    left, top, width, height = canvas
    x0, y0 = max(bounds[0], left), max(bounds[1], top)
    x1, y1 = min(bounds[2], left + width), min(bounds[3], top + height)
    if x1 <= x0 and y1 <= y0:
        raise Unmeasured(f"the element `{name}` lies outside of the drawing")
    return Box(
        (x0 - left) / width * 100, (y0 - top) / height * 100,
        (x1 - x0) / width * 100, (y1 - y0) / height * 100,
    )  # fmt: skip


def _known(names: list[str]) -> str:
    return f"; it has {', '.join(f'`{n}`' for n in names[:8])}" if names else ""


def _canvas(root: etree._Element) -> tuple[float, float, float, float]:
    box = [float(n) for n in _NUMBER.findall(root.get("viewBox") or "")]
    if len(box) != 4:
        box = [0.0, 0.0, _length(root, "width"), _length(root, "height")]
    if box[2] <= 0 or box[3] <= 0:
        raise Unmeasured("the drawing has no size")
    return box[0], box[1], box[2], box[3]


def _length(element: etree._Element, name: str, default: float = 0.0) -> float:
    match = _NUMBER.match((element.get(name) or "").strip())
    return float(match[0]) if match else default


def _transform(element: etree._Element) -> Transform:
    """What the attribute `transform` says."""
    made = Identity
    for call, written in _CALL.findall(element.get("transform") or ""):
        n = [float(number) for number in _NUMBER.findall(written)]
        match call:
            case "matrix":
                made = made.transform(Transform(*n))
            case "translate":
                made = made.translate(n[0], n[1] if len(n) > 1 else 0)
            case "scale":
                made = made.scale(n[0], n[1] if len(n) > 1 else n[0])
            case "rotate":
                x, y = (n[1], n[2]) if len(n) > 2 else (0.0, 0.0)
                made = made.translate(x, y).rotate(math.radians(n[0])).translate(-x, -y)
            case "skewX":
                made = made.skew(math.radians(n[0]), 0)
            case "skewY":
                made = made.skew(0, math.radians(n[0]))
    return made


Bounds = tuple[float, float, float, float]


def _union(boxes: Iterator[Bounds]) -> Bounds:
    found = list(boxes)
    if not found:
        raise ValueError(
            "there is no shape in it whose place is known; text alone has none: draw a rectangle, or give one"
        )
    return (
        min(b[0] for b in found), min(b[1] for b in found),
        max(b[2] for b in found), max(b[3] for b in found),
    )  # fmt: skip


def _bounds(
    element: etree._Element, above: Transform, root: etree._Element, depth: int
) -> Iterator[Bounds]:
    """The boxes of the shapes in an element; `above` is what its ancestors do to it."""
    if depth > _DEEPEST or not isinstance(element.tag, str):
        return
    name = etree.QName(element).localname
    transform = above if element is root else above.transform(_transform(element))
    if name in _GROUPS:
        for child in element:
            yield from _bounds(child, transform, root, depth + 1)
    elif name == "use":
        target = next((element.get(h) for h in _HREF if element.get(h)), "") or ""
        moved = transform.translate(_length(element, "x"), _length(element, "y"))
        for one in root.iter():
            if one.get("id") == target.removeprefix("#"):
                yield from _bounds(one, moved, root, depth + 1)
                break
    elif drawn := _outline(element, name):
        pen = BoundsPen(None)
        parse_path(drawn, TransformPen(pen, transform))
        if pen.bounds is not None:
            yield pen.bounds


def _outline(element: etree._Element, name: str) -> str:
    """A shape as the data of a path; empty where it is none."""

    def at(attribute: str) -> float:
        return _length(element, attribute)

    match name:
        case "path":
            return element.get("d") or ""
        case "rect" | "image":
            x, y, w, h = at("x"), at("y"), at("width"), at("height")
            return f"M{x} {y} H{x + w} V{y + h} H{x} Z"
        case "circle" | "ellipse":
            rx = at("r") if name == "circle" else at("rx")
            ry = at("r") if name == "circle" else at("ry")
            x, y = at("cx"), at("cy")
            return f"M{x - rx} {y} A{rx} {ry} 0 1 1 {x + rx} {y} A{rx} {ry} 0 1 1 {x - rx} {y} Z"
        case "line":
            return f"M{at('x1')} {at('y1')} L{at('x2')} {at('y2')}"
        case "polyline" | "polygon":
            points = _NUMBER.findall(element.get("points") or "")
            return f"M{' '.join(points)}" if len(points) >= 4 else ""
    return ""
