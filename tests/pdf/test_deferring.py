"""Figures for which a page has no room let the text after them come first."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from bench.printed import sheets
from tests.pdf.documents import section

from guidepress.handbook.proof import prove
from guidepress.pdf import (
    Anchor,
    Fragment,
    Metadata,
    Placement,
    compile_section,
    link,
    paginate,
)
from guidepress.pdf.engine import ending
from guidepress.pdf.engine.patching import replaced

TEXT = "Words of running text that take some lines on a page of this size, and then some more. "


def paragraph(name: str, times: int = 4, end: str = "") -> str:
    return f'<p id="{name}" style="margin: 0">{name} {TEXT * times}{end}</p>'


def figure(name: str, height: int = 90, classes: str = "floats") -> str:
    style = f"height: {height}mm; margin: 4mm 0; break-inside: avoid"
    return f'<figure class="{classes}" id="{name}" style="{style}"><figcaption>{name}</figcaption></figure>'


def laid_out(*blocks: str) -> tuple[Fragment, Mapping[str, Anchor]]:
    """The blocks as children of `main`, and where each stands; nothing of them is lost."""
    one = section("one", f"<main>{''.join(blocks)}</main>")
    # As high as the style says, wherever a page ends.
    with replaced(ending, "TRIED", ()):
        fragment = compile_section(one)
    proof = prove(one.html, fragment)
    assert (proof.losses, proof.stranded) == ((), ())
    return fragment, fragment.anchors


def order(places: Mapping[str, Anchor]) -> list[str]:
    """The names of the blocks as they are read: page by page, from the top."""
    return sorted(places, key=lambda name: (places[name].page, -places[name].y))


LEAD = [paragraph(f"a{n}") for n in range(9)]
TAIL = [paragraph(f"b{n}") for n in range(9)]


def test_text_fills_the_page_that_a_figure_does_not_fit_on() -> None:
    before, kept = laid_out(*LEAD, figure("f", classes="here"), *TAIL)
    whole, places = laid_out(*LEAD, figure("f"), *TAIL)
    # Kept whole where it was written, it goes to the next page, and all text with it.
    page = kept["f"].page
    assert (page, kept["b0"].page) == (kept["a8"].page + 1, page)
    assert (places["f"].page, places["b0"].page) == (page, page - 1)
    # It is near the head of the page, below the rest of the paragraph that began before it.
    read = order(places)
    passed = read.index("f") - read.index("a8") - 1
    assert 1 <= passed <= 4
    assert [name for name in read if name != "f"] == [name for name in order(kept) if name != "f"]
    assert places[read[read.index("f") + 1]].page == page
    assert whole.page_count <= before.page_count


def test_a_figure_that_fits_stays_where_it_is() -> None:
    _, places = laid_out(*LEAD[:3], figure("f", 40), *TAIL)
    assert order(places)[:5] == ["a0", "a1", "a2", "f", "b0"]


def test_figures_keep_their_order() -> None:
    _, places = laid_out(*LEAD, figure("f"), figure("g", 30), *TAIL)
    read = order(places)
    assert read.index("f") < read.index("g")
    _, places = laid_out(*LEAD, figure("f"), TAIL[0], figure("g", 30), *TAIL[1:])
    read = order(places)
    assert read.index("f") < read.index("g")


def test_figures_in_a_row_are_passed_as_one() -> None:
    """The second one waits for the first, and text that would stand behind both fills the page."""
    _, places = laid_out(*LEAD, figure("f"), figure("g", 70), *TAIL)
    read = order(places)
    assert read.index("b0") < read.index("f") < read.index("g")
    assert places["b0"].page == places["a8"].page


@pytest.mark.parametrize("start", ["pre", 'div class="yields"'])
def test_what_is_kept_whole_is_broken_where_much_would_stay_empty(start: str) -> None:
    """As a table is; where little is left, it goes to the next page."""
    lines = "".join(f'<span id="l{n}" style="display: block">line</span>' for n in range(12))
    end = start.split()[0]
    code = (
        f'<{start} id="c" style="break-inside: avoid; margin: 0; line-height: 4mm">{lines}</{end}>'
    )
    found = []
    for count in (1, 5, 8):
        _, places = laid_out(*LEAD[:4], paragraph("x", count), code, *TAIL)
        found.append(len({places[f"l{n}"].page for n in range(12)}) > 1)
    # It fits, it would leave much empty, it leaves little.
    assert found == [False, True, False]


@pytest.mark.parametrize("start", ["pre", 'div class="yields"'])
def test_what_is_broken_stands_where_it_would_whole(start: str) -> None:
    """The margin above it is counted once, though it was laid out as a whole before."""
    lines = "".join(f'<span id="l{n}" style="display: block">line</span>' for n in range(12))
    above = []
    for inside in ("avoid", "auto"):
        style = f"break-inside: {inside}; margin: 0; padding-top: 1mm; line-height: 4mm"
        code = f'<{start} id="c" style="{style}">{lines}</{start.split()[0]}>'
        text = f'<p id="x" style="margin: 0 0 6mm">{TEXT * 4}</p>'
        _, places = laid_out(*LEAD[:4], text, code, *TAIL)
        assert places["l0"].page == places["x"].page < places["l11"].page
        above.append(places["l0"].y)
    assert above[0] == pytest.approx(above[1], abs=0.1)


def test_a_figure_passes_a_heading_only_where_much_would_stay_empty() -> None:
    _, places = laid_out(*LEAD, figure("f"), *TAIL[:3], '<h2 id="h">Next</h2>', *TAIL[3:])
    read = order(places)
    assert read.index("b0") < read.index("f") < read.index("h")
    _, places = laid_out(*LEAD[:5], figure("f", 150), '<h2 id="h">Next</h2>', *TAIL)
    read = order(places)
    assert read.index("h") + 1 == read.index("b0") < read.index("f")
    assert places["h"].page == places["b0"].page == places["a4"].page


@pytest.mark.parametrize("end", [":", "："])
def test_text_is_passed_with_what_it_announces(end: str) -> None:
    """A page is filled, and nothing comes between the two."""
    code = '<p class="code-title" id="t">a.py</p><pre id="c">print()</pre>'
    _, places = laid_out(*LEAD, figure("f"), paragraph("b", 1, end), code, *TAIL)
    read = order(places)
    assert read.index("f") > read.index("c")
    assert [read.index(name) - read.index("b") for name in ("t", "c")] == [1, 2]


@pytest.mark.parametrize("count", range(4, 28, 4))
@pytest.mark.parametrize(
    "below",
    [
        '<pre id="b1" style="break-inside: avoid">printed<br>by<br>it</pre>',
        '<div class="callouts" id="b1">printed</div>',
    ],
    ids=["pre", "notes"],
)
def test_code_is_passed_with_what_belongs_to_it(below: str, count: int) -> None:
    """What code prints, and its call-outs, stand below it, wherever the page ends."""
    lines = "".join(f"line {n}\n" for n in range(count))
    code = f'<pre id="b0" style="margin: 0">{lines}</pre>{below}'
    _, places = laid_out(*LEAD[:8], figure("f", 120), code, *TAIL[2:])
    read = order(places)
    assert read.index("b1") == read.index("b0") + 1


def test_text_that_announces_a_figure_stays_above_it() -> None:
    """There is nothing that it could be passed with."""
    _, places = laid_out(*LEAD, figure("f"), paragraph("b", 1, ":"), figure("g", 30), *TAIL)
    read = order(places)
    assert read.index("f") < read.index("b") < read.index("g")


def test_the_end_of_a_chapter_changes_nothing() -> None:
    _, places = laid_out(*LEAD, figure("f"))
    assert order(places)[-1] == "f"


def test_a_table_that_no_text_may_pass_begins_on_the_page() -> None:
    """Below a heading that is the last but one thing of a section, it would leave half a page empty."""
    rows = "".join(f'<tr id="r{n}"><td>Row {n}</td></tr>' for n in range(26))
    table = (
        '<figure class="floats" id="f" style="break-inside: avoid"><table>'
        '<thead><tr><th scope="col">Head</th></tr></thead>'
        f"<tbody>{rows}</tbody></table></figure>"
    )
    half = [paragraph(f"a{n}", 2) for n in range(9)]
    _, places = laid_out(*half, '<h2 id="h">Table</h2>', table, '<h2 id="i">Next</h2>', *TAIL)
    assert places["h"].page == places["f"].page == places["r3"].page
    assert places["r25"].page == places["h"].page + 1
    # Where little is left, or text may come first, it stays whole.
    _, places = laid_out(*half, table, *TAIL)
    assert len({places[f"r{n}"].page for n in range(14)}) == 1


def test_a_table_that_is_announced_begins_below_its_announcement() -> None:
    """Other text between the two would seem to be what is announced."""
    rows = "".join(f'<tr id="r{n}"><td>Row {n}</td></tr>' for n in range(26))
    table = (
        '<figure class="floats" id="f" style="break-inside: avoid"><table>'
        f"<tbody>{rows}</tbody></table></figure>"
    )
    half = [paragraph(f"a{n}") for n in range(4)]
    _, places = laid_out(*half, paragraph("x", 1, "These are:"), table, *TAIL)
    names = order(places)
    assert names.index("r0") < names.index("b0")
    assert (places["x"].page, places["r0"].page, places["r25"].page) == (0, 0, 1)
    _, places = laid_out(*half, paragraph("x", 1, "These are."), table, *TAIL)
    assert order(places).index("b0") < order(places).index("r0")


def test_a_note_below_a_table_that_is_broken_stays_whole() -> None:
    """Rows go along with it to the next page, though it may not begin there."""
    rows = "".join(f'<tr id="r{n}"><td>Row {n}</td></tr>' for n in range(9))
    note = "<br>".join(f'<span id="n{n}">Note</span>' for n in range(8))
    table = (
        '<figure class="floats" style="break-inside: avoid">'
        f"<table><tbody>{rows}</tbody></table>"
        f'<div style="break-inside: avoid; break-before: avoid"><p>{note}</p></div></figure>'
    )
    half = [paragraph(f"a{n}", 2) for n in range(6)]
    _, places = laid_out(*half, '<h2 id="h">Table</h2>', table, '<h2 id="i">Next</h2>', *TAIL)
    assert places["h"].page == places["r0"].page == 0
    assert {places[f"n{n}"].page for n in range(8)} == {1}
    assert (places["r7"].page, places["r8"].page) == (0, 1)


def test_the_same_bytes_each_time() -> None:
    first, _ = laid_out(*LEAD, figure("f"), *TAIL)
    again, _ = laid_out(*LEAD, figure("f"), *TAIL)
    assert first == again


def test_a_box_that_does_not_fit_either_leaves_all_as_it_was() -> None:
    """The text after a figure may be as tall as the figure: then the figure goes first."""
    tall = '<pre id="c" style="break-inside: avoid">' + "x\n" * 30 + "</pre>"
    _, places = laid_out(*LEAD, figure("f"), tall, *TAIL)
    read = order(places)
    assert read.index("f") < read.index("c")


def lefts(style: str, body: str, path: Path) -> dict[str, int]:
    """How far from the left edge of the text the paragraphs of `main` begin, in points, by their first words."""
    zero = "p, ul { margin: 0; padding: 0 } li { display: block }"
    one = section("one", f"<style>{zero} {style}</style><main><h1>T</h1>{body}</main>")
    # As high as the style says, wherever a page ends.
    with replaced(ending, "TRIED", ()):
        placements = [Placement(compile_section(one), recto=False)]
    path.write_bytes(link(placements, paginate(placements), Metadata("T", "en")).pdf)
    lines = [line for sheet in sheets(path) for line in sheet.lines if line.block]
    edge = min(line.box[0] for line in lines)
    found: dict[str, int] = {}
    for line in lines:
        found.setdefault(" ".join(line.text.split()[:2]), round(line.box[0] - edge))
    return found


@pytest.mark.parametrize("before", ["p", "ul"])
def test_a_paragraph_that_comes_to_follow_another_gets_its_indent(
    before: str, tmp_path: Path
) -> None:
    """Behind the figure it had none, and behind a list none has."""
    lead = "".join(f"<p>Lead {TEXT * 4}</p>" for _ in range(9))
    last = {"p": "<p>Last one.</p>", "ul": "<ul><li>Last one.</li></ul>"}[before]
    tail = "".join(f"<p>Tail {n} {TEXT * 4}</p>" for n in range(3))
    style = "p + p { text-indent: 20pt }"
    found = lefts(style, f"{lead}{last}{figure('f', 150)}{tail}", tmp_path / "one.pdf")
    assert [found[f"Tail {n}"] for n in range(3)] == [20 * (before == "p"), 20, 20]


@pytest.mark.parametrize(
    ("style", "indent"),
    [
        ("main > p + p { text-indent: 20pt }", 20),
        ("html { --by: 2em } p + p { text-indent: var(--by) } p { font-size: 8pt }", 16),
        ("@layer a { p ~ p { text-indent: 7pt } } main p { text-indent: 5pt }", 5),
        ("p + p { text-indent: 0 }", 0),
        ("", 0),
        # What is no mere paragraph has rules of its own.
        ("p + p { text-indent: 20pt } main > .tail { text-indent: 3pt }", 3),
        ("p + p { text-indent: 20pt } p { text-indent: 9pt !important }", 9),
    ],
)
def test_that_indent_is_of_the_styles(style: str, indent: int, tmp_path: Path) -> None:
    """No two paragraphs of the section stand one below the other where they are written."""
    lead = f"<p>Lead {TEXT * 16}</p>"
    tail = f'<p class="tail">Tail 0 {TEXT * 4}</p><ul><li>One.</li></ul><p>Then on.</p>'
    found = lefts(style, f"{lead}{figure('f', 150)}{tail}", tmp_path / "one.pdf")
    assert found["Tail 0"] == indent


def test_a_paragraph_with_an_indent_of_its_own_keeps_it(tmp_path: Path) -> None:
    tail = f'<p style="text-indent: 4pt">Tail 0 {TEXT * 4}</p>'
    style = "p + p { text-indent: 20pt }"
    found = lefts(style, f"<p>Lead {TEXT * 16}</p>{figure('f', 150)}{tail}", tmp_path / "one.pdf")
    assert found["Tail 0"] == 4


@pytest.mark.parametrize("height", [60, 150])
@pytest.mark.parametrize("lead", range(9))
def test_a_figure_stands_no_further_than_the_next_page(lead: int, height: int) -> None:
    """From the text that it was written below."""
    _, places = laid_out(*LEAD[: lead + 1], figure("f", height), *TAIL)
    read = order(places)
    above = f"a{lead}"
    assert read.index("f") > read.index(above)
    assert places["f"].page - places[above].page <= 1
