"""What runs from left to right in a text from right to left."""

from __future__ import annotations

import pytest
from lxml import html

from guidepress.content.islands import mark_directions, mark_islands
from guidepress.content.working import parse, serialize


@pytest.mark.parametrize(
    ("html", "marked"),
    [
        ("<p>عند 80 °C ثم</p>", '<p>عند <span dir="ltr">80 °C</span> ثم</p>'),
        (
            "<p>من <b>هنا</b> -1 إلى 70–75 °C، +2.</p>",
            '<p>من <b>هنا</b> <span dir="ltr">-1</span> إلى <span dir="ltr">70–75 °C</span>،'
            ' <span dir="ltr">+2</span>.</p>',
        ),
        (
            "<p>بسرعة 5 km/h و 20 % من 3,5\u00a0GiB في 250ms</p>",
            '<p>بسرعة <span dir="ltr">5 km/h</span> و <span dir="ltr">20 %</span> من'
            ' <span dir="ltr">3,5\u00a0GiB</span> في <span dir="ltr">250ms</span></p>',
        ),
        ("<p>بمعدل 5 °C/min</p>", '<p>بمعدل <span dir="ltr">5 °C/min</span></p>'),
        ("<p>المرحلة 3 HTTP ثم 2 bits و 4 mango</p>", None),
        ("<td>°C</td>", '<td><span dir="ltr">°C</span></td>'),
        ("<p>12-13 و2025-01-01 وA-1 و3.5</p>", None),
        ("<p><code>-1</code></p>", '<p><code dir="ltr">-1</code></p>'),
        ('<p dir="ltr">at 80 °C</p>', None),
        ('<p><span class="math">-1</span></p>', None),
    ],
)
def test_measures_keep_their_signs(html: str, marked: str | None) -> None:
    """A degree, a unit or a sign, which Unicode's algorithm would put on the other side of its number."""
    root = parse(html)
    mark_islands(root)
    assert serialize(root) == (marked or html)


def test_a_passage_in_arabic_runs_its_own_way() -> None:
    """In a book from left to right, where its first letter is one from the right and nobody said otherwise."""
    root = html.fromstring(
        "<div><p>Tea is שָׁלוֹם.</p><p>«شاي» <code>x()</code> 80 °C.</p>"
        "<ul><li><p>شاي</p></li></ul><p dir='ltr'>شاي</p></div>"
    )
    mark_directions(root, rtl=False)
    assert [one.get("dir") for one in root] == [None, "rtl", None, "ltr"]
    assert [one.get("dir") for one in root[1]] == ["ltr", "ltr"]
    assert root[2][0][0].get("dir") is None
    plain = html.fromstring("<div><p>Tea.</p></div>")
    mark_directions(plain, rtl=False)
    assert html.tostring(plain) == b"<div><p>Tea.</p></div>"


def test_what_was_not_translated_runs_from_the_left() -> None:
    """A paragraph from the left edge; an item and a cell keep to their side, and so does a single word."""
    root = html.fromstring(
        "<div><p>See <em>all</em> of <a href='#x'>الفصل 2</a> (now).</p><p>Node.js</p><p>هذا not at all translated.</p>"
        "<ul><li>Take <b>all</b> of it!<ul><li>هنا</li></ul></li></ul>"
        "<table><tr><td>One, two and three?</td></tr></table></div>"
    )
    mark_directions(root, rtl=True)
    assert [one.get("dir") for one in root[:3]] == ["ltr", None, None]
    item, cell = root[3][0], root[4][0][0]
    assert html.tostring(item[0]).decode() == '<span dir="ltr">Take <b>all</b> of it!</span>'
    assert item[1].tag == "ul"
    assert item[1][0].text == "هنا"
    assert html.tostring(cell[0]).decode() == '<span dir="ltr">One, two and three?</span>'
