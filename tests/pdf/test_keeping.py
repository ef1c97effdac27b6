"""A text that announces what comes next does not end its page, unless the page would end short without it."""

from __future__ import annotations

import pytest
from tests.pdf.test_feathering import FULL, LEAD, below, lines, tall, tops

# Lines of which two boxes are set off, with room for four lines between them.
ABOVE = lines(4) + tall(2, "a") + lines(4, "m") + tall(2, "b")
HIGH = 16


def code(count: int, *, whole: bool = True) -> str:
    style = f"margin: 0; font: 9pt/{LEAD}pt Mono; break-inside: {'avoid' if whole else 'auto'}"
    inner = "".join(f'<span id="c{n}" style="display: block">c</span>' for n in range(count))
    return f'<pre style="{style}">{inner}</pre>'


def page(left: int, *, above: str = ABOVE, high: int = HIGH) -> str:
    """A page with so many lines left at its foot."""
    return above + lines(FULL - high - left, "z")


def pages(body: str) -> dict[str, int]:
    return {name: number for name, (number, _) in tops(body).items()}


SAID = '<p id="x">Like this:</p>'
LIST = "".join(f'<li id="c{n}">Item</li>' for n in range(2))


@pytest.mark.parametrize(
    "following",
    [
        code(9),
        '<p class="code-title" style="break-after: avoid">a.py</p>' + code(9),
        f'<ul style="break-inside: avoid">{LIST}</ul>',
        '<table style="break-inside: avoid"><tr id="c0"><td>1</td></tr><tr><td>2</td></tr></table>',
        f'<figure class="floats" style="margin: 0; height: {9 * LEAD}pt; break-inside: avoid">'
        '<p id="c0">Shown</p></figure><h2>Next</h2>',
    ],
    ids=["code", "code with a title", "list", "table", "figure that no text may come before"],
)
def test_it_moves_on_to_what_it_announces(following: str) -> None:
    """And the page, which has room for that, ends at its foot all the same."""
    body = page(2) + SAID + following + lines(20, "q")
    found = pages(body)
    last = f"z{FULL - HIGH - 3}"
    assert (found[last], found["x"], found["c0"]) == (0, 1, 1)
    assert tops(body)[last][1] == pytest.approx(FULL - 1, abs=1.1)


@pytest.mark.parametrize("tag", ["strong", "b"])
def test_a_text_that_is_all_bold_is_the_name_of_what_follows(tag: str) -> None:
    """Not so one that goes on behind what is bold."""
    name = f'<p id="x"><{tag}>Count the queries.</{tag}>{{}}</p>'
    found = pages(page(2) + name.format("") + code(9) + lines(20, "q"))
    assert (found["x"], found["c0"]) == (1, 1)
    found = pages(page(2) + name.format(" Twice.") + code(9) + lines(20, "q"))
    assert (found["x"], found["c0"]) == (0, 1)


def test_all_that_stands_above_it_has_room() -> None:
    """Whatever blocks it is in: records of a guide, each with its text."""
    inner = "<div>{}<div>" + lines(2, "s") + SAID + code(9) + "</div></div>" + lines(20, "q")
    body = inner.format("<div>" + ABOVE + lines(FULL - HIGH - 4, "z") + "</div>")
    found = pages(body)
    assert (found["s1"], found["x"], found["c0"]) == (0, 1, 1)


def test_other_text_stays() -> None:
    found = pages(page(2) + SAID.replace(":", ".") + code(9) + lines(20, "q"))
    assert (found["x"], found["c0"]) == (0, 1)


def test_a_heading_moves_along() -> None:
    body = page(4) + '<h2 id="h">Next</h2>' + SAID + code(9) + lines(20, "q")
    found = pages(body)
    assert (found["h"], found["x"], found["c0"]) == (1, 1, 1)


def test_of_a_long_text_the_last_lines_move() -> None:
    text = "".join(f'<span id="w{n}">Line {n}.</span><br>' for n in range(6)) + "So:"
    body = page(7) + f'<p id="x">{text}</p>' + code(9) + lines(20, "q")
    found = pages(body)
    assert [found[f"w{n}"] for n in range(6)] == [0, 0, 0, 0, 0, 1]
    assert found["c0"] == 1


def test_it_stays_where_its_page_would_end_short() -> None:
    """Then code that is kept whole begins below it. A line is not short."""
    filled = lines(FULL - 6)
    found = pages(filled + SAID + code(9) + lines(20, "q"))
    assert (found["x"], found["c0"], found["c8"]) == (0, 0, 1)
    found = pages(lines(FULL - 1) + SAID + code(9) + lines(20, "q"))
    assert (found["x"], found["c0"]) == (1, 1)
    headed = lines(FULL - 4) + '<h2 id="h">Next</h2>' + SAID + code(9) + lines(20, "q")
    found = pages(headed)
    assert (found["h"], found["x"], found["c0"]) == (0, 0, 1)


def test_a_text_on_top_of_a_page_stays_there() -> None:
    body = SAID + code(FULL + 5, whole=False)
    assert pages(body)["x"] == pages(body)["c0"] == 0
    assert below(body, "x") == pytest.approx(0, abs=0.02)
