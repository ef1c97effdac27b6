"""What a card says on paper."""

from __future__ import annotations

from pathlib import Path

from tests.cards.books import basic, book, cloze, hidden

from guidepress.book.model import Image
from guidepress.cards.composer import short_title
from guidepress.cards.content import CardSides, Content


def content(card: object, **more: object) -> Content:
    return CardSides(book(card, **more)).of(card)  # type: ignore[arg-type]


def test_gaps_are_blank_in_front_and_shown_on_the_back() -> None:
    found = content(cloze("c", f"<p>A {hidden('REST')} server</p>"))
    assert found.question == '<p>A <span class="blank">?</span> server</p>'
    assert found.answer == '<p>A <mark class="gap">REST</mark> server</p>'


def test_several_gaps_are_numbered() -> None:
    text = f"{hidden('a', 1)} and {hidden('b', 2)}, {hidden('c', 1)}"
    found = content(cloze("c", text))
    assert found.question == (
        '<span class="blank">1</span> and <span class="blank">2</span>, <span class="blank">1</span>'
    )


def test_hint_of_a_gap_stands_beside_it() -> None:
    found = content(cloze("c", f"Use {hidden('GET', hint='a verb')}."))
    assert found.question == (
        'Use <span class="blank">?</span>\u00a0<span class="clue">(a verb)</span>.'
    )


def test_nothing_hidden_is_left_in_front() -> None:
    """Not inside of other gaps either, nor in code."""
    inner = hidden("inner", 2)
    text = f"<pre><code>x = {hidden('secret')}\ny</code></pre><p>{hidden(f'outer {inner} end')}</p>"
    found = content(cloze("c", text))
    for word in ("secret", "outer", "inner", "end"):
        assert word not in found.question
        assert word in found.answer


def test_links_become_words() -> None:
    front = 'See <a class="ref" href="#x">caching</a><span class="index" id="i" data-index="a"> now</span>.'
    assert content(basic("a", front)).question == "See caching now."


def test_footnotes_come_along() -> None:
    back = '<p>So.<sup class="footnote-ref" id="r"><a href="#fn-one-1">1</a></sup></p>'
    found = content(basic("a", back=back))
    assert found.answer == '<p>So.<sup class="footnote-ref">1</sup></p>'
    assert found.notes == ("<sup>1</sup> <p>A note on <em>one</em>.</p>",)


def test_code_keeps_its_lines() -> None:
    back = '<pre class="code" data-language="python"><code><span class="k">def</span> f():\n\n    x</code></pre>'
    assert content(basic("a", back=back)).answer == (
        '<pre class="code" data-columns="8"><code><span class="line"><span class="k">def</span> f():</span>'
        '<span class="line empty">\u00a0</span><span class="line" style="--indent: 4ch">    x</span></code></pre>'
    )


def test_images_have_their_size_in_print() -> None:
    image = Image("images/a.png", Path("/x/a.png"), "0", 200, 100)
    card = basic("a", back='<p><img src="images/a.png" alt="A" width="200"></p>')
    found = content(card, images={"images/a.png": image})
    assert found.answer == ('<p><img src="image:images/a.png" alt="A" style="width: 25.4mm"></p>')


def test_headings_lists_and_tables_are_fit_for_tags() -> None:
    back = (
        '<h3 id="h">Title</h3><ol start="3"><li data-line="4">x</li></ol>'
        "<table><thead><tr><th>A</th></tr></thead><tbody><tr><th>b</th></tr></tbody></table>"
    )
    answer = content(basic("a", back=back)).answer
    assert '<p class="heading">Title</p>' in answer
    assert "counter-reset: list-item 2" in answer
    assert '<th scope="col">A</th>' in answer
    assert '<th scope="row">b</th>' in answer


def test_blocks_of_records_are_left_out_with_a_warning() -> None:
    card = basic("a", back='<p>x</p><div class="block" data-block="0"></div>')
    contents = CardSides(book(card))
    assert contents.of(card).answer == "<p>x</p>"
    assert [(d.code, d.span) for d in contents.problems] == [("card-block", card.span)]


def test_short_title() -> None:
    assert short_title(basic("a", "<p>What is <em>it</em>?</p>")) == "What is it?"
    assert short_title(cloze("c", f"<p>A {hidden('REST')} server</p>")) == "A … server"
    assert short_title(basic("a", "word " * 30), 20) == "word word word word …"
    assert short_title(basic("a", '<img src="x" alt="">')) == "a"


def test_short_titles_break_between_words() -> None:
    assert short_title(basic("a", "One, two three"), 10) == "One, two …"
