"""Pages that go on end at the foot: the lines that they lack stand above headings and what is set off, on the grid."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import pairwise

import pytest
from tests.pdf.documents import FACES, SCRIPTS, STYLE, section

from guidepress.pdf import compile_section

LEAD = 13.0
# A5 with margins of 18 mm, as in the style sheet.
HEAD, FOOT = ((210 - 18) * 72 / 25.4, 18 * 72 / 25.4)
FULL = int((HEAD - FOOT) // LEAD)
GRID = """
body, p, ul { margin: 0 } h2 { font: 14pt/17pt Sans; margin: 18pt 0 4pt; break-after: avoid }
.box { margin: 13pt 0; border: .5pt solid; break-inside: avoid } .note { float: footnote }
"""


@cache
def tops(body: str, kind: str = "chapter") -> dict[str, tuple[int, float]]:
    """The page of each element with an id, and how many lines it stands below the head of the page."""
    one = section(
        "one", f'<main class="{kind}">{body}</main>', styles=(FACES, SCRIPTS, STYLE, GRID)
    )
    return {
        name: (a.page, (HEAD - a.y) / LEAD)
        for name, a in compile_section(one).anchors.items()
        if not name.startswith("handbook:")
    }


def lines(count: int, name: str = "p") -> str:
    """Paragraphs of a line each."""
    return "".join(f'<p id="{name}{n}">Line {n}.</p>' for n in range(count))


def tall(count: int, name: str = "tall") -> str:
    """A block of so many lines that stays whole, with a line of white around it."""
    return f'<div class="box" id="{name}" style="height: {count * LEAD}pt"></div>'


# What does not fit behind so many lines, and leaves five lines of a page empty.
SHORT = FULL - 5
NEXT = tall(9, "next") + lines(20, "q")


def below(body: str, name: str, kind: str = "chapter") -> float:
    """How many lines lower something stands on the first page than it does without feathering, or in another kind."""
    page, top = tops(body, kind)[name]
    plain, as_it_was = tops(body, "matter")[name]
    assert page == plain == 0
    return top - as_it_was


def groups(counts: Sequence[int], style: str = "") -> str:
    """Columns of blocks that stay whole, each of so many lines."""
    inner = "".join(
        f'<div style="break-inside: avoid; margin-top: {LEAD / 2}pt">{lines(count, f"g{n}-")}</div>'
        for n, count in enumerate(counts)
    )
    return f'<div style="columns: 2; column-gap: 5mm; {style}">{inner}</div>'


@pytest.mark.parametrize("kind", ["chapter", "matter"])
def test_columns_that_go_on_end_at_the_foot_of_their_page(kind: str) -> None:
    """White grows between the blocks of a column, by a line at most, and not inside of them."""
    counts = [9, 9, 9, 8, 9, 8, 9, 8, 9, 9, 9, 9]
    placed = tops(groups(counts), kind)
    as_it_was = tops(groups(counts, "column-fill: auto"), kind)
    heads = [placed[f"g{n}-0"] for n in range(12)]
    assert [page for page, _ in heads] == [0] * 8 + [1] * 4
    # Pages may be a line longer.
    ends = [placed[name][1] for name in ("g3-7", "g7-7")]
    assert ends[0] == pytest.approx(ends[1], abs=0.02)
    assert FULL - 1 <= ends[0] <= FULL + 1
    for n in range(8):
        assert placed[f"g{n}-7"][1] - heads[n][1] == pytest.approx(7, abs=0.02)
        assert 0 <= heads[n][1] - as_it_was[f"g{n}-0"][1] <= 3.02


def test_a_column_that_ends_far_up_has_the_white_of_the_one_beside_it() -> None:
    """What comes next is tall."""
    placed = tops(groups([8, 8, 8, 8, 4, 4, 4, 30, 9]))
    tall = [placed[f"g{n + 1}-0"][1] - placed[f"g{n}-7"][1] - 1 for n in range(3)]
    small = [placed[f"g{n + 1}-0"][1] - placed[f"g{n}-3"][1] - 1 for n in (4, 5)]
    assert min(small) >= max(tall) - 0.02 > 1
    assert max(small) <= 1.52


def test_a_page_that_goes_on_ends_at_its_foot() -> None:
    """What is set off moves down by whole lines; paragraphs stay together."""
    body = lines(10) + tall(2, "a") + lines(5, "m") + tall(2, "b") + lines(SHORT - 22, "z") + NEXT
    assert tops(body)["next"][0] == 1
    assert below(body, "p9") == pytest.approx(0, abs=0.02)
    last = tops(body)[f"z{SHORT - 23}"]
    assert last[0] == 0
    assert last[1] == pytest.approx(FULL - 1, abs=0.5)
    for name in ("m", "z"):
        first, *others = (tops(body)[f"{name}{n}"][1] for n in range(3))
        assert others == pytest.approx([first + 1, first + 2], abs=0.02)
        assert first == pytest.approx(round(first), abs=0.02)


def test_a_line_is_left_rather_than_added_where_one_was_added() -> None:
    """Facing pages may differ by a line, and white of two lines more is seen."""
    body = lines(10) + tall(2, "a") + lines(SHORT - 12, "z") + NEXT
    page, top = tops(body)[f"z{SHORT - 13}"]
    assert page == 0
    gaps = [below(body, "a"), below(body, "z0")]
    assert gaps == pytest.approx([1, 2], abs=0.6)
    assert top == pytest.approx(FULL - 2, abs=0.5)


def test_what_code_prints_stays_close_to_it() -> None:
    """White goes above the code and below what it prints, before it parts them."""
    pre = f'<pre id="{{}}" style="margin: 0 0 {LEAD}pt; font: 8pt/{LEAD}pt Mono">A line\nof code</pre>'
    code = pre.format("a") + pre.format("b")
    body = lines(10) + code + lines(5, "m") + tall(2, "c") + lines(SHORT - 25, "z") + NEXT
    assert below(body, "a") >= 1
    assert below(body, "b") == pytest.approx(below(body, "a"), abs=0.02)
    assert below(body, "m0") >= below(body, "b") + 1


def test_headings_come_first() -> None:
    inner = "<h2 id=h>Next</h2>" + lines(5, "m") + tall(2, "b")
    body = lines(10) + inner + lines(SHORT - 19, "z") + NEXT
    assert below(body, "h") >= 1


@pytest.mark.parametrize(
    "body",
    [
        lines(SHORT) + NEXT,
        # What announces a block stays above it.
        lines(SHORT - 5) + "<p>Like this:</p>" + tall(2, "a") + NEXT,
        # A page that the author breaks.
        lines(10) + tall(2, "a") + lines(3, "m") + '<p style="break-before: page">Then</p>',
        # The last one.
        lines(10) + tall(2, "a") + lines(3, "m"),
    ],
    ids=["without white", "announced", "a break", "the end"],
)
def test_pages_without_room_and_those_that_end_stay_as_they_are(body: str) -> None:
    names = [name for name, (page, _) in tops(body).items() if page == 0]
    assert max(abs(below(body, name)) for name in names) < 0.5


def test_footnotes_stay_below_the_text() -> None:
    note = '<span class="note">A note of one line.</span>'
    inner = tall(2, "a") + lines(5, "m") + tall(2, "b") + f"<p>{note}</p>"
    body = lines(10) + inner + lines(SHORT - 25, "z") + NEXT
    page, top = tops(body)[f"z{SHORT - 26}"]
    assert page == 0
    assert top < FULL - 1


def test_blocks_that_hold_others_are_opened() -> None:
    """Records of a guide stand in blocks of their own, which may go on over the page."""
    inner = "<h2 id=h>Next</h2>" + lines(5, "m") + tall(2, "b") + lines(SHORT - 19, "z")
    flat = tops(lines(10) + inner + NEXT)
    assert tops(lines(10) + f"<div><div>{inner}</div></div>" + NEXT) == flat
    assert tops(lines(10) + f"<div><div>{inner}{NEXT}</div></div>") == flat


def table(count: int, high: int = 3) -> str:
    """A table with a caption, whose rows are of so many lines; it goes on where a page has no room for the next one."""
    cell = f'<td style="padding: 0; border: 0; height: {LEAD * high}pt"></td>'
    inner = "".join(f'<tr id="r{n}" style="break-inside: avoid">{cell}</tr>' for n in range(count))
    head = '<tbody><tr><td style="padding: 0; border: 0">Head</td></tr>'
    body = f'<table style="margin: 0">{head}{inner}</tbody></table>'
    return (
        f'<figure style="margin: 13pt 0 0"><figcaption id="f">Caption</figcaption>{body}</figure>'
    )


def rows(body: str) -> dict[int, list[float]]:
    """How far down the rows of each page stand, in lines."""
    found: dict[int, list[float]] = {}
    for name, (number, top) in tops(body).items():
        if name.startswith("r"):
            found.setdefault(number, []).append(top)
    return found


def test_a_page_that_ends_with_rows_of_a_table_ends_at_its_foot() -> None:
    """What stands above it takes the lines that are too few for the next row; its rows share the rest."""
    body = lines(5) + tall(2, "a") + lines(FULL - 26, "m") + table(9)
    here, there = rows(body)[0], rows(body)[1]
    assert len(here) == 4
    assert here[-1] + 3 == pytest.approx((HEAD - FOOT) / LEAD, abs=0.3)
    assert 0.9 < below(body, "m0") < 1.1
    assert 1.8 < below(body, "f") < 2.1
    steps = [two - one for one, two in pairwise(here)]
    assert steps == pytest.approx([steps[0]] * 3, abs=0.02)
    assert 3.1 < steps[0] < 3.3
    assert [two - one for one, two in pairwise(there)] == pytest.approx([3] * 4, abs=0.02)


def test_no_row_is_made_much_higher() -> None:
    """Two of them do not share seven lines."""
    here = rows(table(4, 14))[0]
    assert [two - one for one, two in pairwise(here)] == pytest.approx([14.5], abs=0.02)


@pytest.mark.parametrize("rule", ["border-top: .5pt solid; ", ""], ids=["ruled", "plain"])
def test_the_items_of_a_list_with_rules_share_what_the_page_lacks(rule: str) -> None:
    """As the rows of a table do; other lists are running text."""
    style = f"{rule}height: {LEAD * 2}pt; break-inside: avoid; list-style: none"
    items = "".join(f'<li id="r{n}" style="{style}"></li>' for n in range(16))
    here = rows(f"<ol>{items}</ol>{NEXT}")[0]
    steps = [two - one for one, two in pairwise(here)]
    assert len(here) == 16
    assert steps == pytest.approx([steps[0]] * 15, abs=0.02)
    if rule:
        assert here[-1] + steps[0] == pytest.approx((HEAD - FOOT) / LEAD, abs=0.3)
    else:
        assert steps[0] == pytest.approx(2, abs=0.02)
