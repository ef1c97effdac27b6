"""The mirror rule, for every grid, count, flip and order; checked by turning sheets over in the mind."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guidepress.cards.imposition import (
    HALVING,
    Axis,
    Flip,
    FoldError,
    Grid,
    Imposition,
    Order,
    Point,
    Position,
    Size,
    axis,
    behind,
    centred,
    columns_that_fit,
    fold_line,
    folding,
    impose,
    sequence,
    ticks,
)

CLOSE = 1e-6

lengths = st.floats(20, 200, allow_nan=False)
gaps = st.floats(0, 30, allow_nan=False)


@st.composite
def grids(draw: st.DrawFn, most: int = 4) -> Grid:
    """Any grid on any sheet, not only in its middle."""
    card = Size(draw(lengths), draw(lengths))
    columns, rows = draw(st.integers(1, most)), draw(st.integers(1, most))
    gutter, origin = Point(draw(gaps), draw(gaps)), Point(draw(gaps), draw(gaps))
    rest = Point(draw(gaps), draw(gaps))
    sheet = Size(
        origin.x + columns * card.width + (columns - 1) * gutter.x + rest.x,
        origin.y + rows * card.height + (rows - 1) * gutter.y + rest.y,
    )
    return Grid(sheet, card, columns, rows, gutter, origin)


counts = st.integers(1, 40)
flips = st.sampled_from(["long-edge", "short-edge"])
orders = st.sampled_from(["stack", "reading"])
fractions = st.floats(0, 1)


def on_page(grid: Grid, position: Position, u: float, v: float) -> Point:
    """Where on its page the point (u, v) of a card's side is printed."""
    if position.turned:
        u, v = grid.card.width - u, grid.card.height - v
    return Point(position.corner.x + u, position.corner.y + v)


def turned_over(sheet: Size, flip: Flip) -> Callable[[Point], Point]:
    """Through the paper: the point of the back page behind a point of the front page.

    A sheet turned about an upright edge swaps left and right; about a level edge, top and bottom.
    """
    portrait = sheet.height >= sheet.width - 1e-3
    upright_edge = portrait if flip == "long-edge" else not portrait
    if upright_edge:
        return lambda p: Point(sheet.width - p.x, p.y)
    return lambda p: Point(p.x, sheet.height - p.y)


def assert_same(one: Point, other: Point) -> None:
    assert math.isclose(one.x, other.x, abs_tol=CLOSE)
    assert math.isclose(one.y, other.y, abs_tol=CLOSE)


@given(grids(), counts, flips, orders, fractions, fractions)
def test_back_falls_on_its_front_the_right_way_up(
    grid: Grid, count: int, flip: Flip, order: Order, a: float, b: float
) -> None:
    """The card is turned like a page: what is left on the front is right on the back, up stays up."""
    through = turned_over(grid.sheet, flip)
    u, v = a * grid.card.width, b * grid.card.height
    for card in impose(grid, count, flip, order).cards:
        assert card.back.page == card.front.page + 1
        front = on_page(grid, card.front, u, v)
        back = on_page(grid, card.back, grid.card.width - u, v)
        assert_same(through(front), back)


@given(grids(), counts, orders, fractions, fractions)
def test_back_is_folded_onto_its_front(
    grid: Grid, count: int, order: Order, a: float, b: float
) -> None:
    """Folded over, each point of the front meets the same point of the back."""
    if grid.count == 1:
        with pytest.raises(FoldError):
            impose(grid, count, "fold", order)
        return
    line = fold_line(grid)
    u, v = a * grid.card.width, b * grid.card.height
    for card in impose(grid, count, "fold", order).cards:
        assert card.back.page == card.front.page
        front = on_page(grid, card.front, u, v)
        back = on_page(grid, card.back, grid.card.width - u, v)
        if line.start.x == line.end.x:
            assert_same(Point(2 * line.start.x - front.x, front.y), back)
        else:
            assert_same(Point(front.x, 2 * line.start.y - front.y), back)


@given(grids(), counts, st.sampled_from(["long-edge", "short-edge", "fold"]), orders)
def test_every_card_once_and_none_over_another(
    grid: Grid, count: int, flip: Flip, order: Order
) -> None:
    if flip == "fold" and grid.count == 1:
        return
    done = impose(grid, count, flip, order)
    assert len(done.cards) == count
    taken = [p for card in done.cards for p in (card.front, card.back)]
    for index, one in enumerate(taken):
        assert 0 <= one.page < done.pages
        assert -CLOSE <= one.corner.x <= grid.sheet.width - grid.card.width + CLOSE
        assert -CLOSE <= one.corner.y <= grid.sheet.height - grid.card.height + CLOSE
        for other in taken[index + 1 :]:
            apart = (
                abs(one.corner.x - other.corner.x) >= grid.card.width - CLOSE
                or abs(one.corner.y - other.corner.y) >= grid.card.height - CLOSE
            )
            assert one.page != other.page or apart
    # No sheet more than needed.
    places = folding(grid).count // 2 if flip == "fold" else grid.count
    assert done.sheets == math.ceil(count / places)
    assert done.pages == done.sheets * (1 if flip == "fold" else 2)


@given(counts, st.integers(1, 12))
def test_cut_stack_is_in_order(count: int, places: int) -> None:
    """Cutting all sheets at once leaves a pile at each place; laid on each other, they are sorted."""
    piles: dict[int, list[tuple[int, int]]] = {}
    for card, (sheet, place) in enumerate(sequence(count, places, "stack")):
        piles.setdefault(place, []).append((sheet, card))
    cards = [card for place in sorted(piles) for _, card in sorted(piles[place])]
    assert cards == list(range(count))


@given(counts, st.integers(1, 12))
def test_reading_order_fills_sheet_after_sheet(count: int, places: int) -> None:
    found = [sheet * places + place for sheet, place in sequence(count, places, "reading")]
    assert found == list(range(count))


@given(
    grids(),
    counts,
    st.sampled_from(["long-edge", "short-edge", "fold"]),
    st.floats(-5, 5),
    st.floats(-5, 5),
)
def test_offset_moves_the_backs_and_nothing_else(
    grid: Grid, count: int, flip: Flip, x: float, y: float
) -> None:
    """However the backs get behind their fronts."""
    if flip == "fold" and grid.count == 1:
        return
    still, moved = (impose(grid, count, flip, "stack", o) for o in (None, Point(x, y)))
    for one, other in zip(still.cards, moved.cards, strict=True):
        assert one.front == other.front
        assert_same(Point(one.back.corner.x + x, one.back.corner.y + y), other.back.corner)


@given(grids())
def test_ticks_stand_in_the_gutters_and_on_the_cutting_lines(grid: Grid) -> None:
    for bleed in (Point(), Point(3, 3)):
        for tick in ticks(grid, bleed):
            upright = tick.start.x == tick.end.x
            corners = grid.corners()
            if upright:
                edges = [e for c in corners for e in (c.x, c.x + grid.card.width)]
                assert any(math.isclose(tick.start.x, edge, abs_tol=0.01) for edge in edges)
            else:
                edges = [e for c in corners for e in (c.y, c.y + grid.card.height)]
                assert any(math.isclose(tick.start.y, edge, abs_tol=0.01) for edge in edges)
            for corner in corners:
                # Outside of what may be read, and beside the card where there is room.
                inset = 5.0
                beside = (
                    tick.end.x < corner.x + inset
                    or tick.start.x > corner.x + grid.card.width - inset
                    or tick.end.y < corner.y + inset
                    or tick.start.y > corner.y + grid.card.height - inset
                )
                assert beside
            for end in (tick.start, tick.end):
                assert -CLOSE <= end.x <= grid.sheet.width + CLOSE
                assert -CLOSE <= end.y <= grid.sheet.height + CLOSE


@given(grids())
def test_every_cut_has_two_ticks(grid: Grid) -> None:
    """At both ends of the sheet, or so near that a ruler laid on them is straight."""
    found = ticks(grid)
    end = grid.end
    for place, last, upright in (
        *((x, end.y, True) for c in grid.corners() for x in (c.x, c.x + grid.card.width)),
        *((y, end.x, False) for c in grid.corners() for y in (c.y, c.y + grid.card.height)),
    ):
        sheet = grid.sheet.width if upright else grid.sheet.height
        if not HALVING < place < sheet - HALVING:
            continue
        own = [
            (t.start.y, t.end.y) if upright else (t.start.x, t.end.x)
            for t in found
            if (t.start.x == t.end.x) == upright
            and math.isclose(t.start.x if upright else t.start.y, place, abs_tol=0.01)
        ]
        assert min(a for a, _ in own) < last / 2 < max(b for _, b in own)
        assert len(own) >= 2
        assert all(b - a >= 1 for a, b in own)


def test_ticks_of_cards_that_fill_the_sheet() -> None:
    """A7 on A4: along the edges of the cards, beyond what printers leave white, and where the cuts cross."""
    grid = Grid(Size(210, 296), Size(105, 74), 2, 4, Point(), Point())
    found = ticks(grid)
    upright = [(t.start.y, t.end.y) for t in found if t.start.x == t.end.x == 105]
    assert upright == [(0, 8), (71, 77), (145, 151), (219, 225), (288, 296)]
    level = {t.start.y for t in found if t.start.y == t.end.y}
    assert level == {74, 148, 222}
    assert {t.start.x for t in found if t.start.x == t.end.x} == {105}


A4, WIDE = Size(210, 297), Size(297, 210)


@pytest.mark.parametrize(
    ("sheet", "flip", "about"),
    [
        (A4, "long-edge", "upright"),
        (A4, "short-edge", "level"),
        (WIDE, "long-edge", "level"),
        (WIDE, "short-edge", "upright"),
        (Size(200, 200), "long-edge", "upright"),
    ],
)
def test_axis(sheet: Size, flip: Flip, about: Axis) -> None:
    assert axis(sheet, flip) == about


def cells(done: Imposition, grid: Grid, side: str) -> list[tuple[int, int]]:
    """Column and row of every card on the pages of one side."""
    found = []
    for card in done.cards:
        corner = (card.front if side == "front" else card.back).corner
        found.append(
            (
                round((corner.x - grid.origin.x) / (grid.card.width + grid.gutter.x)),
                round((corner.y - grid.origin.y) / (grid.card.height + grid.gutter.y)),
            )
        )
    return found


def test_upright_axis_reverses_the_columns() -> None:
    grid = centred(A4, Size(90, 60), 2, 4, Point(6, 6))
    done = impose(grid, 8, "long-edge", "reading")
    assert [(1 - c, r) for c, r in cells(done, grid, "front")] == cells(done, grid, "back")
    assert not any(card.back.turned for card in done.cards)


def test_level_axis_reverses_the_rows_and_turns_the_backs() -> None:
    grid = centred(A4, Size(90, 60), 2, 4, Point(6, 6))
    done = impose(grid, 8, "short-edge", "reading")
    assert [(c, 3 - r) for c, r in cells(done, grid, "front")] == cells(done, grid, "back")
    assert all(card.back.turned for card in done.cards)


def test_last_sheet_is_filled_up_before_it_is_mirrored() -> None:
    """A single card stands at the left; its back at the right."""
    grid = centred(A4, Size(90, 60), 2, 4, Point(6, 6))
    only = impose(grid, 1, "long-edge").cards[0]
    assert only.front.corner.x < A4.width / 2 < only.back.corner.x


def test_behind_is_its_own_reverse() -> None:
    point = Point(20, 30)
    for about in ("upright", "level"):
        assert behind(A4, about, behind(A4, about, point)) == point


def test_fold_leaves_an_odd_column_free() -> None:
    grid = centred(WIDE, Size(80, 50), 3, 3, Point())
    assert (folding(grid).columns, folding(grid).rows) == (2, 3)
    assert impose(grid, 6, "fold").sheets == 2


@pytest.mark.parametrize(
    ("room", "card", "gutter", "count"),
    [(210, 105, 0, 2), (215.9, 127, 0, 1), (8.5 * 25.4, 4.25 * 25.4, 0, 2), (100, 101, 0, 0), (206, 100, 6, 2)],
)  # fmt: skip
def test_columns_that_fit(room: float, card: float, gutter: float, count: int) -> None:
    assert columns_that_fit(room, card, gutter) == count


def test_a_sheet_holds_at_least_one_card() -> None:
    with pytest.raises(ValueError, match="at least one"):
        Grid(A4, Size(50, 50), 0, 1, Point(), Point())
