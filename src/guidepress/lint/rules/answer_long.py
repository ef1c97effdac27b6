"""Answers that are long."""

from __future__ import annotations

from collections.abc import Iterator

from guidepress.card_kinds import steps
from guidepress.lint.card_reading import Reading, Side
from guidepress.lint.rule import Example, Finding, Rule, each

# A warning above the first, an error above the second.
WORDS = (20, 30)
CHARACTERS = 300


def _check(reading: Reading) -> Iterator[Finding]:
    if steps.KIND.includes(reading.card) and reading.steps:
        # Each is asked by itself, with the others in view.
        for number, step in enumerate(reading.steps, 1):
            yield from _judge(reading, f"step {number} of the answer", step)
        return
    yield from _judge(reading, "the answer", reading.back)


def _judge(reading: Reading, what: str, side: Side) -> Iterator[Finding]:
    count, length = side.count, len(side.text)
    if count > WORDS[0] or length > CHARACTERS:
        yield Finding(
            reading,
            f"{what} has {count} words and {length} characters",
            "give a `short` answer for the card"
            if reading.card.origin == "faq"
            else f"bring it to {WORDS[0]} words or fewer; move the rest to `extra`",
            severe=count > WORDS[1] or length > CHARACTERS,
        )


RULE = Rule(
    "card-answer-long",
    finds=f"over {WORDS[0]} words, each step by itself; over {WORDS[1]} words or {CHARACTERS} characters: error",
    why="a long answer is never fully recalled, and so never graded honestly",
    means="An answer is too long to be recalled and graded.",
    remedy="Shorten it; move the rest to `extra`.",
    check=each(_check),
    bad=Example("""\
/// card | What does an index of a database cost?
    id: index-cost

Every write has to update it too, which takes time, and it fills disk and memory, which queries \
on other tables then lack.
///
"""),
    good=Example("""\
/// card | What does an index of a database cost?
    id: index-cost

Slower writes, and space.

//// extra
Every write has to update it too, and it fills disk and memory, which queries on other tables then lack.
////
///
"""),
)
