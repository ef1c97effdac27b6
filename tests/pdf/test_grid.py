"""The lines of running text stand on one grid, on every page, whatever stands between them."""

from __future__ import annotations

from itertools import pairwise

import pytest
from tests.pdf.documents import FACES, SCRIPTS, STYLE, section

from guidepress.pdf import compile_section

LEAD = 13.0
GRID = """
body { margin: 0 } p { margin: 0 } p + p { text-indent: 1em }
ul { margin: 0 0 5pt } li { margin: 0 0 3pt }
h2 { font: 14pt/17pt Sans; margin: 18pt 0 4pt } h3 { font: 11pt/13pt Sans; margin: 13pt 0 0 }
pre { font-size: 7pt; line-height: 9.1pt; margin: 4pt 0; padding: 3pt }
figure { margin: 9pt 0 5pt } table { margin: 2pt 0 }
.exercise { margin: 6.5pt 0; padding: 6.5pt 3mm; border-left: 2pt solid }
"""
TEXT = "Words of running text that take some lines on a page of this size, and then some more. "
BETWEEN = {
    "code": "<pre>one\ntwo\nthree</pre>",
    "list": "<ul><li>One</li><li>Two</li><li>Three</li></ul>",
    "table": "<table><tr><td>1</td></tr><tr><td>2</td></tr></table>",
    "figure": '<figure style="height: 31pt"><figcaption>It</figcaption></figure>',
    "box": '<section class="exercise"><p>Do it.</p></section>',
    "formula": '<p style="font-size: 20pt; line-height: 23.7pt">Large</p>',
}


def tops(body: str, kind: str = "chapter") -> list[tuple[int, float]]:
    """Where each element with an id stands: its page, and its distance from the head of the page, pt."""
    one = section(
        "one", f'<main class="{kind}">{body}</main>', styles=(FACES, SCRIPTS, STYLE, GRID)
    )
    fragment = compile_section(one)
    # A5 with margins of 18 mm, as in the style sheet.
    head = (210 - 18) * 72 / 25.4
    return [(a.page, head - a.y) for name, a in fragment.anchors.items() if name.startswith("p")]


def off(distance: float) -> float:
    """How far from the nearest line of the grid."""
    rest = distance % LEAD
    return min(rest, LEAD - rest)


def body(between: str) -> str:
    return (
        "".join(f'<p id="p{n}">{TEXT * (2 + n % 3)}</p>{between}' for n in range(14))
        + '<p id="p-end">End.</p>'
    )


@pytest.mark.parametrize("between", BETWEEN.values(), ids=BETWEEN)
def test_text_returns_to_the_grid(between: str) -> None:
    found = tops(body(between))
    assert len(found) == 15
    assert {page for page, _ in found} > {0}
    assert max(off(top) for _, top in found) < 0.1


def test_without_the_grid_it_does_not() -> None:
    """Other sections, such as lists in columns, are left as they are."""
    assert max(off(top) for _, top in tops(body(BETWEEN["code"]), "matter")) > 1


@pytest.mark.parametrize("heading", ["h2", "h3"])
def test_so_does_text_below_a_heading(heading: str) -> None:
    found = tops(body(f"{BETWEEN['code']}<{heading}>Next</{heading}>"))
    assert max(off(top) for _, top in found) < 0.1


def test_the_first_line_of_a_box_is_on_the_grid() -> None:
    boxes = "".join(
        f'{BETWEEN["code"]}<section class="exercise"><p id="p{n}">Do it.</p></section>'
        for n in range(9)
    )
    assert max(off(top) for _, top in tops(boxes)) < 0.1


NESTED = {
    "items with code": "<ul>{}</ul>",
    "a box": '<section class="exercise">{}</section>',
    "records": '<div class="records"><div>{}</div></div>',
    "a quotation": '<blockquote style="margin: 5pt 0; padding: 2pt 0">{}</blockquote>',
}


@pytest.mark.parametrize("around", NESTED.values(), ids=NESTED)
def test_text_inside_of_blocks_returns_to_the_grid(around: str) -> None:
    item = "<li>{}</li>" if around.startswith("<ul>") else "{}"
    inside = "".join(
        item.format(f'<p id="p{n}">{TEXT}</p>{BETWEEN["code"]}<p id="p{n}b">{TEXT}</p>')
        for n in range(6)
    )
    found = tops(BETWEEN["code"] + around.format(inside))
    assert len(found) == 12
    assert max(off(top) for _, top in found) < 0.1


def test_a_heading_inside_of_a_block_makes_whole_lines() -> None:
    record = '<div class="records"><div><h3>It</h3><p id="p{0}">Text.</p>{1}</div></div>'
    found = tops("".join(record.format(n, BETWEEN["code"]) for n in range(8)))
    assert max(off(top) for _, top in found) < 0.1


def test_columns_and_cells_keep_their_own_lines() -> None:
    """What is in columns starts where they do, and is as high as without a grid."""
    terms = "".join(f'<p id="p{n}" style="line-height: 9.7pt">Term {n}</p>' for n in range(12))
    columns = f'<div style="columns: 2">{terms}</div>'
    assert tops(columns) == tops(columns, "matter")


def test_white_gives_way_where_the_next_line_is_near() -> None:
    """Half a line is asked for; a quarter of one is enough where that is on the grid."""

    def below(height: float) -> float:
        block = f'<div style="height: {height}pt; margin: 0 0 6.5pt"></div>'
        (_, top), (_, following) = tops(f'<p id="p1">One.</p>{block}<p id="p2">Two.</p>')
        return following - top - LEAD - height

    assert below(LEAD * 2 - 4) == pytest.approx(4, abs=0.1)
    assert below(LEAD * 2 - 7) == pytest.approx(7, abs=0.1)
    assert below(LEAD * 2 - 2) == pytest.approx(2 + LEAD, abs=0.1)


def test_no_more_white_than_a_line_is_added() -> None:
    """As many blocks on the pages as before, but for a line each."""
    with_grid, without = tops(body(BETWEEN["code"])), tops(body(BETWEEN["code"]), "matter")
    assert with_grid[-1][0] - without[-1][0] <= 1


@pytest.mark.parametrize(("family", "word"), [("Arabic", "كلمة"), ("Chinese", "課題")])
def test_letters_of_another_font_make_no_line_higher(family: str, word: str) -> None:
    """One that stands in for what the text font lacks may be taller than that; a line keeps its height all the same."""
    style = f"font-family: Serif, {family}"
    texts = (f"{word} and " * (20 * n + 1) for n in range(3))
    whole = "".join(f'<p id="p{n}" style="{style}">{text}</p>' for n, text in enumerate(texts))
    places = [top for _, top in tops(f'{whole}<p id="p-end">End.</p>', "matter")]
    steps = [later - earlier for earlier, later in pairwise(places)]
    assert max(map(off, steps)) < 0.1


def test_text_keeps_off_the_caption_of_a_figure() -> None:
    """Half a line at least, however near the next line of the grid is."""
    for height in range(20, 34, 2):
        style = f"height: {height}pt; margin: 0 0 {LEAD / 2}pt"
        figure = f'<figure id="p-figure" style="{style}"><figcaption>It</figcaption></figure>'
        [_, (_, above), (_, below)] = tops(f'<p id="p-1">A</p>{figure}<p id="p-2">B</p>')
        assert below - above - height >= LEAD / 2 - 0.1
        assert off(below) < 0.1


def test_boxes_with_a_ground_keep_apart() -> None:
    """Half a line at least, though a quarter would do elsewhere: two boxes would look like one."""
    for height in range(20, 34, 2):
        style = f"height: {height}pt; margin: 0 0 {LEAD / 2}pt; background: #eee"
        boxes = "".join(
            f'<div id="p-{n}" style="{style}"><p style="margin: 0">A</p></div>' for n in range(3)
        )
        places = [top for _, top in tops(f"{boxes}<p>B</p>")]
        for above, below in pairwise(places):
            assert below - above - height >= LEAD / 2 - 0.1
            assert off(below) < 0.1
