"""Read HTML that is nested as it is written, without a parser of everything that HTML may be.

WeasyPrint reads HTML with tinyhtml5, which follows all rules of the standard for markup that is not nested: a
twentieth of a section's time. Sections are composed of elements that are closed one by one. Those need a stack
and nothing else, so long as no rule of the standard moves, closes or adds an element. Whatever is not known to be
of that kind is left to tinyhtml5.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from html import unescape
from html.entities import html5
from typing import Any
from xml.etree.ElementTree import Element, TreeBuilder

_TAG = re.compile(
    r"<(?P<end>/)?(?P<name>[a-z][a-z0-9]*)"
    r'(?P<attributes>(?:[ \n]+[a-z][-a-z0-9_:.]*(?:="[^"]*")?)*)[ \n]*(?P<closed>/)?>'
)
_ATTRIBUTE = re.compile(r'[ \n]+([a-z][-a-z0-9_:.]*)(?:="([^"]*)")?')
_START = re.compile(r"<!DOCTYPE html>[ \n]*", re.IGNORECASE)
# Characters that a reader replaces or that mean an error; tabs are white space that nobody writes.
_ODD = re.compile(
    "[\0-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]|[\U0001fffe-\U0010ffff]"
)
_REFERENCE = re.compile(r"&(?:#([0-9]{1,7})|#[xX]([0-9a-fA-F]{1,6})|([a-zA-Z][a-zA-Z0-9]*));|&")

# What WeasyPrint asks for where it has a text to read.
_OPTIONS = {"namespace_html_elements": False}


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


_FORMATTING = _names("b big code em font i s small strike strong tt u")
_PHRASING = _names("abbr bdi bdo cite data del dfn ins kbd label mark q samp span sub sup time var")
_HEADINGS = _names("h1 h2 h3 h4 h5 h6")
# A paragraph ends where one of these begins.
_BLOCKS = _HEADINGS | _names(
    "address article aside blockquote center dd details div dl dt fieldset figcaption figure footer header hgroup"
    " li main nav ol p pre section summary table ul"
)
_VOID = _names("br hr img wbr")
_BODY = _FORMATTING | _PHRASING | _BLOCKS | _VOID | {"a"}
# What the table and its parts may hold; anything else is moved before the table, or gets parts around it.
_PARTS = {
    "table": _names("caption colgroup thead tbody tfoot"),
    "thead": frozenset({"tr"}),
    "tbody": frozenset({"tr"}),
    "tfoot": frozenset({"tr"}),
    "tr": frozenset(("td", "th")),
    "colgroup": frozenset({"col"}),
}
_HEAD = frozenset(("meta", "title"))
# Walking up to an open item of the same kind, the standard looks through these and no other block.
_PASSED = _FORMATTING | _PHRASING | {"a", "address", "div", "p"}
_ITEMS = {"li": frozenset({"li"}), "dd": frozenset(("dd", "dt")), "dt": frozenset(("dd", "dt"))}


class _Unusual(Exception):
    """Something for a parser that knows all of HTML."""


def parsing(parse: Callable[..., Any]) -> Callable[..., Any]:
    """tinyhtml5's function, with a shorter way for what `read` takes."""

    def parsed(document: Any, **options: Any) -> Any:
        if isinstance(document, io.StringIO) and options == _OPTIONS:
            root = read(document.getvalue())
            if root is not None:
                return root
        return parse(document, **options)

    return parsed


def read(html: str) -> Element | None:
    """The root element, as tinyhtml5 reads it; None where that is not certain."""
    start = _START.match(html)
    if start is None or _ODD.search(html):
        return None
    try:
        return _Reader().document(html, start.end())
    except _Unusual:
        return None


class _Reader:
    """The elements that are open, and the tree so far."""

    def __init__(self) -> None:
        self.builder = TreeBuilder()
        self.open: list[str] = []
        # What has been closed for good, of html, head and body.
        self.closed: set[str] = set()

    def document(self, html: str, at: int) -> Element:
        match, end = _TAG.match, len(html)
        while at < end:
            if html[at] != "<":
                stop = html.find("<", at)
                stop = end if stop < 0 else stop
                self.text(html[at:stop])
                at = stop
                continue
            tag = match(html, at)
            if tag is None:
                raise _Unusual
            at = tag.end()
            name = tag["name"]
            if tag["end"]:
                if tag["attributes"] or tag["closed"]:
                    raise _Unusual
                self.end(name)
            else:
                self.start(name, _attributes(tag["attributes"]), bool(tag["closed"]))
                if name == "pre" and html.startswith("\n", at):
                    at += 1
        if "html" not in self.closed:
            raise _Unusual
        # White space behind the end of the body belongs to it, so both are open until now.
        self.builder.end("body")
        self.builder.end("html")
        return self.builder.close()

    def text(self, text: str) -> None:
        if not text.strip(" \n"):
            # Dropped before the head; between head and body, and within the parts of a table, it stands.
            if self.open == ["html"] and "head" not in self.closed:
                return
        elif not self.open or self.open[-1] in _PARTS or self.open[-1] in ("html", "head"):
            raise _Unusual
        self.builder.data(_resolved(text) if "&" in text else text)

    def start(self, name: str, attributes: dict[str, str], closed: bool) -> None:
        self.check(name)
        if name in _VOID or name in ("meta", "col"):
            self.builder.start(name, attributes)
            self.builder.end(name)
            return
        if closed:
            raise _Unusual
        self.builder.start(name, attributes)
        self.open.append(name)

    def check(self, name: str) -> None:
        """Raise where an element would not simply become the next child of what is open."""
        around = self.open
        parent = around[-1] if around else ""
        if not around:
            usual = name == "html" and not self.closed
        elif parent == "html":
            usual = (name == "head" and not self.closed) or (
                name == "body" and self.closed == {"head"}
            )
        elif parent == "head":
            usual = name in _HEAD
        elif parent == "title":
            usual = False
        elif parent in _PARTS:
            usual = name in _PARTS[parent]
        else:
            usual = name in _BODY and self.fits(name)
        if not usual:
            raise _Unusual

    def fits(self, name: str) -> bool:
        """Whether an element of the body's content closes none of those around it."""
        around = self.open
        if name == "a":
            return "a" not in around
        if name in _HEADINGS and not _HEADINGS.isdisjoint(around):
            return False
        if name in _BLOCKS or name == "hr":
            for outer in reversed(around):
                if outer == "p":
                    return False
                if outer in ("td", "th", "caption"):
                    break
        if name in _ITEMS:
            for outer in reversed(around):
                if outer in _ITEMS[name]:
                    return False
                if outer not in _PASSED:
                    break
        return True

    def end(self, name: str) -> None:
        if self.closed == {"head", "body"} and name == "html" and self.open == ["html"]:
            self.open.pop()
            self.closed.add(name)
            return
        if not self.open or self.open[-1] != name or "body" in self.closed:
            raise _Unusual
        self.open.pop()
        if name in ("head", "body"):
            self.closed.add(name)
        if name != "body":
            self.builder.end(name)


def _attributes(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in _ATTRIBUTE.findall(text):
        if name in found:
            raise _Unusual
        found[name] = _resolved(value) if "&" in value else value
    return found


def _resolved(text: str) -> str:
    """Text with its character references replaced."""
    for decimal, hexadecimal, name in _REFERENCE.findall(text):
        if name:
            usual = f"{name};" in html5
        else:
            code = int(decimal) if decimal else int(hexadecimal or "0", 16)
            usual = 32 <= code < 0x110000 and not _ODD.match(chr(code))
        if not usual:
            raise _Unusual
    return unescape(text)
