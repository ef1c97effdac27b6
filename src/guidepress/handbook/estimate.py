"""A page map guessed from the text, so that a first build writes page numbers of the right length."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from guidepress.handbook.draft import SectionDraft
from guidepress.handbook.geometry import Geometry
from guidepress.handbook.section_text import SectionText
from guidepress.pdf import Fragment, PageMap, Place, folio


def estimated(
    drafts: Sequence[SectionDraft],
    geometry: Geometry,
    known: Mapping[str, Fragment] | None = None,
    counts: Mapping[str, int] | None = None,
) -> PageMap:
    """Where every anchor will be: as it is in the fragments known by name, about so in the other sections.

    `counts` are numbers of pages, by name, where they are known though the pages are not.
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
            at, pages = _extent(draft.text, geometry, page_height)
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


def _extent(
    text: SectionText, geometry: Geometry, page_height: float
) -> tuple[dict[str, int], int]:
    """The page of each anchor within the section, and the section's number of pages."""
    size, leading = geometry.type.body
    mm = 25.4 / 72
    # The mean advance of a serif letter is 0.45 em.
    letter = leading * mm / (geometry.text / (size * 0.45 * mm))
    at: dict[str, int] = {}
    for place in text.places:
        page = int((place.letters * letter + place.height) / page_height)
        at.setdefault(place.anchor, page)
    return at, int((text.letters * letter + text.height) / page_height) + 1
