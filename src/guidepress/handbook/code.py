"""Code of the handbook: what a block is in all: wide, whole, numbered, with marked lines, under a title."""

from __future__ import annotations

from collections.abc import Iterator

from lxml.html import HtmlElement

from guidepress.content.working import elements
from guidepress.handbook.composer import Composer
from guidepress.layouts.code import code_lines, give_title, longest, refill

# Code of so many lines moves to the next page rather than break.
WHOLE_LINES = 8
# The share of the measure that code has at least, in lists and boxes.
NARROW = 0.7


def set_code(root: HtmlElement, composer: Composer) -> None:
    """Split code blocks into lines and let the wide ones span the notes column, with what they print."""
    geometry = composer.geometry
    blocks = [(block, code_lines(block)) for block in elements(root, "pre")]
    room = geometry.columns(geometry.text)
    broad = {block for block, lines in blocks if geometry.notes and longest(lines) > room}
    broad.update([one for block in broad for one in _beside(block)])
    for block, lines in blocks:
        classes = ["code"]
        width, columns = geometry.text, longest(lines)
        if block in broad:
            width = geometry.wide
            classes.append("wide")
        size = geometry.code_size(columns, width)
        if len(lines) <= WHOLE_LINES:
            classes.append("whole")
        style = []
        if size < geometry.type.code[0]:
            # The line shrinks with the type, but stays in whole quarters of a point.
            line = round(geometry.type.code[1] * size / geometry.type.code[0] * 4) / 4
            style.append(f"font-size: {size:g}pt; line-height: {line:g}pt")
        start = block.attrib.pop("data-linenums", None)
        if start is not None:
            classes.append("numbered")
            style.append(f"counter-reset: line {_number(start, 1) - 1}")
        marked = _numbers(block.attrib.pop("data-lines", ""))
        block.set("class", " ".join(classes))
        if style:
            block.set("style", "; ".join(style))
        # What stands in a box or in a list has less room; of a line that fits nothing is seen.
        free = width if block.getparent() is root else width * NARROW
        refill(block, lines, marked, geometry.columns(free, size))
        give_title(block)


def _beside(block: HtmlElement) -> Iterator[HtmlElement]:
    """The code right above and below a block, such as what it prints, which stands at the same edges."""
    for backwards in (False, True):
        for one in block.itersiblings(preceding=backwards):
            if one.tag != "pre":
                break
            yield one


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
