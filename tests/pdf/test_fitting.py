"""The breaks of a paragraph are the best there are: compared with all others."""

from __future__ import annotations

from itertools import combinations, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guidepress.pdf.engine.fitting import Break, Extent, Kind, Measure, balance, fit, is_flawed

NOTHING = Extent(0.0, 0.0, 0.0)
SPACE, HYPHEN = 2.5, 3.3


def paragraph(words: list[int], hyphens: frozenset[int] = frozenset()) -> list[Break]:
    """Words of so many letters, of 5 pixels each; those in `hyphens` can be broken in the middle."""
    breaks, wide, spaces = [], 0.0, 0

    def extent(wide: float) -> Extent:
        return Extent(wide, spaces * SPACE * 0.5 + wide * 0.02, spaces * SPACE * 0.2 + wide * 0.02)

    for index, letters in enumerate(words):
        if index in hyphens:
            half = wide + letters * 2.5
            breaks.append(
                Break(
                    extent(half)._replace(width=half + HYPHEN),
                    extent(half),
                    Kind.HYPHEN,
                )
            )
        wide += letters * 5
        end = extent(wide)
        spaces += 1
        wide += SPACE
        last = index == len(words) - 1
        breaks.append(Break(end, extent(wide), Kind.END if last else Kind.SPACE))
    return breaks


def ratios(breaks: list[Break], measure: Measure, path: tuple[int, ...]) -> list[float] | None:
    """How far each line is stretched, as times of what is fair; None where one would be shrunk by more than that."""
    found = []
    start, room = NOTHING, measure.first
    for index in path:
        end = breaks[index].end
        left = room - (end.width - start.width)
        fair = end.stretch - start.stretch if left > 0 else end.shrink - start.shrink
        if breaks[index].kind == Kind.END and left > 0:
            found.append(0.0)
        elif left > 0:
            found.append(min(left / fair, 40.0) if fair > 0.02 else 40.0)
        elif -left <= fair + 0.02:
            found.append(left / max(fair, 0.02))
        else:
            return None
        start, room = breaks[index].start, measure.width
    return found


def demerits(breaks: list[Break], measure: Measure, path: tuple[int, ...]) -> float | None:
    """What a way to break a paragraph costs, from the definition."""
    stretched = ratios(breaks, measure, path)
    if stretched is None:
        return None
    total, run = 0.0, 0
    for ratio, index in zip(stretched, path, strict=True):
        hyphened = breaks[index].kind == Kind.HYPHEN
        total += (10 + 40 * abs(ratio) ** 3) ** 2 + (150.0**2 if hyphened else 0)
        if breaks[index].kind == Kind.END:
            total += 8_000 if run else 0
            start = breaks[path[-2]].start.width if len(path) > 1 else 0.0
            if len(path) > 1 and breaks[index].end.width - start < measure.short:
                total += 60_000
            if run and not any(one.kind == Kind.SPACE for one in breaks[path[-2] + 1 : index]):
                total += 200_000
        run = run + 1 if hyphened else 0
        if run > 2:
            return None
        total += 200_000 if run > 1 else 0
    return total


def every_way(breaks: list[Break]) -> list[tuple[int, ...]]:
    inner = range(len(breaks) - 1)
    return [
        (*path, len(breaks) - 1)
        for size in range(len(breaks))
        for path in combinations(inner, size)
    ]


@settings(max_examples=60)
@given(
    st.lists(st.integers(1, 9), min_size=1, max_size=9),
    st.frozensets(st.integers(0, 8), max_size=3),
    st.floats(40, 160),
    st.floats(-20, 20),
    st.sampled_from((1.0, 2.4, 1e9)),
)
def test_no_other_way_costs_less(
    words: list[int], hyphens: frozenset[int], width: float, indent: float, loosest: float
) -> None:
    breaks = paragraph(words, hyphens)
    measure = Measure(width - indent, width, 20.0)
    costs = [
        cost
        for way in every_way(breaks)
        if (cost := demerits(breaks, measure, way)) is not None
        and max(ratios(breaks, measure, way) or ()) <= loosest
    ]
    found = fit(breaks, measure, NOTHING, loosest)
    if not costs:
        assert found is None
        return
    assert found is not None
    cost = demerits(breaks, measure, tuple(found))
    assert cost == pytest.approx(min(costs), rel=1e-9)


def test_no_line_is_looser_than_asked() -> None:
    breaks = paragraph([4, 7, 3, 9, 2, 8, 5, 6, 4, 3, 7, 5] * 4)
    measure = Measure(240.0, 240.0, 20.0)
    assert fit(breaks, measure, NOTHING, 0.5) is None
    found = fit(breaks, measure, NOTHING, 2.5)
    assert found is not None
    stretched = ratios(breaks, measure, tuple(found))
    assert stretched is not None
    assert max(stretched) <= 2.5
    assert min(stretched) >= -1.01


def test_two_hyphens_in_a_row_and_a_last_line_of_one_short_word_are_flaws() -> None:
    breaks = paragraph([10, 10, 10, 10, 1], frozenset(range(4)))
    measure = Measure(80.0, 80.0, 20.0)
    assert is_flawed(breaks, (0, 2, 8), measure)
    assert not is_flawed(breaks, (0, 3, 8), measure)
    assert is_flawed(breaks, (0, 3, 7, 8), measure)
    # The only line is as short as it is.
    assert not is_flawed([breaks[8]._replace(end=Extent(5.0, 0.0, 0.0))], (0,), measure)


def test_a_last_line_of_a_piece_of_a_word_is_a_flaw() -> None:
    """However long it is; not where a word stands beside it, nor where it is all that a page goes on with."""
    breaks = paragraph([10, 10, 10], frozenset((1, 2)))
    measure = Measure(90.0, 90.0, 20.0)
    assert [one.kind for one in breaks] == [
        Kind.SPACE, Kind.HYPHEN, Kind.SPACE, Kind.HYPHEN, Kind.END,
    ]  # fmt: skip
    assert is_flawed(breaks, (0, 3, 4), measure)
    assert not is_flawed(breaks, (0, 2, 4), measure)
    assert not is_flawed(breaks, (1, 4), measure)
    assert not is_flawed(breaks[4:], (0,), measure)
    breaks[3] = breaks[3]._replace(kind=Kind.CODE)
    assert is_flawed(breaks, (0, 3, 4), measure)


def test_what_an_author_ends_is_a_last_line_too() -> None:
    breaks = paragraph([10, 10, 10, 1, 10], frozenset((1,)))
    measure = Measure(90.0, 90.0, 20.0)
    breaks[2] = breaks[2]._replace(kind=Kind.FORCED)
    assert is_flawed(breaks, (0, 1, 2, 5), measure)
    assert not is_flawed(breaks, (0, 2, 5), measure)
    # The author's own short line.
    breaks[4] = breaks[4]._replace(kind=Kind.FORCED)
    assert not is_flawed(breaks, (0, 2, 4, 5), measure)


def test_a_word_that_is_too_wide_has_no_way() -> None:
    assert fit(paragraph([4, 40, 4]), Measure(100.0, 100.0, 0.0), NOTHING, 1e9) is None


def test_nothing_runs_over_a_forced_break() -> None:
    breaks = paragraph([4, 4, 4, 4])
    breaks[1] = breaks[1]._replace(kind=Kind.FORCED)
    assert fit(breaks, Measure(500.0, 500.0, 0.0), NOTHING, 1e9) == [1, 3]


def test_a_paragraph_goes_on_from_where_a_line_starts() -> None:
    """As it does on the next page: the same breaks as before."""
    breaks = paragraph([4, 7, 3, 9, 2, 8, 5, 6, 4, 3, 7, 5] * 3)
    measure = Measure(150.0, 150.0, 20.0)
    whole = fit(breaks, measure, NOTHING, 1e9)
    assert whole is not None
    cut = whole[1]
    rest = fit(breaks[cut + 1 :], measure, breaks[cut].start, 1e9)
    assert rest is not None
    assert [cut + 1 + index for index in rest] == whole[2:]


def test_balanced_lines_are_as_few_and_as_long_as_each_other() -> None:
    breaks = paragraph([5, 6, 4, 7, 5, 3])
    wide = Measure(110.0, 110.0, 0.0)
    found = balance(breaks, wide, NOTHING)
    assert found is not None
    starts = [0.0, *(breaks[index].start.width for index in found[:-1])]
    lengths = [breaks[index].end.width - start for index, start in zip(found, starts, strict=True)]
    assert len(lengths) == 2
    assert abs(lengths[0] - lengths[1]) < 30
    assert all(one < other for one, other in pairwise(found))
    assert balance(paragraph([40]), wide, NOTHING) is None


def test_balanced_lines_end_at_spaces_rather_than_at_hyphens() -> None:
    """At the hyphen of `B-tree` the lines would be even; where there is no other way it is taken."""
    breaks = paragraph([9, 5, 6, 8])
    breaks[1] = breaks[1]._replace(kind=Kind.COMPOUND)
    assert balance(breaks, Measure(110.0, 110.0, 0.0), NOTHING) in ([0, 3], [2, 3])
    assert balance(breaks, Measure(80.0, 80.0, 0.0), NOTHING) == [1, 3]
