"""Page numbers of a fragment: what each shows at a place in the book, and how that is written into its streams."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from guidepress.pdf import figures
from guidepress.pdf.model import Figures, Fragment, Number, PageMap, Problem

# By the number of a stream in the fragment: numbers that show something else there, and what.
Changes = Mapping[int, Sequence[tuple[Number, str]]]


def changes(fragment: Fragment, start: int, page_map: PageMap) -> tuple[Changes, Sequence[Problem]]:
    """What numbers of a fragment show whose first page has the index `start`, and which can show nothing."""
    by_stream: dict[int, list[tuple[Number, str]]] = {}
    problems: list[Problem] = []
    for number in (*fragment.numbers, *fragment.folios):
        if number.anchor is None:
            text = page_map.labels[start + number.page]
        else:
            place = page_map.anchors.get(number.anchor)
            kind = ""
            if place is None:
                kind = "page-unknown"
            elif not place.folio:
                kind = "page-unnumbered"
            elif not figures.printable(fragment.figures[number.figures], place.folio):
                kind = "page-unprintable"
            if kind or place is None:
                problems.append(Problem(kind, fragment.name, number.anchor))
                continue
            text = place.folio
        if text != number.text:
            by_stream.setdefault(number.stream, []).append((number, text))
    return by_stream, problems


def rewritten(data: bytes, ones: Sequence[tuple[Number, str]], table: Sequence[Figures]) -> bytes:
    """Return a content stream in which numbers show other texts, each in its alignment."""
    pieces: list[tuple[int, int, bytes]] = []
    for number, text in ones:
        metrics = table[number.figures]
        distance = figures.shift(
            number.align, figures.measure(metrics, number.text), figures.measure(metrics, text)
        )
        end = number.offset + number.length
        if number.shift == number.offset:
            pieces.append((number.offset, end, figures.show(metrics, text, distance)))
            continue
        if distance:
            pieces.append((number.shift, number.shift, figures.move(distance) + b"\n"))
        pieces.append((number.offset, end, figures.show(metrics, text)))
    for start, end, operator in sorted(pieces, reverse=True):
        data = data[:start] + operator + data[end:]
    return data
