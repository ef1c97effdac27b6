"""Drawings in SVG: what may be in them, by a list. What is not on it is taken out before anything is drawn or packed.

Works on trees of `lxml` and of the standard library alike. A drawing shows shapes, text and pictures that are embedded
in it; it runs no script, moves nothing, and refers to nothing outside of itself.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_to_bytes

import tinycss2

from guidepress.source.pictures import is_picture

NAMESPACE = "http://www.w3.org/2000/svg"
_XLINK = "{http://www.w3.org/1999/xlink}"
_XML = "{http://www.w3.org/XML/1998/namespace}"
# Elements that are drawn in the end, those that `use`, patterns and markers repeat counted each time.
MAX_DRAWN = 200_000

_CONTAINERS = "a clipPath defs g marker mask pattern svg switch symbol"
_SHAPES = "circle ellipse image line path polygon polyline rect text textPath tspan use"
_PAINT = "linearGradient radialGradient stop"
_EFFECTS = (
    "filter feBlend feColorMatrix feComponentTransfer feComposite feConvolveMatrix feDiffuseLighting "
    "feDisplacementMap feDistantLight feDropShadow feFlood feFuncA feFuncB feFuncG feFuncR feGaussianBlur feImage "
    "feMerge feMergeNode feMorphology feOffset fePointLight feSpecularLighting feSpotLight feTile feTurbulence"
)
ELEMENTS = frozenset(f"{_CONTAINERS} {_SHAPES} {_PAINT} {_EFFECTS} desc style title".split())
# Notes of the program that drew it; nothing is lost with them.
_IDLE_ELEMENTS = frozenset({"metadata", "view"})
_PICTURES = frozenset({"feImage", "image"})

_GEOMETRY = (
    "class clipPathUnits cx cy d dx dy fr fx fy gradientTransform gradientUnits height id lengthAdjust markerHeight "
    "markerUnits markerWidth maskContentUnits maskUnits media method offset orient pathLength patternContentUnits "
    "patternTransform patternUnits points preserveAspectRatio "
    "r refX refY requiredExtensions requiredFeatures rotate rx ry side spacing spreadMethod "
    "startOffset systemLanguage textLength transform viewBox width x x1 x2 y y1 y2"
)
_PRESENTATION = (
    "alignment-baseline baseline-shift clip clip-path clip-rule color color-interpolation "
    "color-interpolation-filters color-rendering direction display dominant-baseline fill fill-opacity fill-rule "
    "filter flood-color flood-opacity font font-family font-feature-settings font-kerning font-size font-size-adjust "
    "font-stretch font-style font-variant font-variation-settings font-weight glyph-orientation-horizontal "
    "glyph-orientation-vertical image-rendering isolation kerning letter-spacing lighting-color line-height marker "
    "marker-end marker-mid marker-start mask mask-type mix-blend-mode opacity overflow paint-order "
    "shape-rendering stop-color stop-opacity stroke stroke-dasharray stroke-dashoffset stroke-linecap "
    "stroke-linejoin stroke-miterlimit stroke-opacity stroke-width text-align text-anchor text-decoration "
    "text-orientation text-overflow text-rendering transform-box transform-origin unicode-bidi vector-effect "
    "visibility white-space word-spacing writing-mode"
)
_FILTERS = (
    "amplitude azimuth baseFrequency bias diffuseConstant divisor edgeMode elevation exponent filterUnits in in2 "
    "intercept k1 k2 k3 k4 kernelMatrix kernelUnitLength limitingConeAngle mode numOctaves operator order "
    "pointsAtX pointsAtY pointsAtZ preserveAlpha primitiveUnits radius result scale seed slope specularConstant "
    "specularExponent stdDeviation stitchTiles surfaceScale tableValues targetX targetY type values "
    "xChannelSelector yChannelSelector z"
)
ATTRIBUTES = frozenset(f"{_GEOMETRY} {_PRESENTATION} {_FILTERS} href lang style version".split())
_REFERENCES = frozenset({"href", f"{_XLINK}href"})
_KEPT_FOREIGN = frozenset({f"{_XLINK}href", f"{_XML}lang", f"{_XML}space"})
# Functions of CSS that load what they are given.
_LOADING = frozenset(
    {"cross-fade", "element", "image", "image-set", "-webkit-image-set", "src", "url"}
)
_BLOCKS = frozenset({"media", "supports"})
# Values with none of these load nothing: most are numbers, and long.
_SUSPECT = re.compile(r"\\|url|src|image|element|cross-fade|@", re.IGNORECASE)
_URL = re.compile(r"url\(\s*[\"']?\s*#([^\"')\s]+)")
_DATA = re.compile(r"data:image/[a-z+.-]+(;[^,]*)?,", re.IGNORECASE)


class TooComplex(ValueError):
    """A drawing that repeats parts of itself without end, or nearly so."""


@dataclass(frozen=True, slots=True)
class Removal:
    """What was taken out of a drawing, in words, and its line, 0 where the tree knows none."""

    what: str
    line: int


def clean(root: Any) -> tuple[Removal, ...]:
    """Take out of a tree what no drawing may have; what of it the author should know of.

    Left out of the answer is what changes nothing: notes of drawing programs, and attributes that none of the
    elements has. Raises TooComplex.
    """
    removals = tuple(_cleaned(root))
    _measure(root)
    return removals


def _cleaned(root: Any) -> Iterator[Removal]:
    todo = [root]
    while todo:
        element = todo.pop()
        yield from _attributes(element)
        for child in list(element):
            name = _name(child)
            foreign = _foreign_picture(child) if name in _PICTURES else None
            if name in ELEMENTS and foreign is None:
                todo.append(child)
                continue
            if foreign is not None:
                yield Removal(f"the picture `{_short(foreign)}`", _line(child))
            elif name not in _IDLE_ELEMENTS:
                yield from _told(child)
            _remove(element, child)
        if _name(element) == "style" and element.text:
            rules, dropped = _style_sheet(element.text)
            if dropped:
                element.text = rules
                yield from (Removal(what, _line(element)) for what in dropped)


def _told(child: Any) -> Iterator[Removal]:
    """What is to be said of an element that goes, if anything."""
    if not isinstance(child.tag, str):  # a comment or an instruction for another program
        return
    namespace, _, name = child.tag.rpartition("}")
    if namespace in ("", f"{{{NAMESPACE}", "{http://www.w3.org/1999/xhtml"):
        yield Removal(f"`<{name}>`", _line(child))


def _attributes(element: Any) -> Iterator[Removal]:
    for name, value in list(element.attrib.items()):
        local = name.rpartition("}")[2]
        if name.startswith("{") and name not in _KEPT_FOREIGN:
            del element.attrib[name]
        elif name in _REFERENCES:
            if not _is_own(value, element):
                del element.attrib[name]
                yield Removal(f"the link to `{_short(value)}`", _line(element))
        elif name not in ATTRIBUTES and name not in _KEPT_FOREIGN:
            del element.attrib[name]
            if local.lower().startswith("on"):
                yield Removal(f"`{_short(local)}`", _line(element))
        elif dropped := list(_loads_of(value)):
            del element.attrib[name]
            yield from (Removal(f"`{local}` with {what}", _line(element)) for what in dropped)


def _foreign_picture(element: Any) -> str | None:
    """What a picture refers to, where it shows nothing that is embedded, nor a part of the drawing."""
    found = [element.get(name) for name in sorted(_REFERENCES) if element.get(name) is not None]
    return None if found and all(_is_own(value, element) for value in found) else " ".join(found)


def _is_own(value: str, element: Any) -> bool:
    """Whether a reference is to a part of the drawing, or holds the picture that an `<image>` shows."""
    value = value.strip()
    if value.startswith("#"):
        return True
    return _name(element) in _PICTURES and is_picture(_embedded(value))


def _embedded(url: str) -> bytes:
    """The bytes of a `data:` URL that says it is a picture; empty where it is none."""
    match = _DATA.match(url)
    if match is None:
        return b""
    data = unquote_to_bytes(url[match.end() :])
    if "base64" not in (match[1] or "").lower():
        return data
    try:
        return base64.b64decode(b"".join(data.split()), validate=True)
    except binascii.Error:
        return b""


def _style_sheet(text: str) -> tuple[str, list[str]]:
    """The rules of a style sheet that load nothing, and what the others do."""
    kept: list[Any] = []
    dropped: list[str] = []
    for rule in tinycss2.parse_stylesheet(text):
        if rule.type == "error":
            dropped.append("what is no rule of CSS")
            continue
        if rule.type == "at-rule" and rule.lower_at_keyword not in _BLOCKS:
            dropped.append(f"`@{rule.at_keyword}`")
            continue
        content = getattr(rule, "content", None) or []
        if loads := list(_loads([*getattr(rule, "prelude", []), *content])):
            dropped += [f"a rule with {what}" for what in loads]
        else:
            kept.append(rule)
    return tinycss2.serialize(kept), dropped


def _loads_of(value: str) -> Iterator[str]:
    """What the value of an attribute refers to outside of the drawing."""
    if _SUSPECT.search(value):
        yield from _loads(tinycss2.parse_component_value_list(value))


def _loads(tokens: Iterable[Any]) -> Iterator[str]:
    """What among CSS's component values refers to something outside of the drawing, or is no declaration."""
    todo = list(tokens)
    while todo:
        token = todo.pop()
        if token.type == "url":
            if not token.value.strip().startswith("#"):
                yield f"`url({_short(token.value)})`"
        elif token.type == "function" and token.lower_name in _LOADING:
            own = [t for t in token.arguments if t.type not in ("whitespace", "comment")]
            if not (
                token.lower_name == "url"
                and own
                and own[0].type == "string"
                and own[0].value.strip().startswith("#")
            ):
                yield f"`{_short(tinycss2.serialize([token]))}`"
        elif token.type == "error":
            yield "what is no CSS"
        elif token.type == "at-keyword":
            yield f"`@{_short(token.value)}`"
        else:
            todo += getattr(token, "arguments", None) or getattr(token, "content", None) or []


def _measure(root: Any) -> None:
    """Raise TooComplex where drawing takes more than MAX_DRAWN elements, or never ends."""
    by_id: dict[str, Any] = {}
    for element in root.iter():
        if isinstance(element.tag, str) and (name := element.get("id")):
            by_id.setdefault(name, element)
    sizes: dict[Any, int] = {}
    open_: set[Any] = set()
    stack: list[tuple[Any, bool]] = [(root, False)]
    while stack:
        element, done = stack.pop()
        parts = [
            *((child, 1) for child in element if isinstance(child.tag, str)),
            *((by_id[name], times) for name, times in _uses(element) if name in by_id),
        ]
        if done:
            open_.discard(element)
            sizes[element] = 1 + sum(sizes[part] * times for part, times in parts)
            if sizes[element] > MAX_DRAWN:
                message = f"drawn, it has more than {MAX_DRAWN:,} elements"
                raise TooComplex(message)
        elif element not in sizes:
            if element in open_:
                raise TooComplex("it is a part of itself")
            open_.add(element)
            stack.append((element, True))
            stack += [(part, False) for part, _ in parts if part not in sizes]


def _uses(element: Any) -> Iterator[tuple[str, int]]:
    """The parts of the drawing that an element repeats, and how often."""
    attributes: Mapping[str, str] = element.attrib
    for name, value in attributes.items():
        if name in _REFERENCES and _name(element) == "a":
            continue
        if name in _REFERENCES and value.strip().startswith("#"):
            yield value.strip()[1:], 1
        elif "url(" in value:
            # A marker is drawn at each point of a line.
            points = len(attributes.get("d", "") or attributes.get("points", "")) // 4
            for target in _URL.findall(value):
                yield target, max(1, points) if "marker" in name or "marker" in value else 1


def _name(element: Any) -> str | None:
    """The name of an element of SVG; None for others, comments and instructions."""
    if not isinstance(element.tag, str):
        return None
    namespace, _, name = element.tag.rpartition("}")
    return name if namespace in (f"{{{NAMESPACE}", "") else None


def _line(element: Any) -> int:
    return getattr(element, "sourceline", 0) or 0


def _remove(parent: Any, child: Any) -> None:
    """Remove an element; the text behind it stays."""
    if child.tail:
        at = list(parent).index(child)
        if at:
            before = parent[at - 1]
            before.tail = (before.tail or "") + child.tail
        else:
            parent.text = (parent.text or "") + child.tail
    parent.remove(child)


def _short(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= 40 else words[:39] + "…"
