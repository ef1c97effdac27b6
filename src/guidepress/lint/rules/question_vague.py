"""Questions that have many right answers."""

from __future__ import annotations

from collections.abc import Iterator

from guidepress.lint import english
from guidepress.lint.card_reading import Reading
from guidepress.lint.rule import Example, Finding, Rule, each

WORDS = 3


def _check(reading: Reading) -> Iterator[Finding]:
    # A term is asked by its name.
    if reading.gapped or reading.card.origin == "term":
        return
    side = reading.front
    short = side.count < WORDS and not side.code and not side.images
    if short or (reading.english and english.VAGUE.match(side.text)):
        yield Finding(
            reading,
            f"“{side.text[:60]}” does not say what is asked for",
            "ask one thing that has one answer",
        )


RULE = Rule(
    "card-question-vague",
    finds=f"under {WORDS} words, or “tell me about”",
    why="a question that has many right answers cannot be graded",
    means="A question has many right answers.",
    remedy="Ask one thing that has one answer.",
    check=each(_check),
    bad=Example("""\
/// card | Tell me about cookies in HTTP.
    id: cookies

A server sets them, and the client sends them back.
///
"""),
    good=Example("""\
/// card | How does a server get a cookie back?
    id: cookies

The client sends it with every request.
///
"""),
)
