"""Authored content on its way to print."""

from __future__ import annotations

import pytest

from guidepress.book.model import Book
from guidepress.content.working import serialize
from guidepress.handbook.body import prepared, working
from guidepress.handbook.composer import Composer
from guidepress.handbook.geometry import handbook_settings, page_geometry
from guidepress.layouts import Layout
from guidepress.layouts.words import layout_words
from tests.contents import content


@pytest.mark.parametrize(
    "html",
    [
        "Words &amp; <em>more</em> of <strong>them &lt; <code>so</code></strong>",
        "<ol><li>one</li><li><p>two<sup>2</sup></p></li></ol>",
        "<p>Run <code>x</code>:</p><pre><code>one\ntwo\n</code></pre>",
        '<ul><li>See <a class="ref" href="#a">there</a></li></ul>',
        '<p>An <a href="https://example.org/x">address</a></p>',
        "<p>\u0645\u0631\u062d\u0628\u0627</p>",
        "<table><tbody><tr><th>a</th><td>b</td></tr></tbody></table>",
    ],
)
def test_words_alone_take_a_shorter_way_to_the_same(
    html: str, sample: Book, layout: Layout
) -> None:
    settings = handbook_settings(layout).value
    assert settings is not None
    geometry = page_geometry(settings, sample.handbook)
    composer = Composer(sample, layout, settings, geometry, layout_words(layout, "en"), {})
    given = content(html)
    assert prepared(given, composer) == serialize(working(given, composer))
