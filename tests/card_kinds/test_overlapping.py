"""Lists that are recalled item by item: from the source to the real Anki, over releases, and on paper."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.deck.collection import Learner
from tests.project import Project

from guidepress.card_kinds import answer, count, question

DECK = ("--jobs", "1", "--only", "deck", "--pages", "none")
LIST = """\
/// overlapping | Which messages open a TCP connection, in order?
    id: tcp-open

Between client and server:

{items}

Then data flows.
///
"""
OPEN = ("SYN", "SYN-ACK", "ACK")


def block(*items: str) -> str:
    listed = "\n".join(f"{number}. {item}" for number, item in enumerate(items, 1))
    return "# One\n\nText.\n\n" + LIST.format(items=listed)


def built(project: Project, *items: str) -> bytes:
    done = project.chapter(block(*items)).build(*DECK)
    assert done.status == 0, done.err
    return project.artifacts["deck.apkg"]


def shown(html: str) -> list[tuple[str, str]]:
    """Kind and words of the items on a side of a card, those that the style sheet hides left out."""
    found = re.findall(r'<span class="(cloze(?:-inactive)?)"[^>]*>(.*?)</span>', html)
    at = next(i for i, (kind, _) in enumerate(found) if kind == "cloze")
    return [one for i, one in enumerate(found) if i <= at]


def test_each_item_is_asked_after_those_before_it(project: Project, tmp_path: Path) -> None:
    """As many cards as items, in Anki as computed; what comes below the list stands with the answer."""
    learner = Learner(tmp_path / "learner")
    assert learner.take(built(project, *OPEN)).new == 1
    (made,) = project.book().cards
    cards = learner.cards("tcp-open")
    assert len(cards) == count(made) == 3
    second = sorted(cards, key=lambda card: card.ord)[1]
    assert shown(second.question()) == [("cloze-inactive", "SYN"), ("cloze", "[...]")]
    assert shown(second.answer()) == [("cloze-inactive", "SYN"), ("cloze", "SYN-ACK")]
    assert "Between client and server" in second.question()
    assert "Then data flows." not in second.question()
    assert "Then data flows." in second.answer()
    assert not learner.col.get_empty_cards().notes


def test_items_come_and_go_and_others_keep_their_cards(project: Project, tmp_path: Path) -> None:
    """Progress stays with the words; a number is never given twice, and comes back with its words."""
    learner = Learner(tmp_path / "learner")
    learner.take(built(project, *OPEN))
    by_words = {shown(card.answer())[-1][1]: card.id for card in learner.cards("tcp-open")}
    for card in learner.cards("tcp-open"):
        learner.answer(card)

    def now() -> dict[str, tuple[int, int]]:
        learner.col.models._clear_cache()
        empty = set(learner.empty_cards())
        cards = [card for card in learner.cards("tcp-open") if card.id not in empty]
        return {shown(card.answer())[-1][1]: (card.id, card.reps) for card in cards}

    project.edit("guide.yaml", "language: en\n", 'language: en\ndate: "2030-01-01"\n')
    learner.take(built(project, "LISTEN", "SYN", "SYN-ACK", "ACK"))
    found = now()
    assert {words: found[words][0] for words in OPEN} == by_words
    assert [found[words][1] for words in OPEN] == [1, 1, 1]
    assert found["LISTEN"][1] == 0
    learner.take(built(project, "LISTEN", "SYN", "ACK"))
    assert {words: now()[words] for words in ("SYN", "ACK")} == {
        w: found[w] for w in ("SYN", "ACK")
    }
    assert "SYN-ACK" not in now()
    learner.take(built(project, "SYN", "SYN-ACK", "ACK"))
    assert {words: id_ for words, (id_, _) in now().items()} == by_words
    assert [reps for _, reps in now().values()] == [1, 1, 1]
    assert learner.healthy()


def test_print_asks_for_the_whole_list(project: Project) -> None:
    """On paper the question stands without the list; the answer has it by numbers, and what is below it."""
    (card,) = project.chapter(block("SYN", "*SYN-ACK*", "ACK")).book().cards
    assert question(card).words.endswith("in order? Between client and server:")
    assert answer(card).html.startswith(
        "<ol><li>SYN</li><li><em>SYN-ACK</em></li><li>ACK</li></ol>"
    )
    assert answer(card).words.endswith("Then data flows.")


def test_a_record_has_one_too(project: Project) -> None:
    """In YAML the kind says so."""
    card = "{id: c, kind: overlapping, front: Which is first?, back: '1. one\n\n2. two'}"
    project.write(
        "faq.yaml", f"questions: [{{id: q, question: Is it?, answer: So., cards: [{card}]}}]"
    )
    (made,) = [
        one for one in project.chapter("# One\n\n/// faq\n///\n").book().cards if one.id == "c"
    ]
    assert (made.kind, count(made)) == ("overlapping", 2)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (block("SYN"), "card-overlapping"),
        (block("SYN", ""), "card-overlapping"),
        (
            block(*OPEN).replace(" | Which messages open a TCP connection, in order?", ""),
            "card-empty",
        ),
    ],
)
def test_what_is_missing_is_told(project: Project, text: str, code: str) -> None:
    assert code in project.chapter(text).codes()
