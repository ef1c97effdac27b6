"""Pages behind references, addresses behind links."""

from __future__ import annotations

from guidepress.book.model import Book
from guidepress.content.working import parse, serialize
from guidepress.handbook.composer import Composer
from guidepress.handbook.geometry import handbook_settings, page_geometry
from guidepress.handbook.references import give_pages
from guidepress.layouts import Layout
from guidepress.layouts.words import layout_words

REF = '<a class="ref" href="#a">there</a>'
PAGE = '<span class="page-ref"> (p.\u00a0<span data-page="a"></span>)</span>'


def given(html: str, book: Book, layout: Layout) -> str:
    settings = handbook_settings(layout).value
    assert settings is not None
    geometry = page_geometry(settings, book.handbook)
    words = layout_words(layout, "en")
    root = parse(html)
    give_pages(root, Composer(book, layout, settings, geometry, words, {}))
    return serialize(root)


def test_a_page_follows_its_reference(sample: Book, layout: Layout) -> None:
    html = f"<p>Look {REF}, again {REF}.</p><p>And {REF}.</p>"
    wanted = f"<p>Look {REF}{PAGE}, again {REF}.</p><p>And {REF}{PAGE}.</p>"
    assert given(html, sample, layout) == wanted


def test_every_row_has_its_own(sample: Book, layout: Layout) -> None:
    rows = "".join(f"<tr><td>{n} {REF}</td></tr>" for n in range(50))
    printed = given(f"<table><tbody>{rows}</tbody></table>", sample, layout)
    assert printed.count('data-page="a"') == 50


def test_the_address_of_a_link_is_printed(sample: Book, layout: Layout) -> None:
    printed = given('<p><a href="https://www.example.org/a/">See</a>.</p>', sample, layout)
    assert printed.endswith('See</a> <span class="address">(example.\u200borg/\u200ba)</span>.</p>')


def test_an_address_that_is_shown_is_not_repeated(sample: Book, layout: Layout) -> None:
    for shown in ("https://example.org/a", "example.org/a"):
        html = f'<p><a href="https://example.org/a">{shown}</a></p>'
        assert "address" not in given(html, sample, layout)


def test_no_brackets_stand_in_brackets(sample: Book, layout: Layout) -> None:
    html = f"<p>(One) look (see <em>then</em> {REF}).</p>"
    page = PAGE.replace(" (p.", ", p.").replace("</span>)", "</span>")
    assert given(html, sample, layout) == html.replace(REF, REF + page)
