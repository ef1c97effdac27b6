"""Cards about code, statements to judge, and reasons: from the source to the real Anki."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.deck.collection import Learner
from tests.project import Project

from guidepress.book.model import Card
from guidepress.card_kinds import answer, count, question

DECK = ("--jobs", "1", "--only", "deck", "--pages", "none")
PREDICT = """
/// code-card | What does this program print?
    id: predict
    why: A default value is made once.

```python
def add(item, to=[]):
    return [item, *to]
```

`[1]`
///
"""
BUG = """
/// code-card | Which line makes the second call wrong?
    id: bug

```python {hl_lines=2-3}
def add(item):
    \"\"\"Add
    one.\"\"\"
    return item
```
///
"""
STATEMENTS = """
/// statements | Which of these hold for TCP?
    id: tcp

- [x] It **retransmits** what is lost.
    - Each segment is acknowledged.
- [ ] It keeps the boundaries of messages.

    It carries a stream of bytes.
///
"""


def built(project: Project, *blocks: str) -> bytes:
    project.chapter("# One\n\nText.\n" + "".join(blocks))
    done = project.build(*DECK)
    assert done.status == 0, done.err
    return project.artifacts["deck.apkg"]


def cards(project: Project, *blocks: str) -> list[Card]:
    return list(project.chapter("# One\n\nText.\n" + "".join(blocks)).book().cards)


def test_as_many_cards_as_anki_makes(project: Project, tmp_path: Path) -> None:
    """Each kind makes one; they come as new, and again as nothing."""
    learner = Learner(tmp_path / "learner")
    deck = built(project, PREDICT, BUG, STATEMENTS)
    assert learner.take(deck).new == 3
    for card in project.book().cards:
        assert len(learner.cards(card.id)) == count(card) == 1
    again = learner.take(deck)
    assert (again.new, again.updated) == (0, 0)
    assert not learner.col.get_empty_cards().notes


def test_code_has_numbers_and_the_answer_marks(project: Project, tmp_path: Path) -> None:
    """In the question no line is marked; one that goes over the end of a string is marked as a whole."""
    learner = Learner(tmp_path / "learner")
    learner.take(built(project, BUG))
    note = learner.note("bug")
    assert "<mark>" not in note["Front"]
    assert note["Front"].count('<span class="ln">') == 4
    marked = [line for line in note["Back"].split("\n") if "<mark>" in line]
    assert [line.partition("</span>")[0][-3:] for line in marked] == ["2  ", "3  "]
    assert all(
        line.count("<span") == line.count("</span>") for line in note["Back"].split("\n")[1:4]
    )
    assert learner.cards("bug")[0].question()


def test_print_shows_the_code_once_more_where_lines_are_marked(project: Project) -> None:
    """What a program prints is answered without it."""
    predict, bug = cards(project, PREDICT, BUG)
    assert "def add" in question(predict).words
    assert answer(predict).words == "[1]"
    assert 'data-lines="2-3"' in answer(bug).html
    assert "data-lines" not in question(bug).html


def test_a_reason_is_folded_away(project: Project, tmp_path: Path) -> None:
    """Below the answer, in an element that needs no script; in YAML too."""
    learner = Learner(tmp_path / "learner")
    project.write(
        "faq.yaml",
        "questions: [{id: q, question: Is it?, answer: So.,\n"
        " cards: [{id: c, front: Which port does HTTPS use?, back: '443', why: It is *registered*.}]}]",
    )
    learner.take(built(project, PREDICT, "\n/// faq\n///\n"))
    folded = '<details class="why"><summary>Why?</summary><p>{}</p></details>'
    assert learner.note("predict")["Extra"] == folded.format("A default value is made once.")
    assert learner.note("c")["Extra"] == folded.format("It is <em>registered</em>.")


def test_statements_are_judged(project: Project) -> None:
    """The question has them without a sign, the answer with sign and reason."""
    (card,) = cards(project, STATEMENTS)
    assert question(card).html.endswith(
        '<ol class="statements"><li>It <strong>retransmits</strong> what is lost.</li>'
        "<li>It keeps the boundaries of messages.</li></ol>"
    )
    assert answer(card).words == (
        "✓ It retransmits what is lost. Each segment is acknowledged."
        " ✗ It keeps the boundaries of messages. It carries a stream of bytes."
    )


@pytest.mark.parametrize(
    ("block", "code"),
    [
        (PREDICT.replace("```python\ndef add(item, to=[]):\n    return [item, *to]\n```", ""), "card-code-missing"),
        (PREDICT.replace("`[1]`", ""), "card-empty"),
        (STATEMENTS.replace("    - Each segment is acknowledged.\n", ""), "card-statements"),
        (STATEMENTS.replace("- [ ] It", "It"), "card-statements"),
        (STATEMENTS.replace(" | Which of these hold for TCP?", ""), "card-empty"),
    ],
)  # fmt: skip
def test_what_is_missing_is_told(project: Project, block: str, code: str) -> None:
    """At the card."""
    project.chapter(f"# One\n\nText.\n{block}")
    assert code in project.codes()


def test_they_are_printed(project: Project) -> None:
    """On every product; the arrow on a sheet stands for the mark."""
    guide = (project.source / "guide.yaml").read_text()
    project.write("guide.yaml", f"{guide}products: {{web: true, epub: true}}\n")
    project.chapter(f"# One\n\nText.\n{PREDICT}{BUG}{STATEMENTS}")
    done = project.build("--jobs", "1")
    assert done.status == 0, done.err
