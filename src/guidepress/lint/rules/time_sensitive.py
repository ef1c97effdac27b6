"""What is true today only."""

from __future__ import annotations

from collections.abc import Iterator

from guidepress.lint import english
from guidepress.lint.card_reading import Reading, side_of
from guidepress.lint.rule import Example, Finding, Rule, each


def _check(reading: Reading) -> Iterator[Finding]:
    if not reading.english or reading.dated:
        return
    text = f"{reading.front.text} {reading.back.text}"
    found = english.time_sensitive(text)
    if found and not english.DATED.search(f"{text} {side_of(reading.card.extra).text}"):
        yield Finding(
            reading,
            f"“{found}” dates this card, and it has no date",
            "say as of when (“in 2025”), or ask for what stays true",
        )


RULE = Rule(
    "card-time-sensitive",
    finds="“currently”, “the latest”, an amount of money, and no date",
    why="what is true today is learned for years",
    means="A card says what is true today, and is learned for years.",
    remedy="Say of when it is, or ask for what lasts.",
    check=each(_check),
    bad=Example("""\
/// card | What is the latest version of HTTP?
    id: http-version

HTTP/3
///
"""),
    good=Example("""\
/// card | Which version of HTTP was published in 2022?
    id: http-version

HTTP/3
///
"""),
)
