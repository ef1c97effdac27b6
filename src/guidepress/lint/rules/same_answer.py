"""Many questions with one answer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from guidepress.diagnostics import Related
from guidepress.lint.card_reading import Reading
from guidepress.lint.rule import Example, Finding, Rule

CARDS = 3


def _check(readings: Sequence[Reading]) -> Iterator[Finding]:
    """Groups of more than `CARDS` cards with one answer, whose questions share half of their words."""
    groups: dict[str, list[Reading]] = defaultdict(list)
    for reading in readings:
        if not reading.gapped and reading.back.words and not reading.back.images:
            groups[" ".join(reading.back.words)].append(reading)
    for group in groups.values():
        if len(group) <= CARDS:
            continue
        first = frozenset(group[0].front.words)
        alike = [
            r
            for r in group
            if len(first & set(r.front.words)) * 2 >= len(first | set(r.front.words))
        ]
        if len(alike) > CARDS:
            yield Finding(
                alike[-1],
                f"{len(alike)} questions that look alike have the answer “{alike[-1].back.text[:60]}”",
                "ask from the other side, or for what differs",
                related=tuple(Related(r.card.span, f"`{r.card.id}`") for r in alike[:-1]),
            )


def _questions(*things: str) -> Example:
    cards = (
        f"/// card | Which store keeps {thing} in memory?\n    id: store-{thing}\n\nRedis\n///\n"
        for thing in things
    )
    return Example("\n".join(cards))


RULE = Rule(
    "card-same-answer",
    finds=f"more than {CARDS} similar questions with one answer",
    why="many questions with one answer teach to say that answer",
    means="Many questions have the same answer.",
    remedy="Ask some of them the other way round.",
    check=_check,
    bad=_questions("sessions", "queues", "counters", "locks"),
    good=_questions("sessions", "queues"),
)
