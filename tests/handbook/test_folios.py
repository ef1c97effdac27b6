"""Page numbers in the text: placeholders as long as the number, and runs of pages."""

from __future__ import annotations

import re
from html import unescape

import pytest

from guidepress.handbook.draft import SectionDraft
from guidepress.handbook.folios import runs
from guidepress.handbook.section_text import read
from guidepress.pdf import PageMap, Place


def page_map(**folios: str) -> PageMap:
    places = {
        name: Place(int(folio) if folio.isdigit() else 0, folio) for name, folio in folios.items()
    }
    return PageMap(places, (), 0, (), ())


def fill(html: str, pages: PageMap | None) -> str:
    """What stands in the body of a section, with its page numbers."""
    filled = SectionDraft("one", read(html)).filled(pages)
    return filled.partition("<body>")[2].partition("</body>")[0]


@pytest.mark.parametrize(
    ("folio", "written"), [("7", "8"), ("87", "88"), ("123", "888"), ("xii", "xii")]
)
def test_a_placeholder_is_as_long_as_its_number(folio: str, written: str) -> None:
    html = fill('<p>(p. <span data-page="a"></span>)</p>', page_map(a=folio))
    assert html == f'<p>(p. <span data-page="a">{written}</span>)</p>'


@pytest.mark.parametrize("folio", ["7", "87", "123"])
def test_a_number_that_keeps_its_right_edge_has_one_placeholder(folio: str) -> None:
    html = '<span data-page="a" data-page-align="right">p. </span>'
    assert fill(html, page_map(a=folio)) == html.replace("</", "888</")


def test_a_roman_number_that_keeps_its_right_edge_stands_for_itself() -> None:
    html = '<span data-page="a" data-page-align="right"></span>'
    assert fill(html, page_map(a="xii")) == html.replace("</", "xii</")


def test_pages_that_follow_each_other_are_one_run() -> None:
    places = page_map(a="12", b="13", c="14", d="20", e="13").anchors
    assert runs(["d", "a", "c", "b", "e"], places) == [("a", "b", "c"), ("d",)]
    # The page between two is no part of them.
    assert runs(["a", "c"], places) == [("a",), ("c",)]


def test_runs_are_written_with_their_first_and_last_page() -> None:
    html = '<span data-pages="a b c d"></span>'
    assert read(html).depends_on_pages
    filled = fill(html, page_map(a="12", b="13", c="14", d="20"))
    assert filled.count("data-page=") == 3
    assert "–" in filled
    assert 'data-page="b"' not in filled


def test_nothing_known_gives_one_placeholder() -> None:
    assert fill('<span data-pages="a b"></span>', None).count("88") == 1


def test_main_places_make_runs_of_their_own() -> None:
    places = page_map(a="12", b="13", c="14", d="15").anchors
    assert runs(["a", "*b", "*c", "d", "b"], places) == [("a",), ("*b", "*c"), ("d",)]
    filled = fill('<span data-pages="a *b *c"></span>', page_map(a="12", b="13", c="14"))
    assert filled.count('<b class="main">') == 1
    assert 'data-page="*b"' not in filled
    assert 'href="xref:b"' in filled


def test_its_links_to_other_sections_are_those_that_are_written() -> None:
    """What is asked about a section that is laid out already, and what the linker finds in its HTML."""
    draft = SectionDraft(
        "one",
        read(
            '<p id="own"><a href="#own">a</a> <a href="#q&quot;&amp;">b</a> <a href="https://a.b/#c">c</a>'
            ' <span data-pages="own a b c"></span> <span data-pages="nowhere nor-there"></span></p>'
        ),
    )
    pages = page_map(own="11", a="12", b="13", c="14")
    written = re.findall('href="xref:([^"]+)"', draft.filled(pages))
    assert list(map(unescape, written)) == draft.links(pages) == ['q"&', "c", "nowhere"]
