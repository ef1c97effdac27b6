"""`inline=True`: a field of one paragraph comes without its <p>."""

from __future__ import annotations

import pytest

from guidepress.markdown import convert


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("a *b*", "a <em>b</em>"),
        ("a\nb", "a\nb"),
        ("", ""),
        ("  \n ", ""),
        ("a <b>c", "a <b>c</b>"),
        ("a\n\nb", '<p data-line="3">a</p>\n<p data-line="5">b</p>'),
        ("- a", '<ul data-line="3"><li data-line="3">a</li>\n</ul>'),
        ("---", '<hr data-line="3">'),
        ("a[^1]\n\n[^1]: b", 'a<sup class="footnote-ref"><a href="#fn-1">1</a></sup>'),
    ],
)
def test_inline(text: str, html: str) -> None:
    document = convert(text, "x.yaml", line=3, column=5, inline=True).value
    assert document is not None
    assert document.content.html == html
