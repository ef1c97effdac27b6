"""In a book printed on both sides, no figure stands overleaf from the text that names it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.pdf.documents import section

from guidepress.handbook.draft import VERSO
from guidepress.handbook.proof import prove
from guidepress.pdf import Fragment, compile_section
from guidepress.pdf.engine.spreads import AHEAD, Shown, overleaf

# Lines on a page of the sections of these tests, and those that a figure takes.
FULL, HIGH = 37, 10
STYLE = """
<style>
p { margin: 0; orphans: 1; widows: 1 }
figure { margin: 0; height: HEIGHT; break-inside: avoid }
@page { size: 148mm 210mm }
</style>
"""


def laid_out(
    named: int,
    *,
    classes: str = "spreads",
    direction: str = "ltr",
    verso: bool = False,
    again: int | None = None,
    high: int = HIGH,
) -> Fragment:
    """A section whose text names the figure `f` in a line, and `again` in another one; nothing of it is lost.

    The figure is `high` lines high.
    """
    lines = [f'<p id="l{n}">Line {n} of the text.</p>' for n in range(5 * FULL)]
    for at in (named, again):
        if at is not None:
            lines[at] = (
                f'<p id="l{at}">Line {at} is of <a class="ref" href="#f">the figure</a>.</p>'
            )
    lines.insert(named + 1, '<figure id="f" class="floats">The figure.</figure>')
    style = f"display: block; line-height: 13pt; direction: {direction}"
    body = f'<main class="{classes}" style="{style}">{"".join(lines)}</main>'
    one = section("one", STYLE.replace("HEIGHT", f"{high * 13}pt") + body)
    styles = (*one.styles, f"html {{ direction: {direction} }}", *((VERSO,) if verso else ()))
    fragment = compile_section(replace(one, styles=styles))
    assert prove(one.html, fragment).losses == ()
    return fragment


def pages(fragment: Fragment, named: int) -> tuple[int, int]:
    """The pages of the text that names the figure, and of the figure, from 0."""
    return fragment.anchors[f"l{named}"].page, fragment.anchors["f"].page


# On the third page, which is a right-hand one, and on the left-hand one behind it, with no room below for a figure.
RIGHT, LEFT = 2 * FULL + 30, 3 * FULL + 30


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
def test_a_figure_is_seen_from_the_text_that_names_it(direction: str) -> None:
    """Whichever way a book is read: the first page of a section is the front of a sheet."""
    assert pages(laid_out(RIGHT, classes="", direction=direction), RIGHT) == (2, 3)
    fragment = laid_out(RIGHT, direction=direction)
    text, figure = pages(fragment, RIGHT)
    assert text == figure
    # All pages are as much shorter, so that those that face each other end level.
    assert fragment.longer < 0


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
def test_a_page_that_faces_the_text_is_in_view(direction: str) -> None:
    """The figure of the first page of a spread moves to the second, and nothing else is changed for it."""
    fragment = laid_out(LEFT, direction=direction)
    assert pages(fragment, LEFT) == (3, 4)
    assert fragment.longer == 0


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
def test_a_section_that_begins_on_the_back_of_a_sheet_is_laid_out_for_that(direction: str) -> None:
    """Turned, the figure would be overleaf from its text: the section is laid out anew."""
    assert laid_out(LEFT, direction=direction).turns is None
    assert laid_out(LEFT, classes="", direction=direction).turns is not None
    text, figure = pages(laid_out(LEFT, verso=True, direction=direction), LEFT)
    assert text == figure
    # And here nothing is to be mended.
    assert pages(laid_out(RIGHT, verso=True, direction=direction), RIGHT) == (2, 3)


def test_one_reference_in_view_is_enough() -> None:
    """The figure is named again on the page that it is on, where a reader may look for it."""
    fragment = laid_out(RIGHT, again=3 * FULL + 20)
    assert pages(fragment, RIGHT) == (2, 3)
    assert fragment.longer == 0


def test_what_cannot_be_mended_stays_as_it_is() -> None:
    """The figure is nearly as high as a page: whatever the height of that, it stands on one of its own."""
    fragment = laid_out(20, high=FULL - 1)
    assert pages(fragment, 20) == (0, 1)
    assert fragment.longer == 0


PAGES = st.lists(
    st.tuples(
        st.lists(st.sampled_from("abcd"), max_size=2, unique=True),
        st.frozensets(st.sampled_from("abcd"), max_size=3),
    ),
    max_size=8,
).map(
    lambda drawn: [
        Shown(tuple(figures), named, at % 2 == 0) for at, (figures, named) in enumerate(drawn)
    ]
)


@given(PAGES)
def test_a_figure_is_overleaf_where_only_the_sheet_before_names_it(shown: list[Shown]) -> None:
    for turned in (False, True):
        expected = 0
        for name in "abcd":
            found = [at for at, page in enumerate(shown) if name in page.figures]
            if not found:
                continue
            spread = [
                at
                for at in range(len(shown))
                if (at + 1 - turned) // 2 == (found[0] + 1 - turned) // 2
            ]
            before = range(max(0, found[0] - AHEAD), found[0])
            expected += not any(name in shown[at].named for at in spread) and any(
                name in shown[at].named for at in before
            )
        assert overleaf(shown, turned=turned) == expected


@given(PAGES)
def test_a_document_that_goes_on_has_no_more_of_them_than_in_the_end(shown: list[Shown]) -> None:
    """So a layout may be given up at the page with which it has too many."""
    whole = overleaf(shown)
    for end in range(len(shown)):
        assert overleaf(shown[:end], goes_on=True) <= whole
