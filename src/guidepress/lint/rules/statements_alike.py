"""Statements that are all true, or all not."""

from __future__ import annotations

from collections.abc import Iterator

from guidepress.card_kinds import answer
from guidepress.card_kinds.statements import FALSE, KIND, TRUE
from guidepress.lint.card_reading import Reading
from guidepress.lint.rule import Example, Finding, Rule, each


def _check(reading: Reading) -> Iterator[Finding]:
    if reading.card.kind != KIND.name:
        return
    judged = answer(reading.card).words
    for sign, what in ((TRUE, "true"), (FALSE, "wrong")):
        if sign not in judged:
            yield Finding(reading, f"none of the statements is {what}", f"add one that is {what}")


RULE = Rule(
    "card-statements-alike",
    finds="statements that are all true, or all wrong",
    why="who has seen one of them knows the others",
    means="All statements of a card are true, or none is.",
    remedy="Add one that is not as the others are.",
    check=each(_check),
    bad=Example("""\
/// statements | Which of these hold for TCP?
    id: tcp-statements

- [x] It retransmits what is lost.
    - Each segment is acknowledged, or sent again.
- [x] It delivers in order.
    - Each byte has a number.
///
"""),
    good=Example("""\
/// statements | Which of these hold for TCP?
    id: tcp-statements

- [x] It retransmits what is lost.
    - Each segment is acknowledged, or sent again.
- [ ] It keeps the boundaries of messages.
    - It carries a stream of bytes.
///
"""),
)
