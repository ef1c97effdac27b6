"""Code on paper: one block a line, with a hanging indent, so that nothing is clipped and lines stay lines."""

from __future__ import annotations

from collections.abc import Iterator

from lxml.html import HtmlElement, builder

from guidepress.book.tree import elements, has_class
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
# Characters before a line is longer than the measure takes at all; see geometry.code_columns.
_PADDING_MM = 5.0


def set_code(root: HtmlElement, composer: Composer) -> None:
    """Split code blocks into lines and let the wide ones span the notes column."""
    narrow = _columns(composer.geometry.text, composer.geometry.type.code[0])
    for block in list(elements(root, "pre")):
        holder = block.find("code")
        lines = list(code_lines(holder if holder is not None else block))
        while lines and not lines[-1]:
            lines.pop()
        longest = max((sum(len(text) for text, _ in line) for line in lines), default=0)
        classes = ["code"]
        if longest > narrow and composer.geometry.notes:
            classes.append("wide")
        if has_class(block, "numbered") or block.get("data-numbered") is not None:
            classes.append("numbered")
        block.set("class", " ".join(classes))
        _refill(block, lines)


def code_lines(element: HtmlElement) -> Iterator[list[tuple[str, str]]]:
    """The lines of a code element, each a list of (text, style class), neighbours of one class merged."""
    line: list[tuple[str, str]] = []
    for text, style in _pieces(element, ""):
        first, *rest = text.split("\n")
        _append(line, first, style)
        for more in rest:
            yield line
            line = []
            _append(line, more, style)
    yield line


def _columns(width: float, size: float) -> int:
    """Columns of a monospaced font (0.6 em a character) of `size` pt in `width` mm of box."""
    return int((width - _PADDING_MM) / (size * 0.6 * 25.4 / 72))


def _append(line: list[tuple[str, str]], text: str, style: str) -> None:
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


def _refill(block: HtmlElement, lines: list[list[tuple[str, str]]]) -> None:
    for child in list(block):
        block.remove(child)
    block.text = None
    holder = builder.CODE()
    for line in lines:
        row = builder.SPAN({"class": "line"})
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
