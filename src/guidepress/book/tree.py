"""HTML fragments as lxml trees and back: the one way the book takes HTML apart."""

from __future__ import annotations

import html as entities
import re
from collections.abc import Iterator
from copy import deepcopy

from lxml import etree, html
from lxml.html import HtmlElement

from guidepress.markdown.markup import VOID
from guidepress.source.files import CONTROL

_PARSER = html.HTMLParser(huge_tree=True, encoding="utf-8")
# Neither bracket stands in an attribute that is written as XML.
_EMPTY = re.compile(r"<([^\s/<>]+)([^<>]*)/>")
_EDGES = re.compile(r"^<div>(.*)</div>$", re.DOTALL)


def parse(fragment: str) -> HtmlElement:
    """The fragment below a `<div>` of its own."""
    # Character references such as `&#27;` bring in what lxml refuses to move about.
    fragment = CONTROL.sub("\N{REPLACEMENT CHARACTER}", fragment)
    # Bytes in a known encoding: libxml2 otherwise guesses from the text.
    document = html.document_fromstring(f"<div>{fragment}</div>".encode(), parser=_PARSER)
    body = document.find("body")
    assert body is not None
    return body[0]


def serialize(root: HtmlElement) -> str:
    """What `parse` was given, with the changes made since."""
    text = _outer(root).removesuffix(escape(root.tail))
    match = _EDGES.match(text)
    return match[1] if match else text


def text_of(element: HtmlElement) -> str:
    """The words in the element, white space folded."""
    return " ".join(element.text_content().split())


def inner(element: HtmlElement) -> str:
    """The HTML inside of an element."""
    return (escape(element.text) + "".join(map(_outer, element))).strip()


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


def has_class(element: HtmlElement, name: str) -> bool:
    """Whether the element's class attribute holds the word."""
    return name in (element.get("class") or "").split()


def line_of(element: HtmlElement) -> int:
    """The line that the nearest element around carries; 0 where none does."""
    node: HtmlElement | None = element
    while node is not None:
        if line := node.get("data-line"):
            return int(line)
        node = node.getparent()
    return 0


def prepend(element: HtmlElement, child: HtmlElement, gap: str = " ") -> None:
    """Put `child` before everything in the element, followed by `gap`."""
    child.tail = gap + (element.text or "")
    element.text = None
    element.insert(0, child)


def title(element: HtmlElement) -> tuple[str, str]:
    """Words and HTML of a title as other places repeat it: no links, anchors, pictures or footnote calls."""
    copy = deepcopy(element)
    for one in list(elements(copy, "a", "img", "sup")):
        if one.tag == "img" or has_class(one, "footnote-ref"):
            one.drop_tree()
        elif one.tag == "a":
            one.drop_tag()
    for one in elements(copy, "*"):
        for name in ("id", "data-index"):
            one.attrib.pop(name, None)
    return text_of(copy), inner(copy)


def plain(fragment: str) -> str:
    """The words of an HTML fragment, white space folded."""
    return text_of(parse(fragment))
