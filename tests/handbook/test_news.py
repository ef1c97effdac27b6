"""What is new in an edition, in the front matter: questions as they can be repeated, in the order of the book."""

from __future__ import annotations

from pathlib import Path

import page
import pytest

from guidepress.book.model import Book, Card
from guidepress.handbook.press import press
from guidepress.layouts import Layout, find_layout
from guidepress.product import News, Withdrawn
from tests.contents import replace
from tests.handbook import books
from tests.handbook.conftest import Pressed, read

CLOZE = '<p>A <mark class="cloze" data-cloze="1">cache</mark> keeps <code>200</code> answers.</p>'
CALL = (
    '<sup class="footnote-ref" id="fnref-9"><a href="#fn-caching-1">1</a></sup>'
    '<span class="index" id="index-9" data-index="What">?</span>'
)


def asking(sample: Book, *cards: Card) -> Book:
    """The sample, its chapter on caching asking these questions too."""
    names = tuple(card.id for card in cards)
    parts = tuple(
        replace(
            part,
            chapters=tuple(
                replace(c, cards=c.cards + names) if c.id == "caching" else c for c in part.chapters
            ),
        )
        for part in sample.parts
    )
    return replace(sample, parts=parts, cards=sample.cards + cards)


@pytest.fixture(scope="module")
def with_news(sample: Book, layout: Layout, tmp_path_factory: pytest.TempPathFactory) -> Pressed:
    """A book of which every card is new or changed, and two are gone."""
    book = asking(
        sample,
        books.card("gaps", "caching", kind="cloze", front="", back="", text=CLOZE),
        books.card("called", "caching", front=f"What is called{CALL}"),
        books.card("code", "caching", front='<pre class="code"><code>x = 1</code></pre><p>So?</p>'),
        books.card("pictured", "caching", front=f'<img src="{next(iter(sample.images))}" alt="Q">'),
    )
    names = frozenset(card.id for card in book.cards)
    gone = (Withdrawn("old-one", "What is <old>?"), Withdrawn("x" * 80, "Long ago"))
    news = News(names - {"gaps"}, frozenset({"gaps"}), gone)
    return read(book, layout, tmp_path_factory.mktemp("news"), news=news)


def test_questions_are_repeated_without_what_stands_once_only(with_news: Pressed) -> None:
    section = " ".join(" ".join(with_news.pages_of("handbook:news")).split())
    assert "A […] keeps 200 answers. changed" in section
    assert "What is called? ." in section
    assert "So? ." in section
    assert "x = 1" not in section
    assert "pictured ." in section
    assert section.index("Withdrawn") < section.index("What is <old>? old-one")
    assert {d.code for d in with_news.diagnostics} <= {
        "handbook-code-wide",
        "handbook-glyph-missing",
    }


def test_the_section_conforms(with_news: Pressed) -> None:
    report = page.validate_pdf_bytes(with_news.handbook.pdf, profile="ua1")
    assert [(f.rule_id, f.message) for f in report.failures] == []


def test_no_section_without_news(sample: Book, layout: Layout, pressed: Pressed) -> None:
    result = press(sample, layout, news=News(), cache=books.KEPT)
    assert result.value is not None
    assert result.value.pdf == pressed.handbook.pdf


def test_a_question_that_only_the_news_print_is_missed(sample: Book, tmp_path: Path) -> None:
    template = tmp_path / "layouts/default/handbook/review.html"
    template.parent.mkdir(parents=True)
    template.write_text("")
    layout = find_layout("default", tmp_path).value
    assert layout is not None
    book = asking(sample, books.card("only", "caching", front="Who asks this nowhere else?"))
    found = press(book, layout, news=News(frozenset({"only"})), cache=books.KEPT).diagnostics
    assert any(d.code == "handbook-text-omitted" and "nowhere else" in d.message for d in found)
