"""HTML fragments as trees and back."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guidepress.book.tree import inner, line_of, parse, plain, serialize, text_of, title


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


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff")))
def test_any_text_survives(text: str) -> None:
    """Whatever the words are, they come back."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert parse(f"<p>{escaped}</p>").text_content() == text
    assert plain(escaped) == " ".join(text.split())


def test_control_characters_are_shown_as_unprintable() -> None:
    """A character reference may have brought one in; lxml would refuse to move it."""
    root = parse("<p><b>x</b>\x1b</p>")
    root[0][0].drop_tree()
    assert root.text_content() == "\N{REPLACEMENT CHARACTER}"


def test_title_is_what_other_places_may_repeat() -> None:
    """A list of contents holds no second anchor, no link inside of its link, no call of a footnote."""
    heading = parse(
        '<h2 id="x">The <a href="#y">way</a> of <em id="z" data-index="a">tea</em>'
        '<sup class="footnote-ref"><a href="#fn-1">1</a></sup> &amp; x<sup>2</sup><img src="a.png"></h2>tail'
    )[0]
    assert title(heading) == ("The way of tea & x2", "The way of <em>tea</em> &amp; x<sup>2</sup>")
    assert heading.get("id") == "x"
    assert text_of(heading) == "The way of tea1 & x2"


def test_inner_leaves_out_what_comes_after() -> None:
    """The tail of an element is not inside of it."""
    assert inner(parse("<p>a <em>b</em> c</p> tail")[0]) == "a <em>b</em> c"


def test_line_is_that_of_the_nearest_element() -> None:
    """Upwards from where a problem is."""
    root = parse(
        '<ul data-line="3"><li><em>x</em></li><li data-line="4"><em>y</em></li></ul><b>z</b>'
    )
    assert [line_of(e) for e in root.iter("em", "b")] == [3, 4, 0]
