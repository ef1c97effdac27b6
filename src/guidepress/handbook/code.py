"""Code on paper: one block a line, with a hanging indent, so that nothing is clipped and lines stay lines."""

from __future__ import annotations

from collections.abc import Iterator

from lxml.html import HtmlElement, builder

from guidepress.book.tree import elements
from guidepress.handbook.composer import Composer

# Pygments' classes by their first letters -> the few that the layout styles. A span on every token
# doubles the time a page takes, and a printed page needs no twenty colours.
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

# Code of so many lines moves to the next page rather than break.
WHOLE_LINES = 10

Line = list[tuple[str, str]]


def set_code(root: HtmlElement, composer: Composer) -> None:
    """Split code blocks into lines and let the wide ones span the notes column."""
    geometry = composer.geometry
    for block in list(elements(root, "pre")):
        lines = code_lines(block)
        classes = ["code"]
        if longest(lines) > geometry.columns(geometry.text) and geometry.notes:
            classes.append("wide")
        if len(lines) <= WHOLE_LINES:
            classes.append("whole")
        start = block.attrib.pop("data-linenums", None)
        if start is not None:
            classes.append("numbered")
            block.set("style", f"counter-reset: line {_number(start, 1) - 1}")
        marked = _numbers(block.attrib.pop("data-lines", ""))
        title = block.attrib.pop("data-title", "")
        block.set("class", " ".join(classes))
        _refill(block, lines, marked)
        if title:
            _add_title(block, title)


def code_lines(block: HtmlElement) -> list[Line]:
    """The lines of a code block, each a list of (text, style class), neighbours of one class merged."""
    holder = block.find("code")
    lines = list(_lines(holder if holder is not None else block))
    while lines and not lines[-1]:
        lines.pop()
    return lines


def longest(lines: list[Line]) -> int:
    """The characters of the longest line."""
    return max((sum(len(text) for text, _ in line) for line in lines), default=0)


def _lines(element: HtmlElement) -> Iterator[Line]:
    line: Line = []
    for text, style in _pieces(element, ""):
        first, *rest = text.split("\n")
        _append(line, first, style)
        for more in rest:
            yield line
            line = []
            _append(line, more, style)
    yield line


def _append(line: Line, text: str, style: str) -> None:
    if not text:
        return
    # White space shows no style; leaving it to its neighbour saves a span.
    if line and (line[-1][1] == style or not text.strip()):
        line[-1] = (line[-1][0] + text, line[-1][1])
    else:
        line.append((text, style))


def _pieces(element: HtmlElement, style: str) -> Iterator[tuple[str, str]]:
    if element.text:
        yield element.text, style
    for child in element:
        if isinstance(child.tag, str):
            yield from _pieces(child, _style(child) or style)
        if child.tail:
            yield child.tail, style


def _style(element: HtmlElement) -> str:
    name = (element.get("class") or "").split(" ")[0]
    return STYLED.get(name) or STYLED.get(name[:2]) or STYLED.get(name[:1], "")


def _number(text: str, otherwise: int) -> int:
    return int(text) if text.strip().isdigit() else otherwise


def _numbers(text: str) -> frozenset[int]:
    """The lines that "2 4-5" names, counted from 1."""
    found: set[int] = set()
    for word in text.replace(",", " ").split():
        first, _, last = word.partition("-")
        if first.isdigit() and (last or first).isdigit():
            found.update(range(int(first), int(last or first) + 1))
    return frozenset(found)


def _refill(block: HtmlElement, lines: list[Line], marked: frozenset[int]) -> None:
    for child in list(block):
        block.remove(child)
    block.text = None
    holder = builder.CODE()
    for number, line in enumerate(lines, 1):
        row = builder.SPAN({"class": "line marked" if number in marked else "line"})
        for text, style in line:
            if style:
                row.append(builder.SPAN({"class": style}, text))
            elif len(row):
                row[-1].tail = (row[-1].tail or "") + text
            else:
                row.text = (row.text or "") + text
        # An empty block has no height, and text copied from the page would lose the empty line.
        if not line:
            row.text = "\u00a0"
        holder.append(row)
    block.append(holder)


def _add_title(block: HtmlElement, title: str) -> None:
    caption = builder.P({"class": "code-title"}, title)
    block.addprevious(caption)
