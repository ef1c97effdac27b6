"""Trees as HTML, and HTML as trees."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from html import escape

from lxml import html
from lxml.html import HtmlElement

from guidepress.content.nodes import (
    NO_ATTRIBUTES,
    Element,
    Formula,
    Gap,
    Node,
    NoteCall,
    RecordBlock,
    Reference,
    Text,
)
from guidepress.content.walk import joined
from guidepress.source.files import CONTROL

VOID = frozenset(
    "area base br col embed hr img input link meta param source track wbr".split()  # noqa: SIM905  # a list of words reads better as words
)  # fmt: skip
_PARSER = html.HTMLParser(huge_tree=True, encoding="utf-8")
# As XML writes them, in which these would be taken for plain space.
_SPACES = str.maketrans({"\n": "&#10;", "\t": "&#9;", "\r": "&#13;"})
_SPECIAL = re.compile(r"[&<>\"\n\t\r]")

Maker = Callable[[str, dict[str, str], tuple[Node, ...], int], Sequence[Node]]


def write(nodes: Sequence[Node]) -> str:
    """The nodes as HTML."""
    out: list[str] = []
    _write(nodes, out)
    return "".join(out)


def _write(nodes: Sequence[Node], out: list[str]) -> None:
    for node in nodes:
        if isinstance(node, Text):
            out.append(escape(node.text, quote=False))
            continue
        out.append(f"<{node.name}")
        for name, value in attributes(node).items():
            out.append(f' {name}="{quoted(value)}"')
        out.append(">")
        if node.name in VOID:
            continue
        if isinstance(node, NoteCall):
            out.append(f'<a href="#{quoted(node.note)}">{node.number}</a>')
        _write(node.children, out)
        out.append(f"</{node.name}>")


def quoted(value: str) -> str:
    """The value of an attribute."""
    return (
        escape(value).replace("&#x27;", "'").translate(_SPACES) if _SPECIAL.search(value) else value
    )


def attributes(node: Element) -> dict[str, str]:
    """The attributes of a node in HTML, with those that say what its class says."""
    own: dict[str, str] = dict(node.attributes)
    if isinstance(node, Reference):
        own |= {"class": "ref", "href": f"#{node.anchor}" if node.anchor else node.target}
    elif isinstance(node, Formula):
        own["data-tex"] = node.tex
    elif isinstance(node, Gap):
        own |= {"class": "cloze", "data-cloze": str(node.number)}
        if node.hint:
            own["data-hint"] = node.hint
    elif isinstance(node, RecordBlock):
        own["data-block"] = str(node.block)
    if node.index:
        own["data-index"] = node.index
    if node.line:
        own["data-line"] = str(node.line)
    return own


def read(fragment: str, make: Maker | None = None) -> tuple[Node, ...]:
    """A fragment of HTML as nodes. `make` makes what an element becomes; plain elements where it is not given."""
    if "<" not in fragment and "&" not in fragment:
        clean = CONTROL.sub("\N{REPLACEMENT CHARACTER}", fragment)
        return (Text(clean),) if clean else ()
    # Character references such as `&#27;` bring in what lxml refuses to move about.
    fragment = CONTROL.sub("\N{REPLACEMENT CHARACTER}", fragment)
    # Bytes in a known encoding: libxml2 otherwise guesses from the text.
    document = html.document_fromstring(f"<div>{fragment}</div>".encode(), parser=_PARSER)
    body = document.find("body")
    assert body is not None
    return _read(body[0], make or plain)


def plain(name: str, own: dict[str, str], children: tuple[Node, ...], line: int) -> tuple[Element]:
    """An element that is nothing more."""
    return (Element(name, own or NO_ATTRIBUTES, children, line),)


def _read(element: HtmlElement, make: Maker) -> tuple[Node, ...]:
    made: list[Node] = []
    if element.text:
        made.append(Text(element.text))
    for child in element:
        if isinstance(child.tag, str):
            own = {str(name): str(value) for name, value in child.attrib.items()}
            line = own.pop("data-line", "")
            made += make(child.tag, own, _read(child, make), int(line) if line.isdigit() else 0)
        if child.tail:
            made.append(Text(child.tail))
    return joined(made)
