"""Code on cards: a block for each line, with a hanging indent, so that nothing is clipped and lines stay lines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lxml.html import HtmlElement, builder

from guidepress.book.tree import elements, has_class

# Pygments' classes by their first letters -> the few that the layout styles.
_STYLED = {
    "c": "c",
    "k": "k",
    "s": "s",
    "m": "m",
    "nf": "n",
    "nc": "n",
    "nd": "n",
    "nt": "k",
    "ow": "k",
}
# An empty line has no height, and text copied from the card would lose it.
_EMPTY = "\u00a0"


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a line: text and the class it is set in, or an element of the card that stays as it is."""

    text: str = ""
    style: str = ""
    element: HtmlElement | None = None


def set_lines(root: HtmlElement) -> None:
    """Split the code blocks of a card into lines."""
    for block in list(elements(root, "pre")):
        lines = list(_lines(block))
        while len(lines) > 1 and not lines[-1]:
            lines.pop()
        for child in list(block):
            block.remove(child)
        block.text = None
        block.append(builder.CODE(*(_line(line) for line in lines)))


def _line(pieces: list[Piece]) -> HtmlElement:
    line = builder.SPAN({"class": "line"})
    for piece in pieces or [Piece(_EMPTY)]:
        if piece.element is not None:
            line.append(piece.element)
        elif piece.style:
            line.append(builder.SPAN({"class": piece.style}, piece.text))
        elif len(line):
            line[-1].tail = (line[-1].tail or "") + piece.text
        else:
            line.text = (line.text or "") + piece.text
    return line


def _lines(block: HtmlElement) -> Iterator[list[Piece]]:
    line: list[Piece] = []
    for piece in list(_pieces(block, "")):
        if piece.element is not None:
            line.append(piece)
            continue
        first, *rest = piece.text.split("\n")
        if first:
            line.append(Piece(first, piece.style))
        for more in rest:
            yield line
            line = [Piece(more, piece.style)] if more else []
    yield line


def _pieces(element: HtmlElement, style: str) -> Iterator[Piece]:
    if element.text:
        yield Piece(element.text, style)
    for child in list(element):
        tail, child.tail = child.tail, None
        if has_class(child, "blank") or has_class(child, "gap") or child.tag in ("img", "sup"):
            yield Piece(element=child)
        elif isinstance(child.tag, str):
            yield from _pieces(child, _style(child) or style)
        if tail:
            yield Piece(tail, style)


def _style(element: HtmlElement) -> str:
    name = (element.get("class") or "").split(" ")[0]
    return _STYLED.get(name[:2]) or _STYLED.get(name[:1], "")
