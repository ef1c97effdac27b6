"""Style sheets for books from right to left: what is written for left to right, with its sides exchanged.

Layouts are written once, with left and right as a book from left to right has them. `mirrored` exchanges these:
margins, paddings, borders, corners, floats, alignment, the boxes in the margins of a page, and left and right pages,
since such a book is bound at its right. Logical values (`start`, `margin-inline`) are right as they are.

Code runs from left to right in every book: what a rule says of the inside of `pre` stays. So does a rule that names a
direction itself (`[dir="rtl"] …`), and whatever follows on the comment `/* @noflip */`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

import tinycss2

NOFLIP = "@noflip"
_SIDE = re.compile(r"(?<![a-z])(left|right)(?![a-z])")
_OTHER = {"left": "right", "right": "left"}
# Properties whose four values are top, right, bottom, left.
_BOXES = frozenset({"margin", "padding", "inset", "border-width", "border-style", "border-color"})
# Properties that name a side as their value.
_NAMING = frozenset(
    {
        "text-align", "text-align-last", "text-align-all", "float", "clear", "caption-side", "page-break-before",
        "page-break-after", "break-before", "break-after", "background-position", "background-position-x",
        "object-position", "transform-origin",
    }
)  # fmt: skip
_DIRECTED = re.compile(r"\[dir\b|:dir\(")
_INSIDE_CODE = re.compile(r"(?:^|[\s>+~])pre\b[^\s>]*[\s>]")
_CODE = re.compile(r"(?:^|[\s>+~])pre\b[^\s>]*$")


def mirrored(css: str) -> str:
    """A style sheet with left and right exchanged; as it is where it is no CSS, which the engine then reports."""
    nodes = tinycss2.parse_stylesheet(css)
    try:
        _check(nodes)
        return _rules(nodes)
    except _NoCss:
        return css


class _NoCss(ValueError):
    """Something in a style sheet cannot be parsed."""


def _rules(nodes: Iterable[Any], pages: bool = False) -> str:
    """Rules, in which what is to stay as it is stays."""
    out: list[str] = []
    keep = False
    for node in nodes:
        if node.type == "comment":
            keep = keep or NOFLIP in node.value
            continue
        if node.type == "whitespace":
            continue
        out.append(_text([node]) if keep else _rule(node, pages))
        keep = False
    return "\n".join(out) + "\n"


def _rule(node: Any, pages: bool) -> str:
    if node.type == "qualified-rule":
        selector = _text(node.prelude).strip()
        parts = [part.strip() for part in selector.split(",")]
        if _DIRECTED.search(selector) or all(map(_INSIDE_CODE.search, parts)):
            return _text([node])
        outside = all(map(_CODE.search, parts))
        return f"{selector} {{ {_declarations(node.content, outside)} }}"
    if node.type == "at-rule":
        return _at_rule(node, pages)
    return _text([node])


def _at_rule(node: Any, pages: bool) -> str:
    name, prelude = node.at_keyword, _text(node.prelude)
    if node.content is None or node.lower_at_keyword in ("font-face", "counter-style"):
        return _text([node])
    if node.lower_at_keyword == "page":
        # A right-hand page is read first in a book from left to right, a left-hand one in a book from right to left.
        return f"@page{_exchanged(prelude)}{{ {_declarations(node.content)} }}"
    if pages:
        # A box in the margin of a page: @top-left.
        return f"@{_exchanged(name)} {{ {_declarations(node.content)} }}"
    inner = tinycss2.parse_rule_list(node.content)
    _check(inner)
    return f"@{name}{prelude}{{ {_rules(inner)} }}"


def _declarations(content: Sequence[Any], outside: bool = False) -> str:
    """The contents of a block; with `outside`, of an element of which only the margins are the page's."""
    out: list[str] = []
    keep = False
    nodes = tinycss2.parse_blocks_contents(content)
    _check(nodes)
    for node in nodes:
        if node.type == "comment":
            keep = keep or NOFLIP in node.value
            continue
        if node.type == "declaration":
            name = node.lower_name
            flips = not keep and (not outside or name.startswith("margin"))
            out.append(_declaration(node) if flips else f"{node.serialize()};")
        elif node.type == "at-rule":
            out.append(_text([node]) if keep else _at_rule(node, True))
        elif node.type == "qualified-rule":
            out.append(_text([node]) if keep else _rule(node, False))
        if node.type != "whitespace":
            keep = False
    return " ".join(filter(None, (part.strip() for part in out)))


def _declaration(node: Any) -> str:
    name, value = node.name, node.value
    low = node.lower_name
    if low in _BOXES:
        value = _sides(value, (0, 3, 2, 1))
    elif low == "border-radius":
        value = _sides(value, (1, 0, 3, 2))
    elif low in _NAMING:
        value = [_named(token) for token in value]
        if low.startswith("background-position"):
            value = _position(value)
    important = " !important" if node.important else ""
    written = value if isinstance(value, str) else _text(value)
    return f"{_exchanged(name)}: {written.strip()}{important};"


def _sides(value: Sequence[Any], order: tuple[int, int, int, int]) -> str | Sequence[Any]:
    """Four values in another order; fewer are the same on both sides, but for the corners of a border."""
    parts = _split(value)
    if len(parts) == 4:
        return " ".join(parts[at] for at in order)
    if len(parts) == 2 and order[0] == 1:
        return " ".join(reversed(parts))
    return value


def _split(value: Sequence[Any]) -> list[str]:
    """The values of a shorthand, which white space separates."""
    parts: list[str] = []
    apart = True
    for token in value:
        if token.type in ("whitespace", "comment"):
            apart = True
            continue
        text = token.serialize()
        if apart:
            parts.append(text)
        else:
            parts[-1] += text
        apart = False
    return parts


def _named(token: Any) -> Any:
    if token.type == "ident" and token.lower_value in _OTHER:
        (other,) = tinycss2.parse_component_value_list(_OTHER[token.lower_value])
        return other
    return token


def _position(value: Sequence[Any]) -> str:
    """A position that counts from the left, counted from the right: `0 0` is `100% 0`."""
    parts = _split(value)
    first = parts[0] if parts else ""
    if match := re.fullmatch(r"(-?[0-9.]+)%", first):
        parts[0] = f"{100 - float(match[1]):g}%"
    elif re.fullmatch(r"0[a-z]*", first):
        parts[0] = "100%"
    elif re.match(r"-?[0-9.]", first):
        vertical = parts[1:] or ["center"]
        parts = [
            "right",
            first,
            *(["top"] if re.match(r"-?[0-9.]", vertical[0]) else []),
            *vertical,
        ]
    return " ".join(parts)


def _check(nodes: Iterable[Any]) -> None:
    """Raise _NoCss where something in the nodes, or below them, could not be parsed."""
    for node in nodes:
        if node.type == "error":
            raise _NoCss(node.message)
        for inner in (getattr(node, name, None) for name in ("prelude", "content", "arguments")):
            _check(inner or ())


def _text(nodes: Iterable[Any]) -> str:
    """Nodes as they were written."""
    return str(tinycss2.serialize(list(nodes)))


def _exchanged(text: str) -> str:
    """A name with the sides in it exchanged."""
    return _SIDE.sub(lambda match: _OTHER[match[1]], text)
