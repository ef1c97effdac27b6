"""Questions that go on over the page share the white that they leave, and a few of them do not stand alone."""

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
    found = laid_out(8)
    assert [found.anchors[f"r{n}"].page for n in range(8)] == [0, 0, 0, 0, 1, 1, 1, 1]
    assert found.anchors["r3"].y - HEIGHT == pytest.approx(FOOT, abs=0.1)
    first, *others = steps(found, 0)
    assert first > HEIGHT
    assert others == pytest.approx([first, first], abs=0.1)


def test_where_nothing_follows_rows_are_spread_by_little() -> None:
    """By 8 pixels each, as far as the page has room."""
    assert steps(laid_out(3), 0) == pytest.approx([HEIGHT + 6] * 2, abs=0.1)
    assert steps(laid_out(8), 1) == pytest.approx([HEIGHT + 6] * 3, abs=0.1)


def test_other_blocks_are_left_as_they_are() -> None:
    assert steps(laid_out(8, "rows"), 0) == pytest.approx([HEIGHT] * 3, abs=0.1)


def test_more_than_a_third_of_a_page_is_not_shared_out() -> None:
    """A row too tall for the rest of a page may leave much of it."""
    rows = '<div id="r0" style="height: 40mm">0</div><div id="r1" style="height: 40mm">1</div>'
    tall = '<div id="r2" style="height: 150mm; break-inside: avoid">2</div>'
    found = compile_section(section("one", f'<main><div class="spread">{rows}{tall}</div></main>'))
    assert found.anchors["r2"].page == 1
    assert steps(found, 0) == pytest.approx([HEIGHT], abs=0.1)


def columns(count: int, tall: float = 25, before: str = "") -> Fragment:
    """Questions in two columns."""
    style = "height: {}mm; break-inside: avoid"
    # Of three heights, so that columns end at different ones.
    inside = "".join(
        f'<div id="q{n}" style="{style.format(tall + n % 3)}">{n}</div>' for n in range(count)
    )
    rows = f'<div style="columns: 2">{inside}</div>'
    return compile_section(section("one", f'<main>{before}<div class="spread">{rows}</div></main>'))


@pytest.mark.parametrize("count", range(12, 18))
def test_four_questions_at_least_stand_on_the_last_page(count: int) -> None:
    """Twelve fit on a page: those that are too many take others with them. What is left ends at the foot."""
    found = columns(count)
    pages = [found.anchors[f"q{n}"].page for n in range(count)]
    assert pages == sorted(pages)
    assert pages.count(1) >= (4 if count > 12 else 0)
    if count > 12:
        last = [n for n in range(count) if pages[n] == 0][-1]
        for one in (last, max(n for n in range(last) if found.anchors[f"q{n}"].x < 100)):
            foot = found.anchors[f"q{one}"].y - (25 + one % 3) * 72 / 25.4
            assert foot == pytest.approx(FOOT, abs=0.1)


def test_questions_that_are_too_tall_leave_no_page_empty() -> None:
    """Two of 80 mm fit beside each other twice: no page is left for the sake of four."""
    found = columns(5, 80)
    assert [found.anchors[f"q{n}"].page for n in range(5)] == [0, 0, 0, 0, 1]


# Questions of 10 mm with lines of 6 mm below.
def answers(count: int, lines: int = 1, tall: int = 10, columns: int = 1) -> Fragment:
    """Questions with lines to write on, of which the last columns are as high."""
    line = '<div class="writing" style="height: 6mm; border-bottom: .4pt solid"></div>'
    said = f'<div class="said" style="height: {tall}mm">?</div>'
    rows = "".join(
        f'<div style="break-inside: avoid" id="r{row}">{said}{line * lines}</div>'
        for row in range(count)
    )
    if columns > 1:
        inside = f'<div style="columns: {columns}">{rows}</div>'
    else:
        inside = rows.replace('<div style="break', '<div><div style="break').replace(
            f"{said}{line * lines}</div>", f"{said}{line * lines}</div></div>"
        )
    return compile_section(
        section("one", f'<main><section><div class="spread">{inside}</div></section></main>')
    )


MM = 72 / 25.4
# What is added between questions that nothing follows, in pt.
EASE = 6.0


@pytest.mark.parametrize("columns", [1, 2])
@pytest.mark.parametrize(
    ("lines", "more"), [(1, 3), (3, 1), (4, 0), (6, 0)], ids=["one", "three", "four", "six"]
)
def test_answers_get_more_lines_where_the_last_page_has_room(
    lines: int, more: int, columns: int
) -> None:
    """Four at most."""
    found = answers(3 * columns, lines, 8, columns=columns)
    high = (8 + (lines + more) * 6) * MM + (lines + more) * 0.4
    for first in range(0, 3 * columns, 3):
        tops = [found.anchors[f"r{row}"].y for row in range(first, first + 3)]
        found_steps = [one - other for one, other in pairwise(tops)]
        assert found_steps == pytest.approx([high + EASE] * 2, abs=0.3)


@pytest.mark.parametrize(("tall", "more"), [(100, 12), (172, 5.67), (173.9, 0.28)])
def test_the_head_of_the_questions_moves_off_the_text_where_there_is_room(
    tall: float, more: float
) -> None:
    """By six tenths of its line, here 20 pt, as far as the page, of 174 mm, has it; not at the head of a page."""
    line, question = "height: 20pt; margin: 0", '<div class="spread"><div>?</div></div>'
    asked = f'<section><h2 id="head" style="{line}">R</h2>{question}</section>'
    style = "<style>main { font-size: 10pt; line-height: 10pt } body { margin: 0 }</style>"
    text = f'<div id="text" style="height: {tall * MM - 30}pt">T</div>'
    found = compile_section(section("one", f"{style}<main>{text}{asked}</main>")).anchors
    moved = found["text"].y - found["head"].y - (tall * MM - 30)
    assert moved == pytest.approx(more, abs=0.1)
    alone = compile_section(section("one", f"{style}<main>{asked}</main>")).anchors
    top = compile_section(section("one", f"{style}<main>{text}</main>")).anchors["text"].y
    assert alone["head"].y == pytest.approx(top, abs=0.1)


def test_lines_are_added_only_as_far_as_all_rows_stay_on_the_page() -> None:
    """Nine rows of 16 mm leave 30 mm of 174 mm, eight leave 46 mm."""
    for count in (9, 8):
        found = answers(count)
        assert found.page_count == 1
        step = found.anchors["r0"].y - found.anchors["r1"].y
        assert step == pytest.approx(16.14 * MM + EASE, abs=0.1)
    found = answers(7)
    step = found.anchors["r0"].y - found.anchors["r1"].y
    assert 22.28 * MM < step <= 22.28 * MM + EASE + 0.1


def test_a_line_more_on_each_page_is_tried_where_it_saves_one() -> None:
    """A page of 40 lines holds 38 of a text, and questions that are one line too many."""
    style = "<style>@page { size: 120mm 640pt; margin: 20pt } main { line-height: 15pt } p, body { margin: 0 }</style>"
    text = "<p>x</p>" * 30

    def pages(tall: int) -> int:
        line = '<div class="writing" style="height: 17pt; border-bottom: 1pt solid"></div>'
        said = f'<div style="height: {tall - 18}pt">?</div>'
        one = f'<div style="break-inside: avoid">{said}{line}</div>'
        rows = f'<div class="spread" style="border-top: 1pt solid"><div style="columns: 2">{one * 10}</div></div>'
        return compile_section(
            section("one", f'{style}<main class="chapter">{text}{rows}</main>')
        ).page_count

    assert [pages(tall) for tall in (29, 31, 34)] == [1, 1, 2]
