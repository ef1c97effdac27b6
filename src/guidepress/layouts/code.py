"""Code blocks as a layout sets them: a block for each line, so that it can hang and break, and nothing is clipped."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from lxml.html import HtmlElement, builder

# Pygments' classes by their first letters -> the few that a layout styles. A span on every token
# doubles the time a page takes, and print needs no twenty colours.
STYLED = {
    "c": "c",  # comments
    "k": "k",  # keywords
    "s": "s",  # strings
    "m": "m",  # numbers
    "nf": "n", "nc": "n", "nd": "n",  # what is defined here, and decorators
    "nt": "k", "na": "n",  # tags and attributes of markup, keys of data
    "ow": "k", "bp": "k",
    "gd": "gd", "gi": "gi", "gh": "k", "gu": "c", "gp": "c", "go": "c",  # diffs and sessions
}  # fmt: skip
# The class of a call-out in code, which stays what it is.
CALLOUT = "callout"
# An empty block has no height, and text copied from the page would lose the empty line.
_EMPTY = "\u00a0"


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a line: text and the class it is set in, or an element that stays as it is."""

    text: str = ""
    style: str = ""
    element: HtmlElement | None = None


Line = list[Piece]


def _nothing(element: HtmlElement) -> bool:
    return False


def code_lines(block: HtmlElement, stays: Callable[[HtmlElement], bool] = _nothing) -> list[Line]:
    """The lines of a `pre`, without empty ones at its end; neighbours of one class are one piece.

    Call-outs, and elements that `stays` holds for, are pieces of their own, with what is in them. The block is left as
    it is.
    """
    lines = list(_lines(block, stays))
    while lines and not any(map(_shows, lines[-1])):
        lines.pop()
    return lines


def _shows(piece: Piece) -> bool:
    return piece.element is not None or not piece.text.isspace()


def length(line: Line) -> int:
    """The characters of a line; a call-out is as wide as two."""
    return sum(len(piece.text) if piece.element is None else 2 for piece in line)


def indentation(line: Line) -> int:
    """The spaces that a line begins with."""
    if not line or line[0].element is not None:
        return 0
    return len(line[0].text) - len(line[0].text.lstrip(" "))


def longest(lines: Sequence[Line]) -> int:
    """The characters of the longest line."""
    return max(map(length, lines), default=0)


def give_title(block: HtmlElement) -> str:
    """Put the title of a `pre` above it, behind its number where it has one; returns the title."""
    title: str = block.attrib.pop("data-title", "")
    number = block.attrib.pop("data-number", "")
    if not title:
        return ""
    caption = builder.P({"class": "code-title"})
    if number:
        caption.append(builder.SPAN({"class": "number"}, number))
        caption[-1].tail = f" {title}"
    else:
        caption.text = title
    block.addprevious(caption)
    return title


def refill(
    block: HtmlElement,
    lines: Sequence[Line],
    marked: frozenset[int] = frozenset(),
    fitting: int | None = None,
) -> None:
    """Replace what is in a `pre` by its lines.

    `marked` ones, counted from 1, also have the class `marked`, those of more than `fitting` characters `long`.
    """
    rows = []
    for number, line in enumerate(lines, 1):
        classes = ["line"]
        classes += ["marked"] if number in marked else []
        classes += ["long"] if fitting is not None and length(line) > fitting else []
        rows.append(_row(line, " ".join(classes)))
    for child in list(block):
        block.remove(child)
    block.text = None
    block.append(builder.CODE(*rows))


def _row(line: Line, classes: str) -> HtmlElement:
    row = builder.SPAN({"class": classes})
    for piece in line or [Piece(_EMPTY)]:
        if piece.element is not None:
            piece.element.tail = None
            row.append(piece.element)
        elif piece.style:
            row.append(builder.SPAN({"class": piece.style}, piece.text))
        elif len(row):
            row[-1].tail = (row[-1].tail or "") + piece.text
        else:
            row.text = (row.text or "") + piece.text
    return row


def _lines(block: HtmlElement, stays: Callable[[HtmlElement], bool]) -> Iterator[Line]:
    line: Line = []
    for piece in _pieces(block, "", stays):
        if piece.element is not None:
            line.append(piece)
            continue
        first, *rest = piece.text.split("\n")
        _append(line, first, piece.style)
        for more in rest:
            yield line
            line = []
            _append(line, more, piece.style)
    yield line


def _append(line: Line, text: str, style: str) -> None:
    if not text:
        return
    last = line[-1] if line else None
    # White space shows no style; leaving it to its neighbour saves a span.
    if last is not None and last.element is None and (last.style == style or not text.strip()):
        line[-1] = Piece(last.text + text, last.style)
    else:
        line.append(Piece(text, style))


def _pieces(
    element: HtmlElement, style: str, stays: Callable[[HtmlElement], bool]
) -> Iterator[Piece]:
    if element.text:
        yield Piece(element.text, style)
    for child in element:
        if isinstance(child.tag, str):
            if stays(child) or child.get("class") == CALLOUT:
                yield Piece(element=child)
            else:
                yield from _pieces(child, _style(child) or style, stays)
        if child.tail:
            yield Piece(child.tail, style)


def _style(element: HtmlElement) -> str:
    name = (element.get("class") or "").split(" ")[0]
    return STYLED.get(name) or STYLED.get(name[:2]) or STYLED.get(name[:1], "")
