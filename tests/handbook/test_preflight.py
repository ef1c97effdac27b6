"""What prints badly is named with its line; lost and broken things are test_proof.py's."""

from __future__ import annotations

from pathlib import Path

import pytest

from guidepress.book.model import Book, HandbookOptions
from guidepress.diagnostics import Diagnostic, Span
from guidepress.handbook.geometry import handbook_settings, page_geometry
from guidepress.handbook.preflight import preflight
from guidepress.handbook.press import press
from guidepress.layouts import Layout
from tests.contents import replace
from tests.handbook import books

FILE = "source/chapters/only.md"


def found(book: Book, layout: Layout, page: str = "A4") -> list[Diagnostic]:
    settings = handbook_settings(layout).value
    assert settings is not None
    return preflight(book, page_geometry(settings, HandbookOptions(page=page)))


@pytest.mark.parametrize(("page", "wide"), [("A4", []), ("A5", [8])])
def test_lines_of_code_that_wrap(sample: Book, layout: Layout, page: str, wide: list[int]) -> None:
    html = f'<pre class="code" data-line="6"><code>short\n{"x" * 80}\nshort</code></pre>'
    problems = found(books.with_chapter(sample, html), layout, page)
    assert [(d.code, d.span) for d in problems] == [
        ("handbook-code-wide", Span(FILE, line)) for line in wide
    ]


@pytest.mark.parametrize(
    ("attributes", "coarse"), [("", False), ('width="90%"', True), ('width="20"', False)]
)
def test_images_of_few_pixels(sample: Book, layout: Layout, attributes: str, coarse: bool) -> None:
    key = next(iter(sample.images))
    html = f'<p data-line="4"><img src="{key}" alt="Grey" {attributes}></p>'
    problems = found(books.with_chapter(sample, html), layout)
    assert [d.code for d in problems] == (["handbook-image-coarse"] if coarse else [])


def test_an_image_is_printed_as_wide_as_asked(sample: Book, layout: Layout, tmp_path: Path) -> None:
    picture = books.png(tmp_path / "wide.png", 2000, 100)
    book = replace(sample, images={picture.key: picture})
    html = f'<figure data-line="3"><img src="{picture.key}" alt="Grey"></figure>'
    assert found(books.with_chapter(book, html), layout) == []
    result = press(books.with_chapter(book, html), layout, cache=books.KEPT)
    assert result.diagnostics == ()


def test_pictures_side_by_side_in_a_table(sample: Book, layout: Layout, tmp_path: Path) -> None:
    """They share the measure, so that the words of both columns are on the page."""
    picture = books.png(tmp_path / "wide.png", 2000, 1000)
    book = replace(sample, images={picture.key: picture})
    cell = f'<td><img src="{picture.key}" alt="Grey"></td>'
    html = (
        '<table data-line="3"><thead><tr><th>Influence of outliers on location and covariance</th>'
        "<th>Separating inliers from outliers using a Mahalanobis distance</th>"
        f"</tr></thead><tbody><tr>{cell}{cell}</tr></tbody></table>"
    )
    assert press(books.with_chapter(book, html), layout, cache=books.KEPT).diagnostics == ()


def test_a_missing_glyph_is_named_with_its_line(sample: Book, layout: Layout) -> None:
    html = '<p data-line="3">Fine.</p><p data-line="5">\U0001f3fb\U00013000</p>'
    problems = press(books.with_chapter(sample, html), layout, cache=books.KEPT).diagnostics
    assert ("handbook-glyph-missing", Span(FILE, 5)) in [(d.code, d.span) for d in problems]


def test_a_link_to_nowhere_is_an_error(sample: Book, layout: Layout) -> None:
    html = '<p data-line="3">See <a class="ref" href="#nowhere">there</a>.</p>'
    problems = press(books.with_chapter(sample, html), layout, cache=books.KEPT).diagnostics
    assert {d.code for d in problems} == {"handbook-reference-unknown", "handbook-page-unknown"}
    assert {d.span for d in problems} == {Span(FILE, 3)}


def test_a_missing_description_is_reported(sample: Book, layout: Layout) -> None:
    html = f'<p data-line="3"><img src="{next(iter(sample.images))}"></p>'
    [problem] = press(books.with_chapter(sample, html), layout, cache=books.KEPT).diagnostics
    assert problem.code == "handbook-image-alternative-missing"
    assert problem.span == Span(FILE, 3)
