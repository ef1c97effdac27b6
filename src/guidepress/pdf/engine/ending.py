"""No page of a section ends too early: the section is laid out with pages a line longer or a few lines shorter.

Where the last page of a section would hold a few lines only, or what is kept together leaves much of a page inside of
it empty, a line more on each of its pages often takes these in, and a line or two less moves others to them. All pages
of a section are as high, so that facing pages stay level. The boxes in the margins stay where they are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeVar

from weasyprint.formatting_structure import boxes
from weasyprint.layout.absolute import AbsolutePlaceholder

from guidepress.pdf.engine.sides import in_margin

D = TypeVar("D")

# Lines that pages are longer by, in the order in which they are tried.
TRIED = (1, -1, -2, -3)
# How full the last page of a section is at least, and the others, as shares of their height.
LAST, INNER = 0.25, 0.85
# A section that has been laid out so often that it came to so many pages stays as it is.
MOST_PAGES = 80


class Ending:
    """How many pixels the pages of a document are `longer` than their styles say; None where that is to be found."""

    def __init__(self, longer: float | None) -> None:
        self.longer = longer or 0.0
        self._settled = longer is not None
        self._making = False

    def high(self, page_height: Callable[..., Any]) -> Callable[..., Any]:
        """WeasyPrint's function that finds the height of a page."""

        def height(page: Any, *args: Any) -> None:
            page_height(page, *args)
            if self._making:
                page.height += self.longer

        return height

    def made(self, make_page: Callable[..., Any]) -> Callable[..., Any]:
        """WeasyPrint's function that makes a page, which gets its own height back when its content is in place."""

        def make(*args: Any) -> Any:
            self._making = True
            try:
                page, *others = make_page(*args)
            finally:
                self._making = False
            page.height -= self.longer
            return page, *others

        return make

    def settled(self, render: Callable[[], D], pages_of: Callable[[D], Sequence[Any]]) -> D:
        """What is rendered best: with the least pages that end too early, and the first of these."""
        best = render()
        pages = pages_of(best)
        line = 0.0 if self._settled else _line(pages[0])
        wrong, count, longer = _wrong(pages) if line else 0, len(pages), self.longer
        for lines in TRIED:
            if not wrong or count > MOST_PAGES:
                break
            self.longer = lines * line
            tried = render()
            pages = pages_of(tried)
            count += len(pages)
            if (found := _wrong(pages)) < wrong:
                best, wrong, longer = tried, found, self.longer
        self.longer = longer
        return best


def _wrong(pages: Sequence[Any]) -> int:
    """How many pages end too early."""
    fills = [_fill(page) for page in pages]
    if len(fills) < 2:
        return 0
    *inner, last = fills
    return sum(fill < INNER for fill in inner if fill) + (last < LAST)


def _fill(page: Any) -> float:
    """How far down its height the content of a page reaches; 0 for one that is blank."""
    content = (box for box in page.children if not in_margin(box))
    bottom = max(_bottoms(content), default=None)
    return 0.0 if bottom is None else float((bottom - page.content_box_y()) / page.height)


def _bottoms(found: Iterable[Any]) -> Iterator[float]:
    """Where the innermost boxes end that can be seen, or that something is to be written in."""
    for one in found:
        box = one._box if isinstance(one, AbsolutePlaceholder) else one
        if box.children:
            yield from _bottoms(box.children)
        elif isinstance(box, (boxes.TextBox, boxes.ReplacedBox)) or box.border_bottom_width:
            yield box.position_y + box.margin_height()


def _line(page: Any) -> float:
    """The height of a line of text in pixels, 0 where there is no `main` that has one."""
    waiting = list(page.children)
    while waiting:
        one = waiting.pop()
        box = one._box if isinstance(one, AbsolutePlaceholder) else one
        if box.element_tag == "main":
            line = box.style["line_height"]
            return float(line.value) if getattr(line, "unit", "") == "px" else 0.0
        waiting += box.children
    return 0.0
