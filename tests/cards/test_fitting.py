"""Type as large as fits, and cards that are too long."""

from __future__ import annotations

import pytest
from tests.cards.books import (
    LAYOUT,
    basic,
    book,
    chapter,
    cloze,
    hidden,
    many,
    printed,
    sheets,
)
from tests.contents import make

from guidepress.book.model import Part
from guidepress.cards import fitting
from guidepress.cards import press as pressing
from guidepress.cards.composer import SIZES
from guidepress.cards.press import press
from guidepress.cards.setting import SetPages
from guidepress.diagnostics import Severity, Span
from guidepress.pdf import EngineError, Section
from guidepress.pdf.workers import Workers


def lines(count: int) -> str:
    return "<br>".join(["a line"] * count)


def test_type_gets_smaller_as_text_gets_longer() -> None:
    """A card for each of ten lengths: the type goes down from 11 to 8.5 pt by the way."""
    cards = [basic(f"c{n}", back="word " * (70 + 4 * n)) for n in range(10)]
    sizes = list(sheets(book(*cards)).sizes)
    assert (sizes[0], sizes[-1]) == (SIZES[0][0], SIZES[-1][0]) == (11, 8.5)
    assert len(sizes) >= 4


def test_one_line_too_many_is_an_error_at_the_source() -> None:
    """Eleven lines go on an A7 card in small type; the twelfth does not in the smallest."""
    place = Span("chapters/one.md", 41, 3)
    assert min(sheets(book(basic("a", back=lines(11)))).sizes) < 10
    found = printed(book(basic("fits"), basic("long", back=lines(12), span=place)))
    assert found.value is None
    (problem,) = found.diagnostics
    assert (problem.code, problem.severity) == ("card-too-long", Severity.ERROR)
    assert problem.span == place
    assert "the back of card `long` does not fit a card of 105 × 74 mm in 8.5 pt" in problem.message
    assert "about 1 line too long" in problem.message


def test_every_card_that_is_too_long_is_named() -> None:
    text = "word " * 300
    found = printed(book(
        basic("a", front=text), basic("b"), cloze("c", text + hidden("gap")), basic("d", back=text, extra=text)
    ))  # fmt: skip
    assert {d.message.split(" does not")[0] for d in found.diagnostics} == {
        "the front of card `a`", "the front of card `c`", "the back of card `c`", "the back of card `d`",
    }  # fmt: skip


@pytest.mark.parametrize(
    "back",
    [
        "<p>" + "unbreakable" * 40 + "</p>",
        "<pre><code>" + "x" * 300 + "</code></pre>",
        "<table><tr>" + "<td>longishword</td>" * 14 + "</tr></table>",
    ],
)
def test_wide_content_is_wrapped_or_refused_but_never_clipped(back: str) -> None:
    found = printed(book(basic("a", back=back)))
    assert found.value is not None or [d.code for d in found.diagnostics] == ["card-too-long"]


@pytest.mark.parametrize(
    ("language", "question", "answer"),
    [
        ("he", "מהו מטמון HTTP?", "<p>עותק של <em>תשובה</em> קודמת.</p>"),
        ("ar", "ما هي ذاكرة التخزين المؤقت؟", "<p>نسخة من <b>إجابة</b> سابقة.</p>"),
        ("zh", "什么是缓存？", "<p>把结果<b>保存</b>起来，下次就不必再算。</p>"),
        ("el", "Τι είναι;", "<p>Ό,τι <em>μένει</em>.</p>"),
    ],
)
def test_other_scripts_are_proved_too(language: str, question: str, answer: str) -> None:
    sheets(book(basic("a", question, answer), language=language))


def test_long_titles_and_ids_do_not_make_a_card_too_long() -> None:
    long = (
        "An Exceedingly Long Title of a Chapter, with a Subtitle That Does Not End Before the Line"
    )
    card = basic("a-card-with-quite-a-long-identifier-that-goes-on-for-sixty-letters")
    titled = make(Part, "first", "I", long, "", (chapter("one", "14", long),))
    sheets(book(card, parts=(titled,)), sheet="card", card="business")


def test_sides_are_sized_apart() -> None:
    assert sheets(book(basic("a", back=lines(11)))).sizes == {11: 1, 9: 1}


def test_work_grows_with_the_cards(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten times the cards are ten times the sections, each no larger than before."""
    from guidepress.cards.setting import set_and_read

    sections: list[Section] = []

    def counted(section: Section) -> SetPages:
        sections.append(section)
        return set_and_read(section)

    monkeypatch.setattr(pressing, "set_and_read", counted)
    monkeypatch.setattr(fitting, "BATCH", 6)
    counts = []
    for cards in (3, 30):
        sections.clear()
        sheets(many(cards))
        counts.append(len(sections))
        assert all(section.html.count("<section") <= 6 for section in sections)
    assert counts == [1, 10]


def test_a_failure_of_the_engine_is_laid_at_the_cards_door(monkeypatch: pytest.MonkeyPatch) -> None:
    from guidepress.cards.setting import set_and_read

    def failing(section: Section) -> SetPages:
        if "boom" in section.html:
            raise EngineError("division by zero")
        return set_and_read(section)

    monkeypatch.setattr(pressing, "set_and_read", failing)
    monkeypatch.setattr(fitting, "set_and_read", failing)
    found = printed(book(basic("a"), basic("b", back="boom")))
    assert [d.code for d in found.diagnostics] == ["cards-engine"]
    assert "the back of card `b`" in found.diagnostics[0].message


def test_progress_and_jobs(monkeypatch: pytest.MonkeyPatch) -> None:
    """The result does not depend on how many sections are compiled at a time."""
    assert LAYOUT is not None
    steps: list[tuple[int, int]] = []
    monkeypatch.setattr(fitting, "BATCH", 12)
    some = many(12)
    one = press(some, LAYOUT, progress=lambda done, total: steps.append((done, total)))
    with Workers(2) as workers:
        two = press(some, LAYOUT, workers=workers)
    assert one.value is not None
    assert two.value is not None
    assert one.value.pdf == two.value.pdf
    assert steps[-1] == (24, 24)
