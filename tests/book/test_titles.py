"""Titles as other places repeat them."""

from __future__ import annotations

from tests.contents import content

from guidepress.book.titles import title


def test_title_is_what_other_places_may_repeat() -> None:
    """A list of contents holds no second anchor, no link inside of its link, no call of a footnote."""
    heading = content(
        'The <a href="#y">way</a> of <em id="z" data-index="a">tea</em>'
        '<sup class="footnote-ref"><a href="#fn-1">1</a></sup> &amp; x<sup>2</sup><img src="a.png">'
    )
    words, repeated = title(heading.nodes)
    assert words == "The way of tea & x2"
    assert repeated.html == "The way of <em>tea</em> &amp; x<sup>2</sup>"
