"""Give every page its number and every anchor its place: pure arithmetic."""

from __future__ import annotations

from collections.abc import Sequence

from guidepress.pdf.model import Fragment, LabelRun, Numbering, PageMap, Place, Placement

_ROMAN = (
    (1000, "m"),
    (900, "cm"),
    (500, "d"),
    (400, "cd"),
    (100, "c"),
    (90, "xc"),
    (50, "l"),
    (40, "xl"),
    (10, "x"),
    (9, "ix"),
    (5, "v"),
    (4, "iv"),
    (1, "i"),
)


def folio(number: int, numbering: Numbering) -> str:
    """Return a page number as it is printed, "" where pages show none.

    Roman numerals are lower case. There are none below 1, so those print as digits.
    """
    if numbering == "none":
        return ""
    if numbering == "arabic" or number < 1:
        return str(number)
    text = ""
    for value, letters in _ROMAN:
        count, number = divmod(number, value)
        text += letters * count
    return text


def paginate(placements: Sequence[Placement]) -> PageMap:
    """Place fragments one after the other.

    A blank page that makes a fragment start on the right belongs to the fragment
    before it: it counts in that fragment's numbers and has a folio in their style,
    though nothing is printed on it. Where two fragments define the same anchor, the first wins.
    """
    anchors: dict[str, Place] = {}
    starts: list[int] = []
    labels: list[str] = []
    runs: list[LabelRun] = []
    number = 1
    numbering: Numbering = "arabic"
    for placement in placements:
        if placement.recto and len(labels) % 2:
            labels.append(folio(number, numbering))
            number += 1
        index = len(labels)
        starts.append(index)
        restarts = placement.first is not None and placement.first != number
        if placement.first is not None:
            number = placement.first
        if not runs or restarts or placement.numbering != numbering:
            runs.append(LabelRun(index, placement.numbering, number))
        numbering = placement.numbering
        for _ in range(placement.fragment.page_count):
            labels.append(folio(number, numbering))
            number += 1
        for name, anchor in placement.fragment.anchors.items():
            page = index + anchor.page
            anchors.setdefault(name, Place(page, labels[page]))
    return PageMap(anchors, tuple(starts), len(labels), tuple(labels), tuple(runs))


def stale(fragment: Fragment, page_map: PageMap) -> tuple[str, ...]:
    """Return the anchors whose page number does not fit into its placeholder.

    A fragment with such anchors has to be compiled again, with placeholders that fit: any
    digits for as many digits, but a roman number for itself, since its letters differ in width.
    Numbers that keep their right edge always fit, and so do folios. Anchors that are unknown or on
    a page without a number are left to the linker, which reports them.
    """
    found: dict[str, None] = {}
    for number in fragment.numbers:
        place = page_map.anchors.get(number.anchor or "")
        if number.align == "left" and place and not _fits(place.folio, number.text):
            found[number.anchor or ""] = None
    return tuple(found)


def _fits(folio: str, placeholder: str) -> bool:
    if not folio or folio == placeholder:
        return True
    return len(folio) == len(placeholder) and folio.isdigit() and placeholder.isdigit()
