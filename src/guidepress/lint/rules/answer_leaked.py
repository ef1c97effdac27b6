"""Questions that give their answer away."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from guidepress.lint.card_reading import Reading, Side, tells, words
from guidepress.lint.rule import Example, Finding, Rule, each


def _check(reading: Reading) -> Iterator[Finding]:
    if reading.gapped:
        yield from _check_gaps(reading)
        return
    question, answer = reading.front.words, reading.back.words
    choice = "or" in question
    if tells(answer) and not choice and _within(answer, question):
        yield Finding(
            reading,
            f"the answer “{reading.back.text}” stands in the question",
            "ask without it",
        )
    if reading.card.reverse and tells(question) and _within(question, answer):
        yield Finding(
            reading,
            f"asked the other way round, the answer “{reading.front.text}” stands in the question",
            "word the answer without it, or leave out the reverse card",
        )


def _check_gaps(reading: Reading) -> Iterator[Finding]:
    shown = words(_visible(reading.front))
    for _, hidden in reading.front.gaps:
        found = words(hidden)
        if tells(found) and len(hidden) > 2 and _within(found, shown):
            yield Finding(
                reading,
                f"“{hidden}” is hidden in one place and shown in another",
                "hide both or neither",
            )


def _within(needle: Sequence[str], hay: Sequence[str]) -> bool:
    return f" {' '.join(needle)} " in f" {' '.join(hay)} "


def _visible(side: Side) -> str:
    """The words outside of every gap."""
    text = side.text
    for _, hidden in sorted(side.gaps, key=lambda gap: -len(gap[1])):
        text = text.replace(hidden, " … ", 1)
    return text


RULE = Rule(
    "card-answer-leaked",
    finds="the answer stands in the question, or a gap's text outside of it",
    why="the question gives the answer away",
    means="A question gives its answer away.",
    remedy="Ask without the words of the answer.",
    check=each(_check),
    bad=Example("""\
/// card | Which code does 404 Not Found have?
    id: not-found

404
///
"""),
    good=Example("""\
/// card | Which status code means “Not Found”?
    id: not-found

404
///
"""),
)
