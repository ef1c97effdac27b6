"""The structure of HTML: elements in elements, text, targets. What only guidepress writes is left out."""

from __future__ import annotations

import re
from urllib.parse import unquote

from lxml import html
from lxml.html import HtmlElement

BLOCKS = frozenset({
    "blockquote", "details", "div", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre",
    "section", "summary", "table", "tbody", "td", "th", "thead", "tr", "ul",
})  # fmt: skip
ATTRIBUTES = ("align", "alt", "href", "src", "start", "title")

Node = tuple[str, tuple[tuple[str, str], ...], tuple["Node | str", ...]]


def structure(text: str) -> Node:
    return _node(html.fragment_fromstring(f"<div>{text}</div>"))


def _node(element: HtmlElement, literal: bool = False) -> Node:
    tag = {"s": "del"}.get(element.tag, element.tag)
    literal = literal or tag == "pre"
    if literal and tag == "code":
        # The line ends at the end of code are no matter of structure.
        return tag, (), (element.text_content().rstrip("\n "),)
    children: list[Node | str] = []
    for part in _parts(element):
        if isinstance(part, str):
            if children and isinstance(children[-1], str):
                children[-1] += part
            else:
                children.append(part)
        else:
            children.append(_node(part, literal))
    return tag, _attributes(element), tuple(children if literal else _trim(tag, children))


def _parts(element: HtmlElement) -> list[HtmlElement | str]:
    parts: list[HtmlElement | str] = [element.text or ""]
    for child in element:
        parts += [child, child.tail or ""]
    return parts


def _trim(tag: str, children: list[Node | str]) -> list[Node | str]:
    """White space as a browser shows it."""
    trimmed: list[Node | str] = []
    for at, child in enumerate(children):
        if isinstance(child, str):
            child = re.sub(r"\s+", " ", child)
            if _edge(tag, children[at - 1] if at else None):
                child = child.lstrip()
            if _edge(tag, children[at + 1] if at + 1 < len(children) else None):
                child = child.rstrip()
            if not child:
                continue
        trimmed.append(child)
    return trimmed


def _edge(tag: str, neighbour: Node | str | None) -> bool:
    if neighbour is None:
        return tag in BLOCKS
    return not isinstance(neighbour, str) and (neighbour[0] in BLOCKS or neighbour[0] == "br")


def _attributes(element: HtmlElement) -> tuple[tuple[str, str], ...]:
    found = {name: element.get(name) or "" for name in ATTRIBUTES}
    found["href"] = unquote(found["href"] or element.get("data-href") or "")
    found["src"] = unquote(found["src"])
    return tuple((name, value) for name, value in found.items() if value)
