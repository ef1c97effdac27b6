"""HTML inside the tree: elements whose text is written out as it is."""

from __future__ import annotations

from html import escape
from xml.etree.ElementTree import Element

from markdown.util import AtomicString

from guidepress.content.html import VOID

# Tags that stand for text which is HTML already. Authored HTML becomes MARKUP once it has been filtered.
MARKUP = "guidepress-markup"
AUTHORED = "guidepress-authored"

# A line ends after these, so that words of different blocks stay apart wherever the tags are stripped.
BLOCKS = frozenset({
    "aside", "blockquote", "dd", "details", "div", "dl", "dt", "figcaption", "figure", "h1",
    "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre", "section", "summary", "table",
    "tbody", "td", "th", "thead", "tr", "ul",
})  # fmt: skip


def markup(html: str) -> Element:
    """An element that is written out as `html`."""
    element = Element(MARKUP)
    element.text = AtomicString(html)
    return element


def authored(html: str) -> Element:
    """An element that holds HTML as the author typed it."""
    element = Element(AUTHORED)
    element.text = AtomicString(html)
    return element


def serialize(element: Element) -> str:
    """HTML of an element. Text is plain text here: every `&`, `<` and `>` in it is escaped."""
    out: list[str] = []
    _write(element, out)
    return "".join(out)


def inner(element: Element) -> str:
    """HTML of what is inside an element."""
    out: list[str] = []
    if element.text:
        out.append(escape(element.text, quote=False))
    for child in element:
        _write(child, out)
        if child.tail:
            out.append(escape(child.tail, quote=False))
    return "".join(out)


def _write(element: Element, out: list[str]) -> None:
    # Recursion is safe: the parsers limit how deep elements nest.
    tag = element.tag
    if tag == MARKUP:
        out.append(element.text or "")
        return
    out.append(f"<{tag}")
    for name, value in element.items():
        out.append(f' {name}="{escape(value)}"')
    out.append(">")
    if tag in VOID:
        if tag == "hr":
            out.append("\n")
        return
    if element.text:
        out.append(escape(element.text, quote=False))
    for child in element:
        _write(child, out)
        if child.tail:
            out.append(escape(child.tail, quote=False))
    out.append(f"</{tag}>\n" if tag in BLOCKS else f"</{tag}>")


def plain(element: Element) -> str:
    """The words of an element; an image stands for its `alt` text, tags and footnote calls for nothing."""
    parts: list[str] = []
    _gather(element, parts)
    return "".join(parts)


def _gather(element: Element, parts: list[str]) -> None:
    if element.tag in (MARKUP, AUTHORED) or element.get("class") == "footnote-ref":
        return
    if element.tag == "img":
        parts.append(element.get("alt") or "")
    if element.text:
        parts.append(element.text)
    for child in element:
        _gather(child, parts)
        if child.tail:
            parts.append(child.tail)
