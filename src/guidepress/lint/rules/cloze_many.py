"""Cloze texts that hide too much."""

from __future__ import annotations

from collections.abc import Iterator

from guidepress.lint.card_reading import Reading
from guidepress.lint.rule import Example, Finding, Rule, each

GAPS = 3
# Of the words.
SHARE = 0.5


def _check(reading: Reading) -> Iterator[Finding]:
    # Of a picture every part may be asked, with the others hidden too.
    if not reading.gapped or reading.masked:
        return
    numbers = {number for number, _ in reading.front.gaps}
    if len(numbers) > GAPS:
        yield Finding(reading, f"there are {len(numbers)} gaps", "make several cards of it")
        return
    total = reading.front.count
    hidden = reading.front.hidden
    # Gaps of one number are asked together; those of others are in view.
    if total and hidden > total * SHARE:
        yield Finding(reading, f"{hidden} of {total} words are hidden", "hide less of it")


RULE = Rule(
    "card-cloze-many",
    finds=f"over {GAPS} gaps, or over half of the words hidden",
    why="many gaps leave no sentence to recall them from",
    means="A cloze text has too many gaps, or hides most of itself.",
    remedy="Make several cards of it.",
    check=each(_check),
    bad=Example("""\
/// cloze
    id: methods

Clients read with ==GET==, create with ==POST==, replace with ==PUT== and remove with ==DELETE==.
///
"""),
    good=Example("""\
/// cloze
    id: methods-change

Clients create a resource with ==POST== and replace it with ==PUT==.
///
"""),
)
