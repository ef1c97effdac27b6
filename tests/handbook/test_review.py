"""The answers in the back matter."""

from __future__ import annotations

from markupsafe import Markup

from guidepress.book.model import Chapter
from guidepress.handbook.review import Answered, AnswerGroup, answer_runs
from tests.contents import make


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
