"""A page map guessed from the text, so that a first build writes page numbers of the right length."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from guidepress.handbook.draft import SectionDraft
from guidepress.handbook.geometry import Geometry
from guidepress.handbook.section_text import Place as TextPlace
from guidepress.handbook.section_text import SectionText
from guidepress.pdf import Fragment, PageMap, Place, folio
from guidepress.pdf.model import Numbering


@dataclass(frozen=True, slots=True)
class Extent:
    """How many pages a section has, and on which of them, counted from 0, its anchors are.

    By its text alone it seemed to take `by_text` pages, and before its anchors `before`; 0 where that is not known.
    """

    pages: int
    at: Mapping[str, int]
    by_text: float = 0.0
    before: Mapping[str, float] = field(default_factory=dict)

    @classmethod
    def of(cls, fragment: Fragment, text: SectionText, geometry: Geometry) -> Extent:
        """That of a section that was laid out."""
        at = {name: anchor.page for name, anchor in fragment.anchors.items()}
        measure = _Measure(geometry)
        before = {place.anchor: measure.pages(place) for place in text.places}
        return cls(fragment.page_count, at, measure.pages(text), before)


@dataclass(frozen=True, slots=True)
class Standing:
    """How a section stood in a book that was laid out; the names are those of `SectionDraft`."""

    name: str
    numbering: Numbering
    first: int | None
    recto: bool
    extent: Extent


class _Stands(Protocol):
    """What page numbers go by."""

    @property
    def numbering(self) -> Numbering: ...
    @property
    def first(self) -> int | None: ...
    @property
    def recto(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class _Scale:
    """Pages of a section by those that its text alone seems to take: a share of them, and so many for its opening,
    less in what is shorter than _FEW.
    """

    opening: float = 0.0
    share: float = 1.0

    def pages(self, by_text: float) -> float:
        """So many pages."""
        return self.share * by_text + self.opening * min(by_text / _FEW, 1.0)


# What a section has that the layout makes: it is set in columns, in a smaller type. Measured: 0.34 to 0.63.
_MADE = _Scale(0.0, 0.5)
# What an authored one has, before any is laid out, and on how many pages by the text that counts as found. Chapters of
# 3 to 27 such pages in two books came to within a page of it, or a twentieth; the share depends on how much is code.
_AUTHORED = _Scale(0.8, 0.77)
_WEIGHT = 20.0
_FEW = 3.0


def estimated(drafts: Sequence[SectionDraft], geometry: Geometry) -> PageMap:
    """Where every anchor will be by the text alone, which seems to take more pages than it does."""
    measure = _Measure(geometry)
    return _placed(drafts, [measure.extent(draft.text) for draft in drafts])


def guessed(
    drafts: Sequence[SectionDraft],
    geometry: Geometry,
    known: Mapping[str, Extent],
    before: Mapping[str, Extent],
) -> PageMap:
    """Where every anchor will be: as it is in the sections known by name, about so in the other ones, in proportion to
    those.

    `before` are extents of sections, by name, when they were laid out last, perhaps with another text.
    """
    measure = _Measure(geometry)
    scale = _scale(drafts, measure, known)
    extents = []
    for draft in drafts:
        extent = known.get(draft.name)
        if extent is None:
            extent = measure.extent(draft.text, scale if draft.file else _MADE)
            if (then := before.get(draft.name)) is not None:
                extent = _between(extent, then, draft.text, measure)
        extents.append(extent)
    return _placed(drafts, extents)


def grown(sections: Sequence[Standing], draft: SectionDraft, geometry: Geometry) -> PageMap:
    """Where every anchor will be if only one section has another text than in a book that was laid out."""
    measure = _Measure(geometry)
    guess = measure.extent(draft.text, _AUTHORED)
    extents = [
        _between(guess, one.extent, draft.text, measure) if one.name == draft.name else one.extent
        for one in sections
    ]
    return _placed(sections, extents)


def _scale(
    drafts: Sequence[SectionDraft], measure: _Measure, known: Mapping[str, Extent]
) -> _Scale:
    """That of the authored sections that are known."""
    opening, share = _AUTHORED.opening, _AUTHORED.share
    by_text, pages = _WEIGHT, _WEIGHT * share
    for draft in drafts:
        if draft.file and (extent := known.get(draft.name)) is not None:
            own = measure.pages(draft.text)
            by_text += own
            # The last page is half full.
            pages += extent.pages - 0.5 - _AUTHORED.pages(own) + share * own
    return _Scale(opening, max(pages / by_text, share / 2))


def _placed(drafts: Sequence[_Stands], extents: Sequence[Extent]) -> PageMap:
    anchors: dict[str, Place] = {}
    starts: list[int] = []
    labels: list[str] = []
    number = 1
    for draft, extent in zip(drafts, extents, strict=True):
        if draft.recto and len(labels) % 2:
            labels.append(folio(number, draft.numbering))
            number += 1
        number = draft.first if draft.first is not None else number
        starts.append(len(labels))
        for _ in range(extent.pages):
            labels.append(folio(number, draft.numbering))
            number += 1
        for anchor, page in extent.at.items():
            index = starts[-1] + page
            anchors.setdefault(anchor, Place(index, labels[index]))
    return PageMap(anchors, tuple(starts), len(labels), tuple(labels), ())


def _between(guess: Extent, then: Extent, text: SectionText, measure: _Measure) -> Extent:
    """As many pages as there were then, and as its text has grown by since; anchors that were not there where they are
    by guess.
    """
    # The last page is half full.
    share = max(then.pages - 0.5, 0.5) / then.by_text if then.by_text else 0.0
    pages = max(then.pages + round((measure.pages(text) - then.by_text) * share), 1)
    at = {name: page * pages // guess.pages for name, page in guess.at.items()}
    for place in text.places:
        if (page := then.at.get(place.anchor)) is not None:
            seemed = measure.pages(place)
            page += round((seemed - then.before.get(place.anchor, seemed)) * share)
            if 0 <= page < pages:
                at[place.anchor] = page
    return Extent(pages, at)


class _Measure:
    """What text takes of pages."""

    def __init__(self, geometry: Geometry) -> None:
        size, leading = geometry.type.body
        mm = 25.4 / 72
        # The mean advance of a serif letter is 0.45 em.
        self._letter = leading * mm / (geometry.text / (size * 0.45 * mm))
        self._page = geometry.height - geometry.top - geometry.bottom

    def pages(self, text: SectionText | TextPlace) -> float:
        """How many pages a text seems to take, or what stands before a place in it."""
        return (text.letters * self._letter + text.height) / self._page

    def extent(self, text: SectionText, scale: _Scale = _Scale()) -> Extent:
        """The extent of a section by its text."""
        at: dict[str, int] = {}
        for place in text.places:
            at.setdefault(place.anchor, int(scale.pages(self.pages(place))))
        pages = int(scale.pages(self.pages(text))) + 1
        return Extent(pages, {anchor: min(page, pages - 1) for anchor, page in at.items()})
