"""Page numbers in the text: placeholders of the right length, and runs of pages merged ("12–14, 20").

A section is compiled with placeholders and the linker writes the numbers, so only their length counts; and not
even that where a number keeps its right edge. Runs are different: how many numbers there are depends on the pages.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence, Set

from msgspec import Struct

from guidepress.content.html import quoted
from guidepress.pdf import PageMap, Place

_DIGIT = re.compile(r"\d")
# Before an anchor in a run of pages: the place where a thing is explained. No id begins with it.
MAIN = "*"
# What stands for a page that nothing is known of.
UNKNOWN = "88"
# What stands for a number that keeps its right edge: as long as it gets, so that nothing moves when it grows.
_LONGEST = 3


class Number(Struct, frozen=True, tag=True):
    """The place of a page number; `right` where it keeps its right edge."""

    anchor: str
    right: bool = False


class Pages(Struct, frozen=True, tag=True):
    """The place of the page numbers of several anchors, and what keeps them apart."""

    anchors: tuple[str, ...]
    separator: str = ""


class Folios:
    """Writes placeholders as long as the numbers that a page map gives, and links to the section's own `anchors` and
    to others, which the linker knows as `xref:`.
    """

    def __init__(self, page_map: PageMap | None, anchors: Set[str]) -> None:
        self._places: Mapping[str, Place] = page_map.anchors if page_map else {}
        self._longest = "8" * max(_LONGEST, len(str(page_map.page_count)) if page_map else 0)
        self._own = anchors

    def link(self, anchor: str) -> str:
        """The address of a link, as in an attribute."""
        return f"{'#' if anchor in self._own else 'xref:'}{quoted(anchor)}"

    def number(self, number: Number) -> str:
        """The placeholder of a number."""
        written = self._placeholder(number.anchor)
        return self._longest if number.right and written.isdigit() else written

    def pages(self, pages: Pages) -> str:
        """The numbers of several pages, merged into runs, with links."""
        found = runs(pages.anchors, self._places)
        return (pages.separator or ", ").join(map(self._run, found))

    def linked(self, pages: Pages) -> list[str]:
        """The anchors that `pages` links to."""
        return [anchor for run in runs(pages.anchors, self._places) for anchor in _ends(run)]

    def _placeholder(self, anchor: str) -> str:
        place = self._places.get(anchor)
        # Any digit will do; one of the widest keeps a line from growing when the number is written.
        return _DIGIT.sub("8", (place.folio if place else "") or UNKNOWN)

    def _run(self, anchors: Sequence[str]) -> str:
        text = "–".join(map(self._linked, _ends(anchors)))
        return f'<b class="main">{text}</b>' if anchors[0].startswith(MAIN) else text

    def _linked(self, anchor: str) -> str:
        number = f'<span data-page="{quoted(anchor)}">{self._placeholder(anchor)}</span>'
        return f'<a class="plain" href="{self.link(anchor)}">{number}</a>'


def _ends(run: Sequence[str]) -> list[str]:
    """The first anchor of a run of pages, and the last where that is another."""
    return [one.removeprefix(MAIN) for one in dict.fromkeys((run[0], run[-1]))]


def runs(anchors: Sequence[str], places: Mapping[str, Place]) -> list[tuple[str, ...]]:
    """Anchors by page, each page once, pages that follow each other in one tuple; unknown ones apart.

    Main places (`*anchor`) stand for their pages, and make no run with others.
    """
    first: dict[int, str] = {}
    unknown: list[tuple[str, ...]] = []
    for anchor in sorted(anchors, key=lambda name: not name.startswith(MAIN)):
        if (place := places.get(anchor.removeprefix(MAIN))) is not None:
            first.setdefault(place.index, anchor)
        else:
            unknown.append((anchor,))
    found: list[tuple[str, ...]] = []
    previous = None
    for index in sorted(first):
        anchor = first[index]
        follows = previous is not None and index == previous + 1
        if follows and anchor.startswith(MAIN) == found[-1][-1].startswith(MAIN):
            found[-1] = (*found[-1], anchor)
        else:
            found.append((anchor,))
        previous = index
    return found or unknown[:1]
