"""A page map guessed from the text, so that a first build writes page numbers of the right length."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import partial
from html import unescape

from guidepress.cache import Cache, code_digest, digest
from guidepress.handbook.draft import SectionDraft
from guidepress.handbook.geometry import Geometry
from guidepress.pdf import Fragment, PageMap, Place, folio

_TAG = re.compile(r"<[^>]+>")
_ID = re.compile(r'\bid="([^"]+)"')
# Millimetres of height that elements take besides their text, on a page of the default layout.
_HEIGHTS = {
    "h2": 16.0, "h3": 10.0, "figure": 12.0, "table": 8.0, "tr": 6.0, "img": 60.0, "pre": 8.0,
    "li": 3.0, "p": 4.0, 'span class="line"': 4.1, 'div class="opener"': 80.0,
    'div class="writing"': 8.0, 'div class="graph"': 240.0, 'div class="profile"': 8.0,
}  # fmt: skip
# The page of each anchor, and the number of pages.
_Extent = tuple[dict[str, int], int]
_EXTRA = re.compile(f"<({'|'.join(_HEIGHTS)})(?![\\w-])")


def estimated(
    drafts: Sequence[SectionDraft],
    geometry: Geometry,
    known: Mapping[str, Fragment] | None = None,
    counts: Mapping[str, int] | None = None,
    cache: Cache | None = None,
) -> PageMap:
    """Where every anchor will be: as it is in the fragments known by name, about so in the other sections.

    `counts` are numbers of pages, by name, where they are known though the pages are not. `cache` has the guesses of
    before.
    """
    known, counts = known or {}, counts or {}
    page_height = geometry.height - geometry.top - geometry.bottom
    anchors: dict[str, Place] = {}
    starts: list[int] = []
    labels: list[str] = []
    number = 1
    for draft in drafts:
        if draft.recto and len(labels) % 2:
            labels.append(folio(number, draft.numbering))
            number += 1
        number = draft.first if draft.first is not None else number
        starts.append(len(labels))
        if (fragment := known.get(draft.name)) is not None:
            at = {name: anchor.page for name, anchor in fragment.anchors.items()}
            pages = fragment.page_count
        else:
            guess = partial(_extent, draft, geometry, page_height)
            if cache is None:
                at, pages = guess()
            else:
                size = (*geometry.type.body, geometry.text, page_height)
                key = digest("extent", code_digest(), draft.digest, repr(size))
                at, pages = cache.memo(key, guess, tuple[dict[str, int], int])
            if (count := counts.get(draft.name)) is not None:
                at = {name: page * count // pages for name, page in at.items()}
                pages = count
        for _ in range(pages):
            labels.append(folio(number, draft.numbering))
            number += 1
        for anchor, page in at.items():
            index = starts[-1] + page
            anchors.setdefault(anchor, Place(index, labels[index]))
    return PageMap(anchors, tuple(starts), len(labels), tuple(labels), ())


def _extent(draft: SectionDraft, geometry: Geometry, page_height: float) -> _Extent:
    """The page of each anchor within the section, and the section's number of pages."""
    size, leading = geometry.type.body
    mm = 25.4 / 72
    # The mean advance of a serif letter is 0.45 em.
    letters = geometry.text / (size * 0.45 * mm)
    at: dict[str, int] = {}
    height = 0.0
    position = 0
    for tag in _TAG.finditer(draft.html):
        height += (tag.start() - position) / letters * leading * mm
        position = tag.end()
        if extra := _EXTRA.match(tag[0]):
            height += _HEIGHTS[extra[1]]
        if name := _ID.search(tag[0]):
            at.setdefault(unescape(name[1]), int(height / page_height))
    return at, int(height / page_height) + 1
