"""Linked pages look and read like those that WeasyPrint makes of the same sections at once."""

from __future__ import annotations

import re
from pathlib import Path

import pikepdf
import pytest
from tests.pdf.conftest import CONTENTS, Book
from tests.pdf.documents import FONTS, STYLES, contents, difficult, section
from tests.pdf.inspection import differs, links, outline, pictures, texts

from guidepress.pdf import PageMap
from guidepress.pdf.engine.environment import Fetcher, Fonts


@pytest.fixture(scope="module")
def original(book: Book, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The front matter and both chapters, laid out apart, painted by WeasyPrint as one document.

    Their page numbers are written into the source.
    """
    from weasyprint import CSS, HTML

    sources = {
        "front": contents(CONTENTS),
        "one": difficult("one", "two"),
        "two": difficult("two", "one"),
    }
    fonts, fetcher = Fonts(), Fetcher(FONTS)
    pages = []
    for (name, body), start in zip(sources.items(), book.page_map.starts, strict=False):
        html = _numbered(section(name, body).html, book.page_map)
        number = {"front": 1, "one": 1}.get(name) or int(book.page_map.labels[start])
        roman = "@page { @bottom-right { content: counter(page, lower-roman) } }"
        styles = (*STYLES, f"@page :first {{ counter-reset: page {number} }}")
        document = HTML(string=html, url_fetcher=fetcher).render(
            font_config=fonts,
            stylesheets=[
                CSS(string=style, font_config=fonts, url_fetcher=fetcher)
                for style in (*styles, *([roman] if name == "front" else []))
            ],
        )
        pages += document.pages
    path = tmp_path_factory.mktemp("original") / "original.pdf"
    path.write_bytes(document.copy(pages).write_pdf(pdf_tags=True))
    return path


def _numbered(html: str, page_map: PageMap) -> str:
    def number(match: re.Match[str]) -> str:
        return f"{match[1]}{page_map.anchors[match[2]].folio}<"

    html = re.sub(r'(<span data-page="([^"]+)"[^>]*>)[^<]*<', number, html)
    return html.replace('href="xref:foreign"', 'href="#contents"').replace("xref:", "#")


def _pages(book: Book) -> list[int]:
    """The indices of the pages in the book that the original has, too: no blank ones."""
    return [
        start + index
        for item, start in zip(book.placements, book.page_map.starts, strict=True)
        if item.fragment.name != "foreign"
        for index in range(item.fragment.page_count)
    ]


def test_every_page_has_the_same_text(book: Book, original: Path) -> None:
    linked = texts(book.path)
    for index, text in zip(_pages(book), texts(original), strict=True):
        assert linked[index] == text


def test_every_page_looks_the_same(book: Book, original: Path, tmp_path: Path) -> None:
    linked = pictures(book.path, tmp_path / "linked")
    expected = pictures(original, tmp_path / "original")
    pages = zip(_pages(book), expected, strict=True)
    assert [index for index, picture in pages if differs(linked[index], picture)] == []


def test_the_outline_is_the_same(book: Book, original: Path) -> None:
    places = _pages(book)
    with pikepdf.open(book.path) as linked, pikepdf.open(original) as expected:
        entries = [
            (depth, title, places[page], height) for depth, title, page, height in outline(expected)
        ]
        assert outline(linked)[: len(entries)] == entries


def test_links_lead_to_the_same_places(book: Book, original: Path) -> None:
    """Each area that links is within one that links to the same place, and none is new."""
    places = _pages(book)
    with pikepdf.open(book.path) as linked, pikepdf.open(original) as expected:
        ours = links(linked)
        theirs = []
        for page, area, target in links(expected):
            moved = (places[target[0]], target[1]) if isinstance(target, tuple) else target
            theirs.append((places[page], area, moved))
    foreign = book.page_map.anchors["foreign"].index
    ours = [
        (page, area, target)
        for page, area, target in ours
        if page in places and not (isinstance(target, tuple) and target[0] == foreign)
    ]
    ours_at = {(page, tuple(round(edge) for edge in area), target) for page, area, target in ours}
    theirs_at = {
        (page, tuple(round(edge) for edge in area), target) for page, area, target in theirs
    }
    assert ours_at - theirs_at == set()
    for page, area, target in theirs:
        if page == 0 and target == (0, ours[0][2]):
            continue
        assert (
            any(
                page == other_page and target == other_target and _within(area, other)
                for other_page, other, other_target in ours
            )
            or page == 0
        ), (page, area, target)


def _within(area: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return (
        area[0] >= other[0] - 2
        and area[1] <= other[1] + 2
        and area[2] >= other[2] - 2
        and area[3] <= other[3] + 2
    )
