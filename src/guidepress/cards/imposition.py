"""Imposition: where on which sheet the two sides of every card are printed. Pure arithmetic.

Lengths are mm. A point of a page is measured from its top left corner, to the right and down, as the page is
read. A card is turned over like the page of a book, about its own upright edge; so the back falls on its
front, the right way up, where the point (u, v) of the front lies on the point (width - u, v) of the back.

The mirror rule follows from how the printer turns the sheet over:

- about the upright axis (portrait and long edge, landscape and short edge): left and right change places;
- about the level axis (portrait and short edge, landscape and long edge): top and bottom change places,
  and the backs stand on their heads;
- folded: nothing is turned over. Fronts and backs are on one page, mirrored about the line of the fold.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Flip = Literal["long-edge", "short-edge", "fold"]
Order = Literal["stack", "reading"]
Side = Literal["front", "back"]
Axis = Literal["upright", "level"]

# Lengths that differ by less are one length: inches are no whole mm.
TOLERANCE = 0.001
# The ticks of a trimmer's guide: as long as this, and as far from every card where nothing bleeds, mm.
TICK = 5.0
TICK_GAP = 1.0
# Where there is no margin a tick runs along the edges of two cards: this far from the edge of the sheet, of which
# printers leave some mm white, and this far each way from where cuts cross.
INWARD = 8.0
ARM = 3.0
# Nothing is cut off that is no wider than this: ISO sizes are rounded down.
HALVING = 1.5


@dataclass(frozen=True, slots=True)
class Size:
    """Width and height in mm."""

    width: float
    height: float

    @property
    def turned(self) -> Size:
        """The same size on its side."""
        return Size(self.height, self.width)

    @property
    def landscape(self) -> bool:
        """Whether it is wider than high; a square stands upright."""
        return self.width > self.height + TOLERANCE


@dataclass(frozen=True, slots=True)
class Point:
    """A point of a page, or a distance to the right and down."""

    x: float = 0.0
    y: float = 0.0


@dataclass(frozen=True, slots=True)
class Line:
    """A straight line on a page."""

    start: Point
    end: Point


@dataclass(frozen=True, slots=True)
class Grid:
    """Cards in columns and rows on a sheet: `origin` is the top left corner of the first one.

    `gutter` is the waste between two columns (x) and between two rows (y).
    """

    sheet: Size
    card: Size
    columns: int
    rows: int
    gutter: Point
    origin: Point

    def __post_init__(self) -> None:
        if self.columns < 1 or self.rows < 1:
            raise ValueError("a sheet holds at least one card")

    @property
    def count(self) -> int:
        """How many cards a page of the sheet holds."""
        return self.columns * self.rows

    def corner(self, column: int, row: int) -> Point:
        """The top left corner of a card; columns and rows count from 0."""
        return Point(
            self.origin.x + column * (self.card.width + self.gutter.x),
            self.origin.y + row * (self.card.height + self.gutter.y),
        )

    def corners(self) -> tuple[Point, ...]:
        """The top left corners of all cards, in reading order."""
        cells = ((column, row) for row in range(self.rows) for column in range(self.columns))
        return tuple(self.corner(column, row) for column, row in cells)

    @property
    def end(self) -> Point:
        """The bottom right corner of the last card."""
        last = self.corner(self.columns - 1, self.rows - 1)
        return Point(last.x + self.card.width, last.y + self.card.height)

    @property
    def fits(self) -> bool:
        """Whether every card lies on the sheet."""
        return (
            min(self.origin.x, self.origin.y) >= -TOLERANCE
            and self.end.x <= self.sheet.width + TOLERANCE
            and self.end.y <= self.sheet.height + TOLERANCE
        )


@dataclass(frozen=True, slots=True)
class Position:
    """Where a side is printed: `page` counts from 0, `corner` is the top left one of the card on that page.

    What is `turned` stands on its head.
    """

    page: int
    corner: Point
    turned: bool = False


@dataclass(frozen=True, slots=True)
class Placed:
    """Both sides of a card."""

    front: Position
    back: Position


@dataclass(frozen=True, slots=True)
class Imposition:
    """Every card's place, in the order of the cards; how many sheets of paper, and how many pages they have."""

    cards: tuple[Placed, ...]
    sheets: int
    pages: int


class FoldError(ValueError):
    """A grid of a single card cannot be folded over: there is no place for its back."""


def columns_that_fit(room: float, card: float, gutter: float) -> int:
    """How many cards of one width fit side by side into `room`; the same for heights."""
    return max(0, math.floor((room + gutter + TOLERANCE) / (card + gutter)))


def centred(sheet: Size, card: Size, columns: int, rows: int, gutter: Point) -> Grid:
    """A grid in the middle of the sheet."""
    width = columns * card.width + (columns - 1) * gutter.x
    height = rows * card.height + (rows - 1) * gutter.y
    origin = Point((sheet.width - width) / 2, (sheet.height - height) / 2)
    return Grid(sheet, card, columns, rows, gutter, origin)


def axis(sheet: Size, flip: Flip) -> Axis:
    """What the printer turns the sheet about. The long edges of a portrait sheet stand upright."""
    return "upright" if sheet.landscape == (flip == "short-edge") else "level"


def behind(sheet: Size, about: Axis, point: Point) -> Point:
    """The point of the page of the backs that lies behind a point of the page of the fronts, and the reverse."""
    if about == "upright":
        return Point(sheet.width - point.x, point.y)
    return Point(point.x, sheet.height - point.y)


def impose(
    grid: Grid, count: int, flip: Flip, order: Order = "stack", offset: Point | None = None
) -> Imposition:
    """The places of `count` cards.

    `offset` moves all backs: to the right and down, as the page of the backs is read. Raises FoldError.
    """
    if flip == "fold":
        return _folded(grid, count, order, offset or Point())
    return _duplex(grid, count, axis(grid.sheet, flip), order, offset or Point())


def sequence(count: int, places: int, order: Order) -> Iterator[tuple[int, int]]:
    """The sheet and the place on it of each card, for `places` cards a sheet.

    In reading order a sheet is filled before the next. In stack order it is the places that are filled: when
    the printed sheets are cut as one stack, each pile is in order, and so are the piles laid on each other.
    """
    sheets = math.ceil(count / places)
    for index in range(count):
        if order == "reading":
            yield index // places, index % places
        else:
            yield index % sheets, index // sheets


def places(grid: Grid, flip: Flip) -> int:
    """How many cards a sheet of paper holds. Raises FoldError."""
    return folding(grid).count // 2 if flip == "fold" else grid.count


def ticks(grid: Grid, bleed: Point | None = None) -> tuple[Line, ...]:
    """Marks to cut by, two or more for each cut, on the lines of the cards' edges.

    They stand in the margins, outside the bleed, and where the gutters cross, if those are wide enough. On a sheet
    without margins they run along the edges of the cards, where these meet the edge of the sheet and each other.
    """
    bleed = bleed or Point()
    upright = _edges(grid.origin.x, grid.card.width, grid.gutter.x, grid.columns)
    level = _edges(grid.origin.y, grid.card.height, grid.gutter.y, grid.rows)
    across = _free(level, grid.rows, grid.gutter.y, bleed.y, grid.sheet.height)
    along = _free(upright, grid.columns, grid.gutter.x, bleed.x, grid.sheet.width)
    return (
        *(
            Line(Point(x, a), Point(x, b))
            for x in _cuts(upright, grid.sheet.width)
            for a, b in across
        ),
        *(
            Line(Point(a, y), Point(b, y))
            for y in _cuts(level, grid.sheet.height)
            for a, b in along
        ),
    )


def fold_line(grid: Grid) -> Line:
    """Where a sheet is folded over. Raises FoldError."""
    across, place = _fold(grid)
    if across == "upright":
        return Line(Point(place, 0), Point(place, grid.sheet.height))
    return Line(Point(0, place), Point(grid.sheet.width, place))


def folding(grid: Grid) -> Grid:
    """The part of a grid that a folded sheet uses: an even number of columns, or of rows. Raises FoldError."""
    across, _ = _fold(grid)
    columns = grid.columns // 2 * 2 if across == "upright" else grid.columns
    rows = grid.rows // 2 * 2 if across == "level" else grid.rows
    return Grid(grid.sheet, grid.card, columns, rows, grid.gutter, grid.origin)


def _duplex(grid: Grid, count: int, about: Axis, order: Order, offset: Point) -> Imposition:
    corners = grid.corners()
    cards = []
    for sheet, place in sequence(count, len(corners), order):
        front = corners[place]
        back = behind(grid.sheet, about, _far_corner(front, grid.card, about))
        cards.append(
            Placed(
                Position(2 * sheet, front),
                Position(2 * sheet + 1, _moved(back, offset), turned=about == "level"),
            )
        )
    sheets = math.ceil(count / len(corners))
    return Imposition(tuple(cards), sheets, 2 * sheets)


def _folded(grid: Grid, count: int, order: Order, offset: Point) -> Imposition:
    across, place = _fold(grid)
    used = folding(grid)
    corners = [
        corner
        for corner in used.corners()
        if (corner.x if across == "upright" else corner.y) < place - TOLERANCE
    ]
    cards = []
    for sheet, spot in sequence(count, len(corners), order):
        front = corners[spot]
        if across == "upright":
            back = Point(2 * place - front.x - grid.card.width, front.y)
        else:
            back = Point(front.x, 2 * place - front.y - grid.card.height)
        cards.append(
            Placed(
                Position(sheet, front),
                Position(sheet, _moved(back, offset), turned=across == "level"),
            )
        )
    sheets = math.ceil(count / len(corners))
    return Imposition(tuple(cards), sheets, sheets)


def _fold(grid: Grid) -> tuple[Axis, float]:
    """About which axis to fold, and where: the one that wastes fewer cards; upright if neither does."""
    upright = grid.columns // 2 * 2 * grid.rows
    level = grid.rows // 2 * 2 * grid.columns
    if not max(upright, level):
        raise FoldError("a sheet with a single card cannot be folded over")
    if upright >= level:
        half = grid.columns // 2
        return "upright", grid.corner(half, 0).x - grid.gutter.x / 2
    half = grid.rows // 2
    return "level", grid.corner(0, half).y - grid.gutter.y / 2


def _far_corner(corner: Point, card: Size, about: Axis) -> Point:
    """The corner of a card that is its top left one on the page behind."""
    if about == "upright":
        return Point(corner.x + card.width, corner.y)
    return Point(corner.x, corner.y + card.height)


def _moved(point: Point, offset: Point) -> Point:
    return Point(point.x + offset.x, point.y + offset.y)


def _edges(origin: float, card: float, gutter: float, count: int) -> list[float]:
    """Both edges of every column, or of every row."""
    starts = [origin + i * (card + gutter) for i in range(count)]
    return [edge for start in starts for edge in (start, start + card)]


def _free(
    edges: list[float], count: int, gutter: float, bleed: float, sheet: float
) -> list[tuple[float, float]]:
    """The stretches across a sheet that ticks may take: in both margins, and in the middle of wide gutters.

    A margin that is too narrow gives way to the edges of cards, and so do gutters then that are none.
    """
    gap = max(bleed, TICK_GAP)
    first, last = edges[0], edges[-1]
    margins = [
        (max(0.0, first - gap - TICK), first - gap),
        (last + gap, min(sheet, last + gap + TICK)),
    ]
    inward = [(0.0, INWARD), (sheet - INWARD, sheet)]
    wide = [b - a > TICK_GAP for a, b in margins]
    ends = [m if room else i for m, i, room in zip(margins, inward, wide, strict=True)]
    between = []
    for after, before in ((edges[2 * i + 1], edges[2 * i + 2]) for i in range(count - 1)):
        if before - after > 3 * TICK_GAP:
            between.append((after + TICK_GAP, before - TICK_GAP))
        elif before - after <= TOLERANCE and not all(wide):
            between.append((after - ARM, after + ARM))
    return [ends[0], *between, ends[1]]


def _cuts(edges: list[float], sheet: float) -> list[float]:
    """Where a sheet is cut: edges of neighbours that touch once, and none at the edge of the sheet."""
    kept: list[float] = []
    for edge in sorted(edges):
        if HALVING < edge < sheet - HALVING and (not kept or edge - kept[-1] > TOLERANCE):
            kept.append(edge)
    return kept
