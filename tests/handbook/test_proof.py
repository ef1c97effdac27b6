"""What the engine cuts is found, with its line; what it breaks, mirrors or moves is not taken for a loss."""

from __future__ import annotations

from pathlib import Path

import pytest

from guidepress.book.model import Book, Term
from guidepress.diagnostics import Diagnostic, Span
from guidepress.handbook.press import press
from guidepress.layouts import Layout, find_layout
from tests.contents import make, replace
from tests.handbook import books

WORDS = " ".join(f"word{n}" for n in range(900))


def problems(book: Book, layout: Layout) -> list[Diagnostic]:
    """What is wrong with a book, apart from what preflight only warns of."""
    mild = ("handbook-glyph-missing", "handbook-code-wide")
    return [d for d in press(book, layout, cache=books.KEPT).diagnostics if d.code not in mild]


def styled(tmp_path: Path, css: str) -> Layout:
    """The default layout with a style sheet of the project's own."""
    sheet = tmp_path / "layouts/default/handbook/custom.css"
    sheet.parent.mkdir(parents=True)
    sheet.write_text(css)
    layout = find_layout("default", tmp_path).value
    assert layout is not None
    return layout


@pytest.mark.parametrize(
    "css",
    [
        ".cut { float: left; width: 60mm }",
        ".cut { position: absolute; width: 60mm }",
        ".cut { display: inline-block; width: 60mm }",
        ".cut { margin-left: 190mm; }",
        ".cut { display: none }",
    ],
)
def test_what_is_cut_is_found_with_its_line(sample: Book, tmp_path: Path, css: str) -> None:
    html = '<p data-line="3">Before.</p>' + f'<p class="cut" data-line="5">{WORDS}</p>'
    found = problems(books.with_chapter(sample, html), styled(tmp_path, css))
    assert [(d.code, d.span) for d in found] == [
        ("handbook-text-lost", Span("source/chapters/only.md", 5))
    ]


def test_a_single_short_word_is_missed(sample: Book, tmp_path: Path) -> None:
    html = '<p data-line="3">Jazz <span class="cut">Quiz</span> night.</p><p data-line="5">End.</p>'
    layout = styled(tmp_path, ".cut { display: none }")
    [found] = problems(books.with_chapter(sample, html), layout)
    assert found.code == "handbook-text-lost"
    assert found.span == Span("source/chapters/only.md", 3)


def test_nothing_is_missed_where_all_is_there(sample: Book, layout: Layout) -> None:
    nasty = "".join(
        [
            f'<p data-line="3">{WORDS}</p>',
            '<p data-line="5" lang="ar" dir="rtl">الخادم يجيب عن الطلبات، وما يجيب به يعود إلى ما سئل عنه.</p>',
            '<p data-line="6" lang="he" dir="rtl">השרת עונה לבקשות, ומה שהוא עונה תלוי במה שנשאל.</p>',
            '<p data-line="6">Pointed: שָׁלוֹם in a line, and السَّلَامُ عَلَيْكُمْ (سلام) too.</p>',
            '<pre class="code" data-line="6"><code>let hello = "שָׁלוֹם";</code></pre>',
            '<p data-line="7" lang="zh">服务器回答请求，而它的回答取决于之前被问过什么。</p>',
            '<p data-line="8">' + "incomprehensibilities counterrevolutionaries " * 40 + "</p>",
            '<p data-line="9">ﬁne ligatures: office, affluent, waffle; Straße; ½; naïve; e\u0301.</p>',
            '<table data-line="10"><thead><tr><th>A</th><th>B</th></tr></thead><tbody>'
            + "".join(f"<tr><td>left {n}</td><td>{'right ' * (n % 7)}</td></tr>" for n in range(150))
            + "</tbody></table>",
            '<pre class="code" data-line="170"><code>'
            + "\n".join(f"line_{n} = {'y' * (n * 3)}" for n in range(70))
            + "</code></pre>",
            '<ul data-line="250">' + '<li><p>loose</p><ol><li>nested</li></ol></li>' * 30 + "</ul>",
            '<blockquote data-line="300">' + f"<p>{WORDS}</p>" * 2 + "</blockquote>",
            f'<div class="admonition note" data-line="310"><p class="admonition-title">Long</p><p>{WORDS}</p></div>',
            f'<aside class="aside" data-line="320"><p>{WORDS}</p></aside>',
            f'<details data-line="330"><summary>More</summary><p>{WORDS}</p></details>',
        ]
    )  # fmt: skip
    assert problems(books.with_chapter(sample, nasty), layout) == []


def test_characters_that_share_a_glyph_are_no_losses(sample: Book, layout: Layout) -> None:
    """Source Serif draws the letter and the sign alike: Δ (U+0394), ∆ (U+2206); ʻokina and quotation mark."""
    html = (
        "<p data-line='3'>A Δ that is Greek, a ∆ that is a sign; ‘Hawaiʻi’ has an ʻokina in it.</p>"
    )
    assert problems(books.with_chapter(sample, html), layout) == []


def test_short_asides_are_whole_wherever_they_fall(sample: Book, layout: Layout) -> None:
    aside = f'<aside class="aside" data-line="9"><p>{books.FILLER * 2}</p></aside>'
    chapters = [
        "<p>One line.</p>" * place + aside * 2 + "<p>Another line.</p>" * 20
        for place in range(0, 40, 3)
    ]
    assert problems(books.with_chapters(sample, chapters), layout) == []


def test_headings_are_not_stranded(sample: Book, layout: Layout) -> None:
    chapters = [
        "<p>One line.</p>" * place
        + f'<h2 id="a{place}">A heading</h2><h3 id="b{place}">One below</h3>'
        + f"<p>{books.FILLER}</p>" * 3
        for place in range(20, 44, 2)
    ]
    assert problems(books.with_chapters(sample, chapters), layout) == []


def test_a_heading_is_not_stranded_where_a_figure_moves(sample: Book, layout: Layout) -> None:
    """A figure right below a heading may stand on the next page, while text follows the heading."""
    picture = next(iter(sample.images))
    figure = (
        f'<figure id="f{{0}}" data-line="7"><img src="{picture}" alt="Grey" width="150">'
        "<figcaption>A caption of some words</figcaption></figure>"
    )
    chapters = [
        "<p>One line.</p>" * place
        + f'<h2 id="a{place}" data-line="5">A heading</h2>'
        + figure.format(place)
        + f"<p>{books.FILLER}</p>" * 6
        for place in range(12, 44, 4)
    ]
    found = problems(books.with_chapters(sample, chapters), layout)
    assert {d.code for d in found} <= {"handbook-image-coarse"}


def test_a_stranded_heading_is_found(sample: Book, tmp_path: Path) -> None:
    html = '<p>Text.</p><h2 id="only--a" data-line="7">Alone</h2>'
    html += f'<p style="break-before: page">{books.FILLER}</p>'
    layout = styled(tmp_path, "h2 + p { break-before: page } h2 { break-after: auto }")
    [found] = problems(books.with_chapter(sample, html), layout)
    assert found.code == "handbook-heading-stranded"
    assert found.span == Span("source/chapters/only.md", 7)


def test_a_layout_that_leaves_a_field_out_is_found(sample: Book, tmp_path: Path) -> None:
    template = tmp_path / "layouts/default/shared/blocks/glossary.html"
    template.parent.mkdir(parents=True)
    template.write_text("{% for term in terms %}<p>{{ term.term }}</p>{% endfor %}")
    layout = find_layout("default", tmp_path).value
    assert layout is not None
    term = make(Term, "x", "xenon", "", "A gas that glows.", (), ())
    book = replace(books.with_chapter(sample, "<p>Text.</p>"), terms=(term,))
    [found] = problems(book, layout)
    assert found.code == "handbook-text-omitted"
    assert "A gas that glows." in found.message


def test_a_record_that_nothing_prints_is_named_with_its_remedy(
    sample: Book, layout: Layout
) -> None:
    book = replace(books.with_chapter(sample, "<p>Text.</p>"), skills=sample.skills)
    [found] = problems(book, layout)
    assert found.code == "handbook-record-unprinted"
    assert "skill `sql`" in found.message
    assert "`/// skills | skill`" in found.hints[0]


def test_signs_in_keys(sample: Book, layout: Layout) -> None:
    """The font for code joins signs such as `///` to one shape, whose text is not theirs; keys are set without."""
    keys = (
        "<kbd>tuce malubu tocorabo lini /// cetobaso ::: buru --&gt; cacuce lecedofo gogetodu</kbd>"
    )
    html = f'<p data-line="3">Press {keys} now.</p><p data-line="5">End.</p>'
    assert problems(books.with_chapter(sample, html), layout) == []
