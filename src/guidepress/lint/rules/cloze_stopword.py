"""Gaps that hide a word of grammar."""

from __future__ import annotations

from collections.abc import Iterator

from guidepress.lint.card_reading import Reading, tells, words
from guidepress.lint.rule import Example, Finding, Rule, each


def _check(reading: Reading) -> Iterator[Finding]:
    if not reading.gapped or not reading.english:
        return
    for _, hidden in reading.front.gaps:
        found = words(hidden)
        if found and not tells(found):
            yield Finding(reading, f"the gap hides “{hidden}”", "hide what the sentence is about")


RULE = Rule(
    "card-cloze-stopword",
    finds="a gap that hides “of the”",
    why="a gap of grammar is filled without knowing anything",
    means="A gap hides a word of grammar.",
    remedy="Hide what the sentence is about.",
    check=each(_check),
    bad=Example("""\
/// cloze
    id: proxy

A reverse proxy stands ==in== front of the servers.
///
"""),
    good=Example("""\
/// cloze
    id: proxy

A ==reverse proxy== stands in front of the servers.
///
"""),
)
