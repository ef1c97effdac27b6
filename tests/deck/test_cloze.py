"""Clozes: what Anki is given, and which number a gap keeps."""

from __future__ import annotations

import pytest
from tests.contents import content
from tests.deck.books import Releases, book, codes, problems
from tests.deck.books import cloze as card

from guidepress.content import Content, Element
from guidepress.deck import cloze
from guidepress.deck.cloze import GapText
from guidepress.deck.field import field_of


def written(text: str) -> str:
    (paragraph,) = card("x", text).text.nodes
    assert isinstance(paragraph, Element)
    parsed = cloze.parse(field_of(Content(paragraph.children), {}).tokens)
    return parsed.write(cloze.assign(parsed.gaps, ()))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a [[b]] c [[d]]", "a {{c1::b}} c {{c2::d}}"),
        ("[[a}]]", "{{c1::a}<!-- -->}}"),
        ("[[a:]]", "{{c1::a:<!-- -->}}"),
        ("[[{{x}}]]", "{{c1::{<!-- -->{x}<!-- -->}<!-- -->}}"),
        ("{{c3::x}} [[y]]", "{<!-- -->{c3::x}<!-- -->} {{c1::y}}"),
        ("[[std::vector]] std::list", "{{c1::std:<!-- -->:vector}} std::list"),
        ('[[<span class="math" data-tex="x_{a_{b}}">x</span>]]', r"{{c1::\(x_{a_{b} }\)}}"),
        (
            '<span class="math" data-tex="{{x}} + ">x</span> [[y]] {{z}}',
            r"\({ {x} } + \) {{c1::y}} {<!-- -->{z}<!-- -->}",
        ),
        ('<span class="math" data-tex="a b} {{c">a [[b}]] {{c</span>', r"\(a {{c1::b} }} { {c\)"),
        (r"<code>\(</code> [[{{x}}]]", r"<code>\(</code> {{c1::{<!-- -->{x}<!-- -->}<!-- -->}}"),
        ('[[<a href="http://[::1]/">x</a>]]', '{{c1::<a href="http://[&#58;&#58;1]/">x</a>}}'),
    ],
)
def test_written_for_anki(text: str, expected: str) -> None:
    assert written(text) == expected


def test_hints_and_nesting() -> None:
    text = (
        '<mark class="cloze" data-cloze="1" data-hint="a::b}">one '
        '<mark class="cloze" data-cloze="2">two</mark></mark> <mark>marked</mark>'
    )
    parsed = cloze.parse(field_of(content(text), {}).tokens)
    assert parsed.gaps == (GapText(1, "one two"), GapText(2, "two"))
    assert parsed.write({1: 1, 2: 2}) == (
        "{{c1::one {{c2::two}}<!-- -->::a:<!-- -->:b}<!-- -->}} <mark>marked</mark>"
    )
    assert parsed.visible == "marked"


@pytest.mark.parametrize(
    ("known", "found", "numbers"),
    [
        ((), ["a", "b"], [1, 2]),
        (("a", "b"), ["a", "b"], [1, 2]),
        (("a", "b"), ["new", "a", "b"], [3, 1, 2]),
        (("a", "b"), ["b"], [2]),
        (("a", None), ["a", "new"], [1, 3]),
        (("session state", "server"), ["the session state", "any server"], [1, 2]),
        (("GET", "PUT"), ["GET", "DELETE"], [1, 2]),
        (("GET", "PUT", "POST"), ["GET", "POST", "DELETE"], [1, 3, 4]),
        (("same", "same"), ["same", "same"], [1, 2]),
        (("a", "b"), ["b", "a"], [2, 1]),
        (("a",), ["a", "b", "c"], [1, 2, 3]),
    ],
)
def test_a_gap_keeps_its_number(
    known: tuple[str | None, ...], found: list[str], numbers: list[int]
) -> None:
    gaps = [GapText(n, text) for n, text in enumerate(found, 1)]
    given = cloze.assign(gaps, known)
    assert [given[gap.number] for gap in gaps] == numbers


def test_an_answer_corrected_in_place_keeps_its_number_and_a_gap_filled_in_does_not() -> None:
    first = card("x", "Gone is [[404]], missing is [[410]].")
    corrected = card("x", "Gone is [[410]], missing is [[404]].")
    fixed = card("x", "Gone is [[404]], missing is [[500]].")
    filled = card("x", "Gone is [[404]], missing is 410, broken is [[500]].")
    seen = []
    for later in (corrected, fixed, filled):
        guide = Releases()
        guide.release(book(first))
        seen.append(guide.release(book(later))[0].lock.notes["x"].clozes)
    assert seen == [("404", "410"), ("404", "500"), ("404", None, "500")]


def test_no_number_is_ever_given_twice() -> None:
    guide = Releases()
    seen = []
    for text in ("[[a]] [[b]]", "[[a]]", "[[a]] [[c]]", "[[c]]", "[[d]] [[c]] [[e]]"):
        deck, _ = guide.release(book(card("x", text)))
        seen.append(deck.lock.notes["x"].clozes)
    assert seen == [
        ("a", "b"),
        ("a", None),
        ("a", None, "c"),
        (None, None, "c"),
        (None, None, "c", "d", "e"),
    ]


def test_numbers_have_an_end() -> None:
    assert codes(problems(book(card("x", "[[600:a]]")))) == ["cloze-number"]
