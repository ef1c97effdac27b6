"""Cards that ask two things."""

from __future__ import annotations

from collections.abc import Iterator

from guidepress.lint import english
from guidepress.lint.card_reading import Reading
from guidepress.lint.rule import Example, Finding, Rule, each

_SIGNS = "?？؟"


def _check(reading: Reading) -> Iterator[Finding]:
    text = reading.front.text
    second = reading.english and "?" in text and english.SECOND.search(text)
    if not reading.gapped and (sum(map(text.count, _SIGNS)) > 1 or second):
        yield Finding(reading, "this asks two things", "make two cards of it")


RULE = Rule(
    "card-two-questions",
    finds="two questions",
    why="two questions on one card are graded as one",
    means="A card asks two things.",
    remedy="Make two cards of it.",
    check=each(_check),
    bad=Example("""\
/// card | What is a cache, and when does it help?
    id: cache

A copy kept close by; when the same data is read often.
///
"""),
    good=Example("""\
/// card | When does a cache help?
    id: cache-helps

When the same data is read often.
///
"""),
)
