"""The breaks of a paragraph chosen together: those with the least sum of demerits (Knuth and Plass, 1981).

Knows widths and no text. A line is stretched or shrunk, at its spaces and a little at its letters; how much of what is
fair that takes makes its badness, and a hyphen, a second one in a row, or a last line of one short word or a piece of
one make it worse.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import IntEnum
from itertools import pairwise
from typing import NamedTuple


class Kind(IntEnum):
    """What a line ends at: a space, a hyphen of the word's own or one that is added, a place in code, what ends any."""

    SPACE = 0
    COMPOUND = 1
    HYPHEN = 2
    CODE = 3
    FORCED = 4
    END = 5


class Extent(NamedTuple):
    """All that stands before a place: its width, and by how much it may be stretched and shrunk. Pixels."""

    width: float
    stretch: float
    shrink: float


class Break(NamedTuple):
    """Where a line may end.

    `end` is the extent of everything up to here, with the hyphen and without the space, `start` of everything before
    what the next line starts with.
    """

    end: Extent
    start: Extent
    kind: Kind


class Measure(NamedTuple):
    """What is to be filled: the widths of the first line and of the others; how wide a last line should be. Pixels."""

    first: float
    width: float
    short: float


# Stretched further than that many times what is fair, a line is as bad as can be.
_WORST = 40.0
# What it costs to end a balanced line in a word, as at its own hyphen or slash: as much as to leave that share of it
# empty.
_TORN = 0.4
# Pixels that sums of widths may be off.
_SLACK = 0.02

# What any line costs, and one that is stretched or shrunk by what is fair.
_LINE, _FAIR = 10.0, 40.0
_PENALTIES = {Kind.COMPOUND: 75.0, Kind.HYPHEN: 150.0, Kind.CODE: 200.0}
_HYPHENED = frozenset((Kind.COMPOUND, Kind.HYPHEN))
_IN_WORDS = frozenset((Kind.COMPOUND, Kind.HYPHEN, Kind.CODE))
# Added for a second hyphen in a row, for one at the end of the last line but one, for a short last line, and for one
# that is a piece of a word.
_SECOND, _LAST_BUT_ONE, _SHORT, _PIECE = 200_000.0, 8_000.0, 60_000.0, 200_000.0
_MOST_HYPHENS = 2


class _Node(NamedTuple):
    """A break that was reached: by which lines, at what cost, with how many hyphens in a row up to it."""

    demerits: float
    place: int
    run: int
    before: _Node | None


class _Active(NamedTuple):
    """A node that lines may start from."""

    start: float
    stretch: float
    shrink: float
    width: float
    node: _Node


def fit(
    breaks: Sequence[Break], measure: Measure, origin: Extent, loosest: float
) -> list[int] | None:
    """Choose where lines end: indices into `breaks`, of which the last one ends the paragraph.

    `origin` is the extent of what stands before the first line. No line is stretched by more than `loosest` times what
    is fair, none shrunk by more than that. None where lines of that kind cannot be had.
    """
    active = [_Active(*origin, measure.first, _Node(0.0, -1, 0, None))]
    words = -1
    for index, place in enumerate(breaks):
        found = _reached(index, place, active, measure, loosest, words)
        if place.kind not in _IN_WORDS:
            words = index
        if place.kind >= Kind.FORCED:
            active = []
        elif place.kind != Kind.HYPHEN:
            # What is too long already stays so; only hyphens go away again. The first to start is the first to be so.
            full = 0
            while full < len(active) and _overfull(place.end, active[full]):
                full += 1
            del active[:full]
        active += [_Active(*place.start, measure.width, node) for node in found]
        if not active:
            return None
    return [*_path(min((one.node for one in active), key=lambda node: node.demerits))][::-1]


def is_flawed(breaks: Sequence[Break], chosen: Sequence[int], measure: Measure) -> bool:
    """Whether two of these lines in a row end in a hyphen, or the last of several is a short word or a piece of a word.

    Last is also a line that an author ends. `chosen` are indices into `breaks`, as `fit` returns them.
    """
    for before, last in pairwise(chosen):
        if breaks[last].kind < Kind.FORCED or breaks[before].kind == Kind.FORCED:
            continue
        if breaks[last].end.width - breaks[before].start.width < measure.short:
            return True
        if all(one.kind in _IN_WORDS for one in breaks[before:last]):
            return True
    return any(
        breaks[one].kind in _HYPHENED and breaks[other].kind in _HYPHENED
        for one, other in pairwise(chosen)
    )


def _overfull(end: Extent, line: _Active) -> bool:
    return end.width - line.start - line.width - _SLACK > end.shrink - line.shrink


def _reached(
    index: int,
    place: Break,
    active: list[_Active],
    measure: Measure,
    loosest: float,
    words: int,
) -> list[_Node]:
    """The cheapest nodes of a break, one for each number of hyphens in a row.

    `words` is the last break between two words, -1 where there is none before this one.
    """
    (end, end_stretch, end_shrink), _, kind = place
    hyphened, closing = kind in _HYPHENED, kind >= Kind.FORCED
    penalty = _PENALTIES.get(kind, 0.0) ** 2
    best: dict[int, tuple[float, _Node]] = {}
    for start, stretch, shrink, width, node in active:
        room = width - (end - start)
        if -_SLACK <= room <= _SLACK or (closing and room > 0):
            ratio = 0.0
        elif room > 0:
            fair = end_stretch - stretch
            ratio = min(room / fair, _WORST) if fair > _SLACK else _WORST
            if ratio > loosest:
                if width > measure.width:
                    continue
                # Those that start later are looser.
                break
        else:
            fair = end_shrink - shrink
            if -room > fair + _SLACK:
                continue
            ratio = -room / max(fair, _SLACK)
        run = node.run + 1 if hyphened else 0
        if run > _MOST_HYPHENS:
            continue
        demerits = node.demerits + (_LINE + _FAIR * ratio * ratio * ratio) ** 2 + penalty
        if run > 1:
            demerits += _SECOND
        if closing:
            if node.run:
                demerits += _LAST_BUT_ONE
            if node.before is not None and end - start < measure.short:
                demerits += _SHORT
            if node.place > words:
                demerits += _PIECE
        known = best.get(run)
        if known is None or demerits < known[0]:
            best[run] = demerits, node
    return [_Node(demerits, index, run, node) for run, (demerits, node) in best.items()]


def _path(node: _Node | None) -> Iterator[int]:
    while node is not None and node.before is not None:
        yield node.place
        node = node.before


def balance(breaks: Sequence[Break], measure: Measure, origin: Extent) -> list[int] | None:
    """Choose as few lines as there can be, as long as each other; for headings, whose spaces stay as they are."""
    # Up to each break: number of lines -> the least sum of squares of what they leave, and where they end.
    reached: list[dict[int, tuple[float, tuple[int, ...]]]] = []
    for index, place in enumerate(breaks):
        found: dict[int, tuple[float, tuple[int, ...]]] = {}
        for before in range(index - 1, -2, -1):
            start = origin if before < 0 else breaks[before].start
            room = (measure.width if before >= 0 else measure.first) - (
                place.end.width - start.width
            )
            if room < -_SLACK:
                break
            ways = reached[before] if before >= 0 else {0: (0.0, ())}
            torn = (
                _TORN * measure.width
                if place.end == place.start or place.kind == Kind.COMPOUND
                else 0.0
            )
            for lines, (cost, path) in ways.items():
                total = cost + room * room + torn * torn
                if lines + 1 not in found or total < found[lines + 1][0]:
                    found[lines + 1] = total, (*path, index)
            if before >= 0 and breaks[before].kind == Kind.FORCED:
                break
        reached.append(found)
    if not reached or not reached[-1]:
        return None
    return list(reached[-1][min(reached[-1])][1])
