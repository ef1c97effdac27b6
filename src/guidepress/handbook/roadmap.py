"""The roadmap as a graph drawn from what each stage needs: places for the nodes, lines between them.

Pure arithmetic, in millimetres from the top left. The nodes are printed as text by the layout; only the
lines are a picture.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from guidepress.book.model import Stage

Point = tuple[float, float]
# Rounds of ordering each row by the middle of its neighbours; more changes nothing on graphs of this size.
SWEEPS = 8
# The widest node that still looks like a node.
WIDEST = 44.0
# Room that a line takes where it passes a row.
PASSING = 4.0


@dataclass(frozen=True, slots=True)
class Node:
    """A stage and its box: left, top."""

    stage: Stage
    left: float
    top: float


@dataclass(frozen=True, slots=True)
class Line:
    """The way from a stage to one that needs it, through points where it passes rows."""

    start: str
    end: str
    points: tuple[Point, ...]

    @property
    def path(self) -> str:
        """SVG path data: curves that leave and arrive upright."""
        (x, y), *rest = self.points
        parts = [f"M{x:.2f} {y:.2f}"]
        for to_x, to_y in rest:
            middle = (y + to_y) / 2
            if to_x == x:
                parts.append(f"V{to_y:.2f}")
            else:
                parts.append(f"C{x:.2f} {middle:.2f} {to_x:.2f} {middle:.2f} {to_x:.2f} {to_y:.2f}")
            x, y = to_x, to_y
        return "".join(parts)


@dataclass(frozen=True, slots=True)
class Graph:
    """The nodes (all of one size) and lines of a roadmap, and the extent of the whole."""

    width: float
    height: float
    node_width: float
    node_height: float
    nodes: tuple[Node, ...]
    lines: tuple[Line, ...]

    def mirrored(self) -> Graph:
        """The graph for a book that is read from right to left: what was on the left is on the right."""
        nodes = (replace(n, left=self.width - n.left - self.node_width) for n in self.nodes)
        lines = (
            replace(one, points=tuple((self.width - x, y) for x, y in one.points))
            for one in self.lines
        )
        return replace(self, nodes=tuple(nodes), lines=tuple(lines))


def depths(stages: Sequence[Stage]) -> dict[str, int]:
    """The row of each stage: one below the deepest stage that it needs, from 0.

    Needs that name no stage, or that close a circle, do not count; the source was checked for them.
    """
    by_id = {stage.id: stage for stage in stages}
    found: dict[str, int] = {}

    def depth(stage: Stage, above: frozenset[str]) -> int:
        if stage.id not in found:
            needed = [by_id[n] for n in stage.needs if n in by_id and n not in above]
            row = max((depth(s, above | {s.id}) for s in needed), default=-1) + 1
            found[stage.id] = row
        return found[stage.id]

    for stage in stages:
        depth(stage, frozenset({stage.id}))
    return found


def graph(
    stages: Sequence[Stage], *, width: float, node_height: float, row_gap: float, column_gap: float
) -> Graph:
    """Lay the stages out in rows by depth, within `width`."""
    rows, edges = _rows(stages)
    _order(rows, edges)
    node_width = _node_width(rows, width, column_gap)
    places: dict[str, Point] = {}
    for number, row in enumerate(rows):
        total = sum(_width(name, node_width) for name in row) + column_gap * (len(row) - 1)
        x = (width - total) / 2
        for name in row:
            own = _width(name, node_width)
            places[name] = (x + own / 2, number * (node_height + row_gap))
            x += own + column_gap
    nodes = tuple(Node(s, places[s.id][0] - node_width / 2, places[s.id][1]) for s in stages)
    lines = tuple(_line(start, through, end, places, node_height) for start, through, end in edges)
    height = len(rows) * (node_height + row_gap) - row_gap if rows else 0.0
    return Graph(width, height, node_width, node_height, nodes, lines)


Edge = tuple[str, tuple[str, ...], str]


def _rows(stages: Sequence[Stage]) -> tuple[list[list[str]], list[Edge]]:
    """Names by row, with a stand-in in each row that a line passes; the edges with their stand-ins."""
    row_of = depths(stages)
    rows: list[list[str]] = [[] for _ in range(max(row_of.values(), default=-1) + 1)]
    for stage in stages:
        rows[row_of[stage.id]].append(stage.id)
    edges: list[Edge] = []
    for stage in stages:
        for need in stage.needs:
            if need not in row_of or row_of[need] >= row_of[stage.id]:
                continue
            through = []
            for row in range(row_of[need] + 1, row_of[stage.id]):
                # A space cannot be in an id, so that no stage has the name of a stand-in.
                name = f"{need} {stage.id} {row}"
                rows[row].append(name)
                through.append(name)
            edges.append((need, tuple(through), stage.id))
    return rows, edges


def _order(rows: list[list[str]], edges: Sequence[Edge]) -> None:
    """Sort each row by the mean place of its neighbours above, then below, until lines hardly cross."""
    above: dict[str, list[str]] = {}
    below: dict[str, list[str]] = {}
    for start, through, end in edges:
        chain = (start, *through, end)
        for upper, lower in pairwise(chain):
            above.setdefault(lower, []).append(upper)
            below.setdefault(upper, []).append(lower)
    for sweep in range(SWEEPS):
        neighbours = above if sweep % 2 == 0 else below
        for row in rows if sweep % 2 == 0 else reversed(rows):
            # Where in its row something stands, from 0 to 1, since rows differ in length.
            place = {name: (index + 0.5) / len(r) for r in rows for index, name in enumerate(r)}
            row.sort(key=lambda name: _mean(name, neighbours, place))


def _mean(name: str, neighbours: Mapping[str, list[str]], place: Mapping[str, float]) -> float:
    near = neighbours.get(name)
    return sum(place[n] for n in near) / len(near) if near else place[name]


def _node_width(rows: Sequence[Sequence[str]], width: float, gap: float) -> float:
    """The width at which the fullest row fits."""
    widest = WIDEST
    for row in rows:
        nodes = sum(1 for name in row if " " not in name)
        free = width - gap * (len(row) - 1) - PASSING * (len(row) - nodes)
        if nodes:
            widest = min(widest, free / nodes)
    return widest


def _width(name: str, node_width: float) -> float:
    return PASSING if " " in name else node_width


def _line(
    start: str, through: Sequence[str], end: str, places: Mapping[str, Point], height: float
) -> Line:
    x, y = places[start]
    points: list[Point] = [(x, y + height)]
    for name in through:
        x, y = places[name]
        points += [(x, y), (x, y + height)]
    points.append(places[end])
    return Line(start, end, tuple(points))
