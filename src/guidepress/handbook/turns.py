"""In which order sections are laid out, so that few have to be laid out twice.

A section is laid out with placeholders for page numbers, and once more where one has another length in the end. Which
pages have numbers of three figures is known as soon as all before page 100 are laid out. So these come first, those
that name pages around there as late as can be, and each with placeholders by what is known when its turn has come.
"""

from __future__ import annotations

from collections.abc import Sequence

from guidepress.handbook.draft import SectionDraft
from guidepress.handbook.folios import Number
from guidepress.pdf import PageMap

# How far a guess may be off, as a share of a page's number, and in pages.
_SHARE, _PAGES = 0.1, 2
# A section that is shorter than this part of the longest one fills what time is left at the end.
_SHORT = 0.25


def is_doubtful(draft: SectionDraft, page_map: PageMap) -> bool:
    """Whether a number in a section may have another length than by a guess at pages."""
    return any(
        _may_differ(place.folio, right=piece.right)
        for piece in draft.text.body
        if isinstance(piece, Number)
        and (place := page_map.anchors.get(piece.anchor)) is not None
        and place.folio
    )


def in_turn(
    chosen: Sequence[SectionDraft], drafts: Sequence[SectionDraft], page_map: PageMap
) -> list[SectionDraft]:
    """The sections that are chosen of all of a book, in the order in which they are to be laid out."""
    starts = {draft.name: page_map.starts[at] for at, draft in enumerate(drafts)}
    last = _last_boundary(page_map)
    longest = max((len(draft.html) for draft in chosen), default=0)

    def turn(draft: SectionDraft) -> tuple[int, int, str]:
        doubtful, length = is_doubtful(draft, page_map), len(draft.html)
        if starts[draft.name] <= last:
            # Of those that may have to be laid out again, the ones that take least of it first.
            return (1, length, draft.name) if doubtful else (0, -length, draft.name)
        if doubtful:
            return 3, -length, draft.name
        return (4 if length < longest * _SHORT else 2), -length, draft.name

    return sorted(chosen, key=turn)


def _last_boundary(page_map: PageMap) -> int:
    """The last page on which numbers get longer may be by a guess; -1 where there is none."""
    found = -1
    for index, label in enumerate(page_map.labels):
        if not label.isdigit() or _may_differ(label, right=False):
            found = index
    return found


def _may_differ(folio: str, *, right: bool) -> bool:
    """Whether a page's number may have another length, if it is a little further on or back."""
    if not folio.isdigit():
        # A roman number is as wide as its letters.
        return True
    number, off = int(folio), _PAGES + int(int(folio) * _SHARE)
    return not right and len(str(max(number - off, 1))) != len(str(number + off))
