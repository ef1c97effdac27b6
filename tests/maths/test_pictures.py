"""Formulas of a book in HTML become pictures."""

from __future__ import annotations

import re

from guidepress.maths import Drawings, pictured, widths


def drawn(html: str) -> str:
    """The HTML with its pictures, their long values left out."""
    found = pictured(html, Drawings(), "#123456")
    return re.sub(r' (src|style)="[^"]*"', "", found)


def test_in_the_line() -> None:
    assert drawn('<p>a <span class="math" data-tex="a &lt; b">a &lt; b</span></p>') == (
        '<p>a <img class="math" alt="a &lt; b"></p>'
    )


def test_anchors_stay() -> None:
    html = '<span class="math" data-tex="x" id="a--index-1" data-index="x">x</span>'
    assert drawn(html) == ('<span id="a--index-1" data-index="x"><img class="math" alt="x"></span>')


def test_displayed() -> None:
    html = '<div data-line="3" class="math display" data-tex="x">x</div>'
    assert drawn(html) == (
        '<div class="math display" data-line="3"><img class="math" alt="x"></div>'
    )


def test_what_cannot_be_drawn_stays() -> None:
    html = r'<span class="math" data-tex="\foo">x</span> <span class="other">y</span>'
    assert drawn(html) == html


def test_size_and_base_line() -> None:
    html = pictured('<span class="math" data-tex="y">y</span>', Drawings(), "red")
    style = re.search(r'style="width: ([\d.]+)em; vertical-align: (-[\d.]+)em"', html)
    assert style is not None
    assert 0.4 < float(style[1]) < 0.7
    assert -0.3 < float(style[2]) < -0.2
    assert widths(html) == [float(style[1])]
