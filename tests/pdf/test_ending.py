"""The last page of a section is not left with a few lines, nor one inside of it half empty."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.pdf.documents import section

from guidepress.handbook.proof import prove
from guidepress.pdf import Fragment, compile_section

# Lines on a page of the sections of these tests.
FULL = 37


def laid_out(lines: int, kind: str = "main") -> Fragment:
    """A section of so many lines; nothing of it is lost."""
    style = "<style>p { margin: 0; orphans: 1; widows: 1; break-inside: auto } @page { size: 148mm 210mm }</style>"
    text = "".join(f'<p id="l{n}">Line {n} of the text.</p>' for n in range(lines))
    one = section(
        "one", f'{style}<{kind} style="display: block; line-height: 13pt">{text}</{kind}>'
    )
    fragment = compile_section(one)
    assert prove(one.html, fragment).losses == ()
    return fragment


def lines_by_page(fragment: Fragment) -> list[int]:
    found = [0] * fragment.page_count
    for name, anchor in fragment.anchors.items():
        found[anchor.page] += name.startswith("l")
    return found


def test_a_few_lines_more_go_onto_the_pages_before() -> None:
    assert lines_by_page(laid_out(5 * FULL)) == [FULL] * 5
    # A line more on each of them, and the last page is spared.
    assert lines_by_page(laid_out(5 * FULL + 3)) == [FULL + 1] * 4 + [FULL - 1]
    # Where these take in too few, pages become shorter.
    assert lines_by_page(laid_out(3 * FULL + 5)) == [FULL - 2] * 3 + [11]


def test_in_a_short_section_pages_may_be_shorter_still() -> None:
    """Two lines that are kept together end a line above the foot of the first page."""
    style = "<style>p { margin: 0; orphans: 1; widows: 1 } @page { size: 148mm 210mm }</style>"
    text = [f'<p id="l{n}">Line {n} of the text.</p>' for n in range(FULL + 6)]
    whole = ['<div style="break-inside: avoid">', *text[34:36], "</div>"]
    body = "".join([*text[:34], *whole, *text[36:]])
    one = section("one", f'{style}<main style="line-height: 13pt">{body}</main>')
    assert lines_by_page(compile_section(one)) == [33, 10]


def test_a_page_whose_ink_ends_too_early_is_filled() -> None:
    """What is kept together would leave 85.5 % of it filled, as boxes are counted: a little less can be seen."""
    style = "<style>p { margin: 0; orphans: 1; widows: 1 } @page { size: 148mm 210mm }</style>"
    text = [f'<p id="l{n}">Line {n} of the text.</p>' for n in range(FULL + 16)]
    whole = ['<div style="break-inside: avoid">', *text[31:37], "</div>"]
    body = "".join(['<div style="height: 12pt"></div>', *text[:31], *whole, *text[37:]])
    one = section("one", f'{style}<main style="line-height: 13pt">{body}</main>')
    assert lines_by_page(compile_section(one)) == [FULL, 16]


def test_pages_that_end_well_stay_as_they_are() -> None:
    assert lines_by_page(laid_out(5 * FULL + 12)) == [FULL] * 5 + [12]


def test_what_is_no_text_of_a_book_stays_as_it_is() -> None:
    """Cards have no `main`, and a page each."""
    assert lines_by_page(laid_out(5 * FULL + 3, kind="div"))[-1] == 3


@pytest.mark.parametrize("lines", [5 * FULL + 3, 3 * FULL + 5])
def test_what_is_in_the_margins_stays_where_it_is(lines: int) -> None:
    """The page numbers of pages that are longer or shorter stand where those of all others do."""
    places = {
        (f.align, laid.page_size) for laid in (laid_out(lines), laid_out(FULL)) for f in laid.folios
    }
    assert len({size for _, size in places}) == 1
    assert laid_out(lines).turns is not None


def test_a_layout_that_was_tried_leaves_no_trace_of_those_before_it() -> None:
    """Boxes and lines are shared between them, and figures change places in each."""
    style = (
        "<style>p { margin: 0; text-align: justify } pre, .floats { break-inside: avoid }"
        " sup { float: footnote } .first::first-letter { color: red; padding: 2pt } @page { size: 148mm 210mm }</style>"
    )
    figure = '<figure class="floats"><table><tr><td>1<td>2<tr><td>3</table></figure>'
    code = f"<pre>{'code <b>and</b> more<br>' * 12}</pre>"
    text = (
        "<p>Some words of <code>it</code> with <em>what is said</em> of them in a line that is"
        " longer than one.</p>"
    )
    body = "".join(text * (5 + n % 7) + (figure, code)[n % 2] for n in range(4))
    one = section(
        "one",
        f'{style}<main class="chapter" style="display: block; line-height: 13pt">'
        f"<p class=first>Note<sup>Said</sup></p>{body}"
        f'<div style="columns: 2">{text * 9}</div>{text * 4}</main>',
    )
    tried = compile_section(one)
    assert tried.longer
    assert compile_section(replace(one, longer=tried.longer)) == tried


def test_margins_are_those_of_the_layout_that_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """They are made once, and lead to where anchors are in it, not where the last that was tried had them."""
    from weasyprint import layout

    made: list[int] = []
    make = layout.make_margin_boxes

    def counting(context: object, page: object, state: object) -> object:
        made.append(1)
        return make(context, page, state)

    monkeypatch.setattr(layout, "make_margin_boxes", counting)
    style = (
        "<style>p { margin: 0; orphans: 1; widows: 1 } div { break-inside: avoid } @page { size: 148mm 210mm;"
        " @bottom-center { content: 'on ' target-counter(url('#last'), page) } }</style>"
    )
    line = "<p>Line of the text.</p>"
    whole = f"<div>{line * 30}</div>"
    first = f'{line * (FULL - 1)}<p id="last">Last</p>'
    one = section(
        "one",
        f'{style}<main style="display: block; line-height: 13pt">'
        f"{first}{line * 20}{whole}{line * 22}{whole}</main>",
    )
    kept = compile_section(one)
    assert len(made) == kept.page_count
    assert not kept.longer
    assert kept.anchors["last"].page == 0
    assert compile_section(replace(one, longer=0.0)) == kept
