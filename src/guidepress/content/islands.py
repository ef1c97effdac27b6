"""What runs from left to right in a text that runs from right to left: code, addresses, names of files."""

from __future__ import annotations

import re

from lxml.html import HtmlElement

from guidepress.content.working import elements, has_class

_CODE = ("code", "pre", "kbd", "samp", "var")
_ADDRESS = re.compile(
    r"\s*(?:(?:[a-z][a-z0-9+.-]*://|mailto:|www\.)\S+|[\w.+-]+@[\w-]+\.[\w.-]+)\s*",
    re.ASCII | re.IGNORECASE,
)


def mark_islands(root: HtmlElement) -> None:
    """Give code, and links and printed addresses that show one, their own direction, unless the author did."""
    for element in elements(root, *_CODE):
        _turn(element)
    for element in elements(root, "a", "span"):
        if has_class(element, "address") or (
            element.tag == "a" and _ADDRESS.fullmatch(str(element.text_content()))
        ):
            _turn(element)


def _turn(element: HtmlElement) -> None:
    if "dir" not in element.attrib:
        element.set("dir", "ltr")
