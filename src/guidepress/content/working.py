"""Trees of lxml, which a product works on once it has its content as HTML: `tree` begins one, `serialize` ends it."""

from __future__ import annotations

import html as entities
import re
from collections.abc import Iterator, Sequence
from copy import deepcopy
from typing import cast

from lxml import etree, html
from lxml.html import HtmlElement

from guidepress.content.html import VOID, attributes
from guidepress.content.nodes import Node, NoteCall, Text
from guidepress.source.files import CONTROL

_PARSER = html.HTMLParser(huge_tree=True, encoding="utf-8")
# Neither bracket stands in an attribute that is written as XML.
_EMPTY = re.compile(r"<([^\s/<>]+)([^<>]*)/>")
_EDGES = re.compile(r"^<div>(.*)</div>$", re.DOTALL)


def parse(fragment: str) -> HtmlElement:
    """The fragment below a `<div>` of its own."""
    body = document(f"<div>{fragment}</div>").find("body")
    assert body is not None
    return body[0]


def document(text: str) -> HtmlElement:
    """A document of HTML as a tree."""
    # Character references such as `&#27;` bring in what lxml refuses to move about.
    text = CONTROL.sub("\N{REPLACEMENT CHARACTER}", text)
    # Bytes in a known encoding: libxml2 otherwise guesses from the text.
    return html.document_fromstring(text.encode(), parser=_PARSER)


def tree(nodes: Sequence[Node]) -> HtmlElement:
    """The nodes as a tree of lxml below a `<div>`, for a product that works on one."""
    root = _PARSER.makeelement("div")
    _build(root, nodes)
    return root


def _build(parent: HtmlElement, nodes: Sequence[Node]) -> None:
    last: HtmlElement | None = None
    for node in nodes:
        if isinstance(node, Text):
            if last is None:
                parent.text = (parent.text or "") + node.text
            else:
                last.tail = (last.tail or "") + node.text
            continue
        last = etree.SubElement(parent, node.name, attributes(node))
        assert last is not None
        if isinstance(node, NoteCall):
            link = etree.SubElement(last, "a", {"href": f"#{node.note}"})
            link.text = str(node.number)
        _build(last, node.children)


def fill_in(element: HtmlElement, fragment: str) -> None:
    """Put a fragment into an empty element."""
    made = parse(fragment)
    element.text = made.text
    element.extend(list(made))


def serialize(root: HtmlElement) -> str:
    """What `parse` was given, with the changes made since."""
    text = outer(root)
    match = _EDGES.match(text)
    return match[1] if match else text


def text_of(element: HtmlElement) -> str:
    """The words in the element, white space folded."""
    return " ".join(element.text_content().split())


def inner(element: HtmlElement) -> str:
    """The HTML inside of an element."""
    return (escape(element.text) + "".join(map(_outer, element))).strip()


def outer(element: HtmlElement) -> str:
    """HTML of an element alone, without comments."""
    return _outer(element).removesuffix(escape(element.tail))


def _outer(element: HtmlElement) -> str:
    """HTML of an element and its tail, without comments.

    As XML, which only writes empty elements in another way: libxml2's own HTML would encode what is no ASCII in
    `href` and `src`.
    """
    if next(element.iter(etree.Comment, etree.PI), None) is not None:
        element = deepcopy(element)
        etree.strip_tags(element, etree.Comment, etree.PI)
    text: str = etree.tostring(element, encoding="unicode")
    return _EMPTY.sub(_empty, text) if "/>" in text else text


def _empty(match: re.Match[str]) -> str:
    return f"<{match[1]}{match[2]}>" + ("" if match[1] in VOID else f"</{match[1]}>")


def escape(text: str | None, quote: bool = False) -> str:
    """Plain text as HTML; with `quote`, as the value of an attribute."""
    return entities.escape(text or "", quote)


def elements(root: HtmlElement, *tags: str) -> Iterator[HtmlElement]:
    """The elements below `root` with one of the tags, in document order."""
    for element in root.iter(*tags):
        if element is not root:
            yield element


def found(path: etree.XPath, root: HtmlElement) -> list[HtmlElement]:
    """The elements that a path leads to."""
    return cast("list[HtmlElement]", path(root))


def has_class(element: HtmlElement, name: str) -> bool:
    """Whether the element's class attribute holds the word."""
    return name in (element.get("class") or "").split()


def prepend(element: HtmlElement, child: HtmlElement, gap: str = " ") -> None:
    """Put `child` before everything in the element, followed by `gap`."""
    child.tail = gap + (element.text or "")
    element.text = None
    element.insert(0, child)
