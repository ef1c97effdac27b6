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
