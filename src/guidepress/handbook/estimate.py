"""A page map guessed from the text, so that a first build writes page numbers of the right length."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from guidepress.handbook.draft import SectionDraft
from guidepress.handbook.geometry import Geometry
from guidepress.handbook.section_text import SectionText
from guidepress.pdf import Fragment, PageMap, Place, folio


@dataclass(frozen=True, slots=True)
class Extent:
    """How many pages a section has, and on which of them, counted from 0, its anchors are."""

    pages: int
    at: Mapping[str, int]

    @classmethod
    def of(cls, fragment: Fragment) -> Extent:
        """That of a section that was laid out."""
        at = {name: anchor.page for name, anchor in fragment.anchors.items()}
        return cls(fragment.page_count, at)


def estimated(
    drafts: Sequence[SectionDraft],
    geometry: Geometry,
    known: Mapping[str, Fragment] | None = None,
    before: Mapping[str, Extent] | None = None,
) -> PageMap:
    """Where every anchor will be: as it is in the fragments known by name, about so in the other sections.

    `before` are extents of sections, by name, when they were laid out last, perhaps with another text.
    """
    known, before = known or {}, before or {}
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
            extent = Extent.of(fragment)
        else:
            extent = _extent(draft.text, geometry, page_height)
            if (then := before.get(draft.name)) is not None:
                extent = _between(extent, then)
        for _ in range(extent.pages):
            labels.append(folio(number, draft.numbering))
            number += 1
        for anchor, page in extent.at.items():
            index = starts[-1] + page
            anchors.setdefault(anchor, Place(index, labels[index]))
    return PageMap(anchors, tuple(starts), len(labels), tuple(labels), ())


def _between(guess: Extent, then: Extent) -> Extent:
    """As many pages as there were then; anchors that were not there where they are by guess."""
    pages = max(then.pages, 1)
    at = {name: page * pages // guess.pages for name, page in guess.at.items()}
    there = {name: page for name, page in then.at.items() if name in at and 0 <= page < pages}
    return Extent(pages, {**at, **there})


def _extent(text: SectionText, geometry: Geometry, page_height: float) -> Extent:
    """The extent of a section by its text."""
    size, leading = geometry.type.body
    mm = 25.4 / 72
    # The mean advance of a serif letter is 0.45 em.
    letter = leading * mm / (geometry.text / (size * 0.45 * mm))
    at: dict[str, int] = {}
    for place in text.places:
        page = int((place.letters * letter + place.height) / page_height)
        at.setdefault(place.anchor, page)
    return Extent(int((text.letters * letter + text.height) / page_height) + 1, at)
