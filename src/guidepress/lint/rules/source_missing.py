"""Cards of profiles that name no source."""

from __future__ import annotations

from collections.abc import Iterator

from guidepress.lint.card_reading import Reading
from guidepress.lint.rule import Example, Finding, Rule, each

_PROFILES = """\
kind: profiles
id: cities
title: Cities
as_of: "2025"
{source}profiles:
  - id: berlin
    name: Berlin
    summary: A capital.
    cards:
      - {{id: berlin-trade, front: Which trade grows fastest in Berlin?, back: Software}}
"""
_CHAPTER = """\
/// profiles | cities
///
"""


def _check(reading: Reading) -> Iterator[Finding]:
    if not reading.sourced:
        yield Finding(
            reading,
            "the profiles that this card is of name no source",
            "write `source:` beside their `id:`",
        )


RULE = Rule(
    "card-source-missing",
    finds="a card of profiles that name no source",
    why="nobody can look up whether it is still so",
    means="A card of profiles whose file names no source.",
    remedy="Write `source:` beside their `id:`.",
    check=each(_check),
    bad=Example(_CHAPTER, {"data/cities.yaml": _PROFILES.format(source="")}),
    good=Example(
        _CHAPTER,
        {"data/cities.yaml": _PROFILES.format(source="source: The city's register of trades\n")},
    ),
)
