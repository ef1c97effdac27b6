"""Trees of lxml: from nodes, from HTML, and back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.contents import content

from guidepress.content.html import read, write
from guidepress.content.walk import words
from guidepress.content.working import inner, parse, serialize, tree


@pytest.mark.parametrize(
    "html",
    [
        "", "words", "<p>a</p>", "<p>a</p>\n<p>b</p>", "text <em>x</em> tail",
        "<p>a &amp; b &lt;c&gt;</p>", "<p>é 日本 😀</p>", "<br>x", "<div>a</div>",
        '<a class="ref" href="#größe 日本" data-ref="0"></a>', '<img src="a b.png" alt="&quot;&lt;">',
        "<pre><code>\n  a\n\n</code></pre>",
        '<table><tbody><tr><td>1</td></tr></tbody></table>', "<ul><li>a</li></ul>tail",
    ],
)  # fmt: skip
def test_fragment_survives(html: str) -> None:
    """Taken apart and put together, it is the same."""
    assert serialize(parse(html)) == html


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff")))
def test_any_text_survives(text: str) -> None:
    """Whatever the words are, they come back."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert parse(f"<p>{escaped}</p>").text_content() == text
    assert words(read(escaped)) == " ".join(text.split())


def test_control_characters_are_shown_as_unprintable() -> None:
    """A character reference may have brought one in; lxml would refuse to move it."""
    root = parse("<p><b>x</b>\x1b</p>")
    root[0][0].drop_tree()
    assert root.text_content() == "\N{REPLACEMENT CHARACTER}"


def test_inner_leaves_out_what_comes_after() -> None:
    """The tail of an element is not inside of it."""
    assert inner(parse("<p>a <em>b</em> c</p> tail")[0]) == "a <em>b</em> c"


def test_a_tree_of_nodes_is_what_their_html_would_give() -> None:
    """A product builds it without a parser."""
    nodes = content(
        'a &amp; <em class="term" data-term="x">b</em> <a class="ref" href="#y">c</a>'
        '<sup class="footnote-ref" id="z"><a href="#fn-1">1</a></sup><br>\n<p data-line="3">d</p>'
    ).nodes
    assert serialize(tree(nodes)) == write(nodes)
