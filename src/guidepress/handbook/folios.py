"""Page numbers in the text: placeholders of the right length, and runs of pages merged ("12–14, 20").

A section is compiled with placeholders and the linker writes the numbers, so only their length counts; and not
even that where a number keeps its right edge. Runs are different: how many numbers there are depends on the pages.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from html import escape, unescape

from guidepress.pdf import PageMap, Place

_ONE = re.compile(r'(<span data-page="([^"]*)"( data-page-align="right")?>[^<]*)(</span>)')
_MANY = re.compile(r'<span data-pages="([^"]*)">([^<]*)</span>')
_DIGIT = re.compile(r"\d")
# Before an anchor in a run of pages: the place where a thing is explained. No id begins with it.
MAIN = "*"
# What stands for a page that nothing is known of.
UNKNOWN = "88"
# What stands for a number that keeps its right edge: as long as it gets, so that nothing moves when it grows.
_LONGEST = 3


def fill(html: str, page_map: PageMap | None) -> str:
    """The HTML with every page number as a placeholder as long as the number that the map gives."""
    places: Mapping[str, Place] = page_map.anchors if page_map else {}
    longest = "8" * max(_LONGEST, len(str(page_map.page_count)) if page_map else 0)

    def one(match: re.Match[str]) -> str:
        number = _placeholder(unescape(match[2]), places)
        return match[1] + (longest if match[3] and number.isdigit() else number) + match[4]

    def many(match: re.Match[str]) -> str:
        # Between the tags stands what keeps numbers apart.
        found = runs(unescape(match[1]).split(), places)
        return (match[2] or ", ").join(map(_run, found))

    return _ONE.sub(one, _MANY.sub(many, html))


def depends_on_pages(html: str) -> bool:
    """Whether more than the length of numbers depends on the page map."""
    return _MANY.search(html) is not None


def keeps_edges(html: str) -> bool:
    """Whether a number in it keeps its right edge: that fits whatever it is, but its placeholder shows in the file."""
    return ' data-page-align="right"' in html


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


def _placeholder(anchor: str, places: Mapping[str, Place]) -> str:
    place = places.get(anchor)
    # Any digit will do; one of the widest keeps a line from growing when the number is written.
    return _DIGIT.sub("8", (place.folio if place else "") or UNKNOWN)


def _run(anchors: Sequence[str]) -> str:
    first, last = anchors[0], anchors[-1]
    ends = [one.removeprefix(MAIN) for one in ((first,) if first == last else (first, last))]
    text = "–".join(map(_linked, ends))
    return f'<b class="main">{text}</b>' if first.startswith(MAIN) else text


def _linked(anchor: str) -> str:
    name = escape(anchor)
    return f'<a class="plain" href="#{name}"><span data-page="{name}"></span></a>'
