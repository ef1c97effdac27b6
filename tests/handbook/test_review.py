"""The answers in the back matter."""

from __future__ import annotations

import re

import pytest
from markupsafe import Markup

from guidepress.book.model import Book, Chapter
from guidepress.handbook.composer import Composer
from guidepress.handbook.geometry import handbook_settings, page_geometry
from guidepress.handbook.review import (
    Answered,
    AnswerGroup,
    Asked,
    answer_runs,
    question_of,
    rows,
)
from guidepress.layouts import Layout
from guidepress.layouts.words import layout_words
from tests.contents import make
from tests.handbook.books import card


def group(name: str, count: int) -> AnswerGroup:
    answers = tuple(Answered(f"card-{i}", i, f"{name}{i}", Markup("x")) for i in range(count))
    return AnswerGroup(make(Chapter, name, f"{name}.md", "1", name, name, ""), answers)


def test_answers_run_in_whole_chapters_and_none_is_lost() -> None:
    groups = [group("a", 2), group("b", 2), group("c", 3), group("d", 9), group("e", 1)]
    runs = list(answer_runs(groups, 4))
    assert [[(g.chapter.id, len(g.answers), g.continued) for g in run] for run in runs] == [
        [("a", 2, False), ("b", 2, False)],
        [("c", 3, False)],
        [("d", 4, False)],
        [("d", 4, True)],
        [("d", 1, True), ("e", 1, False)],
    ]
    assert [a for run in runs for g in run for a in g.answers] == [
        a for g in groups for a in g.answers
    ]
    assert not list(answer_runs([], 4))


def asked(number: int, *, short: bool) -> Asked:
    return Asked(f"card-{number}", number, Markup("?"), 1, short)


def test_short_questions_stand_side_by_side_in_their_order() -> None:
    """Two short ones share a row; a long one has its own, and none is moved past another."""
    made = rows([asked(n, short=n not in (3, 6)) for n in range(1, 9)])
    assert [[q.number for q in row.questions] for row in made] == [
        [1, 2],
        [3],
        [4, 5],
        [6],
        [7, 8],
    ]


@pytest.mark.parametrize("count", range(1, 12))
@pytest.mark.parametrize("short", [True, False])
def test_at_least_four_questions_stand_on_the_last_page(count: int, short: bool) -> None:
    made = rows([asked(n, short=short) for n in range(1, count + 1)])
    below = 0
    for row in reversed(made):
        below += len(row.questions)
        # A page may begin with this row only if four questions follow, it among them.
        assert row.kept == (below < 4)
    assert below == count


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("取{}和{}。", "取\u200b_\u200b和\u200b_。"),
        ("Take {} and {}.", "Take _ and _."),
        ("{}", "_"),
    ],
)
def test_lines_break_beside_blanks(text: str, asked: str, sample: Book, layout: Layout) -> None:
    """Where nothing is between the words: else a line of Chinese with blanks runs out of its column."""
    settings = handbook_settings(layout).value
    assert settings is not None
    geometry = page_geometry(settings, sample.handbook)
    composer = Composer(sample, layout, settings, geometry, layout_words(layout, "en"), {})
    gaps = ('<mark class="cloze" data-cloze="1">x</mark>',) * text.count("{}")
    made = card("c", "http", kind="cloze", front="", back="", text=f"<p>{text.format(*gaps)}</p>")
    html = question_of(made, composer)
    assert re.sub(r'<span class="blank".*?</span>', "_", html) == f"<p>{asked}</p>"
