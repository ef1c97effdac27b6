"""The text of a section: HTML in pieces, and between them what depends on pages and on other sections.

A template is rendered to HTML. That is read once, as a tree, into these records; whoever wants to know of anchors,
links, page numbers, formulas or heights afterwards asks them and searches no HTML.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import deepcopy
from functools import cached_property
from itertools import count
from typing import Any, cast

from lxml import etree
from lxml.html import HtmlElement
from msgspec import Struct
from msgspec.structs import replace

from guidepress.content.html import quoted
from guidepress.content.working import document, found, outer
from guidepress.handbook.folios import Number, Pages
from guidepress.maths import Drawings, formulas, picture

# No author can write it: it is of Unicode's private use, and no text holds two with a number between.
_MARK = "\uf8ff"
_EDGE = f"{_MARK}edge{_MARK}"
_END = "</body>\n</html>"
# Millimetres of height that elements take besides their text, on a page of the default layout.
_HEIGHTS = {
    "h2": 16.0, "h3": 10.0, "figure": 12.0, "table": 8.0, "tr": 6.0, "img": 60.0, "pre": 8.0,
    "li": 3.0, "p": 4.0,
}  # fmt: skip
_HEIGHTS_OF = {
    "span": {"line": 4.1},
    "div": {"opener": 80.0, "writing": 8.0, "graph": 240.0, "profile": 8.0},
}
_LINKS = etree.XPath('.//*[starts-with(@href, "#")]')
_NUMBERS = etree.XPath(".//span[@data-page]")
_RUNS = etree.XPath(".//span[@data-pages]")
# What is text to HTML, and would be markup to XML.
_RAW = etree.XPath("//style | //script")
_MARKED = etree.XPath("//text()[contains(., $mark)]")


class Link(Struct, frozen=True, tag=True):
    """Where a link leads, in the place of its address."""

    anchor: str


class Formula(Struct, frozen=True, tag=True):
    """A formula: its element's name and attributes, and as HTML with words for it."""

    name: str
    attributes: Mapping[str, str]
    html: str


Piece = str | Number | Pages | Link | Formula


class Place(Struct, frozen=True):
    """An anchor, and how many letters and millimetres of other height stand before it."""

    anchor: str
    letters: int
    height: float


class SectionText(Struct, frozen=True, dict=True):
    """A section's HTML: what stands before its body, and the pieces of that.

    `places` are its anchors in their order, `letters` and `height` what there is in all.
    """

    head: str = ""
    body: tuple[Piece, ...] = ()
    places: tuple[Place, ...] = ()
    letters: int = 0
    height: float = 0.0

    @cached_property
    def html(self) -> str:
        """The HTML without page numbers."""
        return self.written(_plain)

    @cached_property
    def anchors(self) -> frozenset[str]:
        """Every id that the section defines."""
        return frozenset(place.anchor for place in self.places)

    @cached_property
    def depends_on_pages(self) -> bool:
        """Whether more than the length of numbers depends on the pages."""
        return any(isinstance(piece, Pages) for piece in self.body)

    @cached_property
    def keeps_edges(self) -> bool:
        """Whether a number keeps its right edge: that fits whatever it is, but its placeholder shows in the file."""
        return any(isinstance(piece, Number) and piece.right for piece in self.body)

    def written(self, write: Callable[[Number | Pages | Link | Formula], str]) -> str:
        """The HTML; `write` gives it for what is none yet."""
        if not self.head:
            return ""
        pieces = [piece if isinstance(piece, str) else write(piece) for piece in self.body]
        return "".join((self.head, *pieces, _END))

    def pictured(self, drawings: Drawings, colour: str) -> SectionText:
        """The text with a picture in the place of each formula; what cannot be drawn stays as it is."""
        if not any(isinstance(piece, Formula) for piece in self.body):
            return self

        def drawn(piece: Piece) -> Piece:
            if not isinstance(piece, Formula):
                return piece
            return picture(piece.name, piece.attributes, drawings, colour) or piece.html

        return replace(self, body=tuple(map(drawn, self.body)))

    def followed_by(self, other: SectionText) -> SectionText:
        """This text with the body of another below it."""
        below = (
            Place(one.anchor, self.letters + one.letters, self.height + one.height)
            for one in other.places
        )
        return SectionText(
            self.head,
            (*self.body, *other.body),
            (*self.places, *below),
            self.letters + other.letters,
            self.height + other.height,
        )


def read(html: str, inserted: Mapping[str, HtmlElement] | None = None) -> SectionText:
    """A document of HTML as the text of a section. `inserted` are trees to put in the places of texts in it."""
    if not html.strip():
        return SectionText()
    root = document(html)
    for mark, tree in (inserted or {}).items():
        _insert(root, mark, tree)
    etree.strip_tags(root, etree.Comment, etree.PI)
    body = root.find("body")
    assert body is not None
    places, letters, height = _measured(body)
    pieces: list[Piece] = []

    def put(piece: Piece) -> str:
        pieces.append(piece)
        return f"{_MARK}{len(pieces) - 1}{_MARK}"

    for element in found(_RAW, root):
        element.text = put(element.text or "")
    for link in found(_LINKS, body):
        link.set("href", put(Link(str(link.get("href"))[1:])))
    for span in found(_NUMBERS, body):
        right = span.get("data-page-align") == "right"
        _append(span, put(Number(str(span.get("data-page")), right)))
    for span in found(_RUNS, body):
        named = str(span.get("data-pages")).split()
        _replace(span, put(Pages(tuple(named), span.text or "")))
    for formula in formulas(body):
        own = {str(name): str(value) for name, value in formula.attrib.items()}
        _replace(formula, put(Formula(str(formula.tag), own, outer(formula))))
    body.text = _EDGE + (body.text or "")
    _append(body, _EDGE)
    head, inner, _ = outer(root).split(_EDGE)
    return SectionText(
        f"<!DOCTYPE html>\n{''.join(map(_plain, _split(head, pieces)))}",
        tuple(_split(inner, pieces)),
        tuple(places),
        letters,
        height,
    )


def _measured(body: HtmlElement) -> tuple[list[Place], int, float]:
    """The anchors, and what takes height."""
    places: list[Place] = []
    letters, height = -len(body.tail or ""), 0.0
    for element in body.iter():
        name = element.tag
        if name in _HEIGHTS_OF:
            kind = element.get("class")
            height += _HEIGHTS_OF[name].get(kind, 0.0) if kind else 0.0
        else:
            height += _HEIGHTS.get(name, 0.0)
        if anchor := element.get("id"):
            places.append(Place(anchor, letters, height))
        letters += len(element.text or "") + len(element.tail or "")
    return places, letters, height


def _insert(root: HtmlElement, mark: str, tree: HtmlElement) -> None:
    """Put what is in a tree in the place of a mark, wherever it stands."""
    texts = cast("list[Any]", _MARKED(root, mark=mark))
    for number, text in enumerate(texts, 1):
        content = tree if number == len(texts) else deepcopy(tree)
        element = text.getparent()
        before, _, after = str(text).partition(mark)
        before += content.text or ""
        children = list(content)
        if children:
            children[-1].tail = (children[-1].tail or "") + after
        else:
            before += after
        if text.is_tail:
            element.tail = before
            parent, at = element.getparent(), element.getparent().index(element) + 1
        else:
            element.text = before
            parent, at = element, 0
        for place, child in zip(count(at), children, strict=False):
            parent.insert(place, child)


def _append(element: HtmlElement, text: str) -> None:
    """Put a text at the end of an element."""
    if len(element):
        element[-1].tail = (element[-1].tail or "") + text
    else:
        element.text = (element.text or "") + text


def _replace(element: HtmlElement, text: str) -> None:
    """Put a text in the place of an element."""
    element.tail = text + (element.tail or "")
    element.drop_tree()


def _split(html: str, pieces: Sequence[Piece]) -> Iterator[Piece]:
    """HTML with pieces for the marks in it."""
    for at, part in enumerate(html.split(_MARK)):
        if at % 2:
            yield pieces[int(part)]
        elif part:
            yield part


def _plain(piece: Piece) -> str:
    match piece:
        case Link(anchor):
            return quoted(f"#{anchor}")
        case Pages(anchors, separator):
            return f'<span data-pages="{quoted(" ".join(anchors))}">{separator}</span>'
        case Formula():
            return piece.html
        case str():
            return piece
    return ""
