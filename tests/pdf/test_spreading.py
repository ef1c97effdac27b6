"""Rows that go on over the page share the white that they leave."""

from __future__ import annotations

from itertools import pairwise

import pytest
from tests.pdf.documents import section

from guidepress.pdf import Fragment, compile_section

# A5 with margins of 18 mm, as in the style sheet.
FOOT = 18 * 72 / 25.4
HEIGHT = 40 * 72 / 25.4


def laid_out(rows: int, classes: str = "spread") -> Fragment:
    """Rows of 40 mm, of which four fit on a page and leave 14 mm."""
    style = "height: 40mm; break-inside: avoid"
    inside = "".join(f'<div id="r{n}" style="{style}">{n}</div>' for n in range(rows))
    return compile_section(section("one", f'<main><div class="{classes}">{inside}</div></main>'))


def steps(found: Fragment, page: int) -> list[float]:
    """How far each row of a page stands below the one above, pt."""
    tops = [a.y for _, a in sorted(found.anchors.items()) if a.page == page]
    return [one - other for one, other in pairwise(tops)]


def test_the_last_row_of_a_page_stands_at_its_foot() -> None:
    found = laid_out(6)
    assert [found.anchors[f"r{n}"].page for n in range(6)] == [0, 0, 0, 0, 1, 1]
    assert found.anchors["r3"].y - HEIGHT == pytest.approx(FOOT, abs=0.1)
    first, *others = steps(found, 0)
    assert first > HEIGHT
    assert others == pytest.approx([first, first], abs=0.1)


def test_where_nothing_follows_rows_stay_together() -> None:
    assert steps(laid_out(6), 1) == pytest.approx([HEIGHT], abs=0.1)
    assert steps(laid_out(3), 0) == pytest.approx([HEIGHT] * 2, abs=0.1)


def test_other_blocks_are_left_as_they_are() -> None:
    assert steps(laid_out(6, "rows"), 0) == pytest.approx([HEIGHT] * 3, abs=0.1)


def test_more_than_a_third_of_a_page_is_not_shared_out() -> None:
    """A row too tall for the rest of a page may leave much of it."""
    rows = '<div id="r0" style="height: 40mm">0</div><div id="r1" style="height: 40mm">1</div>'
    tall = '<div id="r2" style="height: 150mm; break-inside: avoid">2</div>'
    found = compile_section(section("one", f'<main><div class="spread">{rows}{tall}</div></main>'))
    assert found.anchors["r2"].page == 1
    assert steps(found, 0) == pytest.approx([HEIGHT], abs=0.1)


# Questions of 10 mm with lines of 6 mm below, of which the last has boxes to tick.
def answers(count: int, lines: int = 1, tall: int = 10) -> Fragment:
    """Rows of two questions each, and what follows them."""
    line = '<div class="writing" style="height: 6mm; border-bottom: .4pt solid">{}</div>'
    inside = line.format("") * (lines - 1) + line.format('<p style="margin: 0" id="t{0}-{1}">□</p>')
    said = f'<div class="said" style="height: {tall}mm">?</div>'
    rows = "".join(
        f'<div style="display: flex; break-inside: avoid" id="r{row}">'
        + "".join(f"<div>{said}{inside.format(row, at) if lines else ''}</div>" for at in range(2))
        + "</div>"
        for row in range(count)
    )
    return compile_section(
        section("one", f'<main><section><div class="spread">{rows}</div></section></main>')
    )


MM = 72 / 25.4


@pytest.mark.parametrize(
    ("lines", "more"), [(1, 3), (3, 1), (4, 0), (6, 0)], ids=["one", "three", "four", "six"]
)
def test_answers_get_more_lines_where_the_last_page_has_room(lines: int, more: int) -> None:
    """Four at most; the boxes to tick stay in the last."""
    found = answers(3, lines)
    tops = [found.anchors[f"r{row}"].y for row in range(3)]
    high = (10 + (lines + more) * 6) * MM + lines * 0.4 + more * 0.4
    assert [one - other for one, other in pairwise(tops)] == pytest.approx([high] * 2, abs=0.3)
    ticks = [found.anchors[f"t{row}-{at}"].y for row in range(3) for at in range(2)]
    below = (10 + (lines + more - 1) * 6) * MM + (lines + more - 1) * 0.4
    assert [top - tick for top, tick in zip(tops, ticks[::2], strict=True)] == pytest.approx(
        [below] * 3, abs=0.3
    )
    assert ticks[::2] == pytest.approx(ticks[1::2])


def test_lines_are_added_only_as_far_as_all_rows_stay_on_the_page() -> None:
    """Nine rows of 16 mm leave 30 mm of 174 mm, eight leave 46 mm."""
    for count in (9, 8):
        found = answers(count)
        assert found.page_count == 1
        assert found.anchors["r0"].y - found.anchors["r1"].y == pytest.approx(16.14 * MM, abs=0.1)
    found = answers(7)
    assert found.anchors["r0"].y - found.anchors["r1"].y == pytest.approx(22.28 * MM, abs=0.1)
