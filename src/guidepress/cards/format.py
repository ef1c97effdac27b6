"""The format of the cards: from what the author asks for to millimetres."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from guidepress.cards.imposition import (
    HALVING,
    TOLERANCE,
    Flip,
    FoldError,
    Grid,
    Order,
    Point,
    Size,
    centred,
    columns_that_fit,
    folding,
)
from guidepress.cards.options import CardsOptions, Lengths
from guidepress.cards.stock import CARDS, PERFORATED, SHEETS, SINGLE, named, oriented
from guidepress.diagnostics import Diagnosed, Diagnostic, did_you_mean, error
from guidepress.lengths import millimetres

# The card that stands in where the author names none, on sheets of any size.
DEFAULT_CARD = "A7"

# Lengths in mm.
BLEED = 3.0  # printers' usual
SAFE = 5.0  # from the edge of a card to what must not be cut off
UNPRINTABLE = 5.0  # the edge of a sheet that office printers leave white; most need 3 to 4.5
SAFE_FROM_SHEET = 6.0  # and so from the edge of the sheet to what must be printed
GUTTER = 6.0  # room for the bleed of both neighbours
LEAST_BLEED = 1.0  # less than this hides no slip of the knife
SMALLEST = Size(50.0, 40.0)  # room for a header, three lines of type and a footer
LARGEST_SHEET = 2000.0
# Room above and below the text for the division, the number, the page and the id.
HEAD = 7.5
FOOT = 5.0


@dataclass(frozen=True, slots=True)
class Format:
    """The sheet and its cards in mm. `bleed` is how far beyond a card's edges print may go, across and down;
    nothing to be read comes closer to an edge than `safe`. `single` means one card a page.
    """

    grid: Grid
    bleed: Point
    safe: float
    flip: Flip
    order: Order
    offset: Point
    ticks: bool
    single: bool = False

    @property
    def card(self) -> Size:
        """The size of the cut card."""
        return self.grid.card

    @property
    def page(self) -> Size:
        """The size of the page that a side is set on: the card and its bleed."""
        return Size(self.card.width + 2 * self.bleed.x, self.card.height + 2 * self.bleed.y)

    @property
    def head(self) -> float:
        """Height above the text, inside the safe area, for what every front or back carries."""
        return HEAD

    @property
    def foot(self) -> float:
        """Height below the text, inside the safe area."""
        return FOOT

    @property
    def measure(self) -> Size:
        """The area of the text: the card without the unsafe edges, head and foot."""
        height = self.card.height - 2 * self.safe - self.head - self.foot
        return Size(self.card.width - 2 * self.safe, height)


def card_format(options: CardsOptions) -> Diagnosed[Format]:
    """The format that the options ask for.

    Errors: `cards-length`, `cards-sheet-unknown`, `cards-card-unknown`, `cards-card-size`, `cards-grid`,
    `cards-bleed`, `cards-fold`, `cards-perforated`.
    """
    reading = _Reading(options)
    found = reading.format()
    return Diagnosed(None if reading.problems else found, tuple(reading.problems))


@dataclass(slots=True)
class _Reading:
    """Reads the options; `problems` gathers whatever cannot be."""

    options: CardsOptions
    problems: list[Diagnostic] = field(default_factory=list)

    def format(self) -> Format | None:
        options = self.options
        bleed = self.length("bleed", options.bleed) if options.bleed else None
        safe = self.length("safe", options.safe) if options.safe else None
        x, y = (self.length("offset", text, negative=True) for text in options.offset)
        single = options.sheet == SINGLE
        grid = self.single(bleed or 0.0) if single else self.grid()
        if grid is None or self.problems:
            return None
        flip: Flip = options.flip or (
            "short-edge" if single and grid.card.landscape else "long-edge"
        )
        if flip == "fold":
            try:
                folding(grid)
            except FoldError as problem:
                self.error("cards-fold", f"{problem}: there is no place for its back")
                return None
        nearest = min(_margins(grid))
        found = Format(
            grid=grid,
            bleed=Point(bleed or 0.0, bleed or 0.0) if single else self.bleed(grid, bleed),
            safe=safe
            if safe is not None
            else max(SAFE, 0 if single else SAFE_FROM_SHEET - nearest),
            flip=flip,
            order=options.order,
            offset=Point(x, y),
            ticks=options.ticks and not single,
            single=single,
        )
        self.check_room(found)
        return found

    def single(self, bleed: float) -> Grid | None:
        """A sheet that is as large as the card and its bleed."""
        card = self.card(self.options.card or "credit")
        if card is None:
            return None
        sheet = Size(card.width + 2 * bleed, card.height + 2 * bleed)
        return Grid(sheet, card, 1, 1, Point(), Point(bleed, bleed))

    def grid(self) -> Grid | None:
        options = self.options
        if isinstance(options.sheet, str) and (found := named(options.sheet, PERFORATED)):
            return self.perforated(options.sheet, found)
        card = self.card(options.card or DEFAULT_CARD)
        sheets = self.sheets()
        gutter = self.both("gutter", options.gutter) if options.gutter else None
        margin = self.both("margin", options.margin) if options.margin else None
        if card is None or not sheets or self.problems:
            return None
        grids = [g for sheet in sheets if (g := _filled(sheet, card, gutter, margin)) is not None]
        if not grids:
            self.error(
                "cards-grid",
                f"no card of {_mm(card)} fits on a sheet of {_mm(sheets[0])} with its margins",
            )
            return None
        # The first of equals: upright.
        return max(grids, key=lambda grid: grid.count)

    def perforated(self, name: str, grid: Grid) -> Grid:
        """The maker's grid; what the author says of it must be the same."""
        options = self.options
        card = self.card(options.card) if options.card else grid.card
        if card is not None and card != grid.card:
            message = f"the cards of `{name}` are {_mm(grid.card)}; leave `card` out"
            self.error("cards-perforated", message)
        if options.gutter or options.margin:
            message = (
                f"the place of the cards of `{name}` is fixed; leave `gutter` and `margin` out"
            )
            self.error("cards-perforated", message)
        return grid

    def sheets(self) -> tuple[Size, ...]:
        """The sheet upright and on its side, if the author leaves that open."""
        wanted = self.options.sheet
        if not isinstance(wanted, str):
            size = self.size("sheet", wanted)
            return (size,) if size else ()
        size, way = oriented(wanted, SHEETS)
        if size is None:
            known = (*SHEETS, *PERFORATED, SINGLE)
            hints = did_you_mean(wanted, known)
            hints = (*hints, f"there are {', '.join(known)}; or write `[width, height]`")
            self.error("cards-sheet-unknown", f"there is no sheet `{wanted}`", *hints)
            return ()
        return (size,) if way else (size, size.turned)

    def card(self, wanted: str | tuple[str, str]) -> Size | None:
        if not isinstance(wanted, str):
            return self.size("card", wanted)
        size, _ = oriented(wanted, CARDS)
        if size is None:
            known = f"there are {', '.join(CARDS)}; or write `[width, height]`"
            hints = (*did_you_mean(wanted, CARDS), known)
            self.error("cards-card-unknown", f"there is no card `{wanted}`", *hints)
        return size

    def size(self, key: str, lengths: tuple[str, str]) -> Size | None:
        width, height = (self.length(key, text) for text in lengths)
        if not 0 < width <= LARGEST_SHEET or not 0 < height <= LARGEST_SHEET:
            if not self.problems:
                message = f"`{key}` must be more than nothing and at most {LARGEST_SHEET:g} mm"
                self.error("cards-length", message)
            return None
        return Size(width, height)

    def both(self, key: str, lengths: Lengths) -> Point:
        if isinstance(lengths, str):
            value = self.length(key, lengths)
            return Point(value, value)
        across, down = lengths
        return Point(self.length(key, across), self.length(key, down))

    def length(self, key: str, text: str, *, negative: bool = False) -> float:
        try:
            value = millimetres(text)
        except ValueError as problem:
            self.error("cards-length", f"`{key}`: {problem}")
            return 0.0
        if value < 0 and not negative:
            self.error("cards-length", f"`{key}` must not be negative")
            return 0.0
        return value

    def bleed(self, grid: Grid, wanted: float | None) -> Point:
        """How far print may go beyond a card: into half a gutter, and not beyond the sheet."""
        left, top, right, bottom = _margins(grid)
        room = Point(
            min([left, right, *([grid.gutter.x / 2] if grid.columns > 1 else [])]),
            min([top, bottom, *([grid.gutter.y / 2] if grid.rows > 1 else [])]),
        )
        if wanted is not None and wanted > min(room.x, room.y) + TOLERANCE:
            self.error(
                "cards-bleed",
                f"there is no room for a bleed of {wanted:g} mm between the cards",
                f"`gutter` must be {2 * wanted:g}mm or more, and `margin` {wanted:g}mm or more",
            )
        limit = BLEED if wanted is None else wanted
        return Point(_worth_it(min(limit, room.x)), _worth_it(min(limit, room.y)))

    def check_room(self, found: Format) -> None:
        card, safe = found.card, found.safe
        lost = 2 * (safe - SAFE)
        if card.width - lost < SMALLEST.width or card.height - lost < SMALLEST.height:
            message = (
                f"a card of {_mm(card)} with {safe:g} mm to stay clear of its edges holds no text"
            )
            self.error("cards-card-size", message, f"the smallest is {_mm(SMALLEST)}")

    def error(self, code: str, message: str, *hints: str) -> None:
        self.problems.append(error(code, message, self.options.span, hints=hints))


def _filled(sheet: Size, card: Size, gutter: Point | None, margin: Point | None) -> Grid | None:
    """As many cards as the sheet holds, in its middle or, with `margin`, from there."""
    least = margin or (
        Point() if _is_halved(sheet, card, gutter) else Point(UNPRINTABLE, UNPRINTABLE)
    )
    room = Size(sheet.width - 2 * least.x, sheet.height - 2 * least.y)
    across = gutter.x if gutter else _gutter(room.width, card.width)
    down = gutter.y if gutter else _gutter(room.height, card.height)
    columns = columns_that_fit(room.width, card.width, across)
    rows = columns_that_fit(room.height, card.height, down)
    if not columns or not rows:
        return None
    grid = centred(sheet, card, columns, rows, Point(across, down))
    return replace(grid, origin=margin) if margin else grid


def _is_halved(sheet: Size, card: Size, gutter: Point | None) -> bool:
    """Whether the cards fill the sheet, as A7 fills A4: then there is no margin to leave."""
    if gutter and (gutter.x or gutter.y):
        return False
    pairs = ((sheet.width, card.width), (sheet.height, card.height))
    counts = [columns_that_fit(room, length, 0) for room, length in pairs]
    left = [room - count * length for (room, length), count in zip(pairs, counts, strict=True)]
    return all(counts) and max(left) <= HALVING


def _gutter(room: float, card: float) -> float:
    """Waste between cards where it costs no card; else the cards touch."""
    wide, touching = (columns_that_fit(room, card, gutter) for gutter in (GUTTER, 0.0))
    return GUTTER if wide == touching else 0.0


def _margins(grid: Grid) -> tuple[float, float, float, float]:
    """What is left of the sheet at the left, top, right and bottom."""
    end = grid.end
    return (
        grid.origin.x,
        grid.origin.y,
        grid.sheet.width - end.x,
        grid.sheet.height - end.y,
    )


def _worth_it(bleed: float) -> float:
    return bleed if bleed >= LEAST_BLEED else 0.0


def _mm(size: Size) -> str:
    return f"{size.width:g} × {size.height:g} mm"
