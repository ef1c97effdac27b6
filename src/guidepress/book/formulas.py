"""Formulas in the HTML of a book: where they are, and what becomes of gaps in them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from lxml.html import HtmlElement

from guidepress.book.tree import elements, has_class
from guidepress.markdown.gaps import boxed


def formulas(root: HtmlElement) -> Iterator[HtmlElement]:
    """The formulas below `root`, in document order."""
    for element in elements(root, "span", "div"):
        if has_class(element, "math") and "data-tex" in element.attrib:
            yield element


def blank(root: HtmlElement, fill: Callable[[HtmlElement], str]) -> None:
    """Frames in the place of gaps in formulas; `fill` gives the TeX to stand in the frame for a mark."""
    _replace(root, fill)


def reveal(root: HtmlElement) -> None:
    """Frames around what gaps in formulas hid."""
    _replace(root, lambda mark: mark.text or "")


def _replace(root: HtmlElement, fill: Callable[[HtmlElement], str]) -> None:
    for element in list(formulas(root)):
        marks = [child for child in element if child.tag == "mark"]
        if not marks:
            continue
        pieces = [element.text or ""]
        for mark in marks:
            pieces += [boxed(fill(mark)), mark.tail or ""]
            element.remove(mark)
        tex = "".join(pieces)
        element.set("data-tex", tex)
        element.text = tex
