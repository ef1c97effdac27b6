"""Answers that are long lists."""

from __future__ import annotations

from collections.abc import Iterator

from guidepress.card_kinds import steps
from guidepress.lint.card_reading import Reading
from guidepress.lint.rule import Example, Finding, Rule, each

# A warning above the first, an error above the second.
ITEMS = (3, 6)


def _check(reading: Reading) -> Iterator[Finding]:
    items = reading.back.items
    if items > ITEMS[0] and not steps.KIND.includes(reading.card):
        yield Finding(
            reading,
            f"the answer is a list of {items}",
            "split it, or tag a numbered list `steps` to have one card for each step",
            severe=items > ITEMS[1],
        )


RULE = Rule(
    "card-answer-list",
    finds=f"a list of {ITEMS[0] + 1} or more; of {ITEMS[1] + 1} or more: error",
    why="sets are the hardest thing to remember; one card a step can be",
    means="An answer is a long list, which nobody recalls whole.",
    remedy="Split it, or tag a numbered list `steps`.",
    check=each(_check),
    bad=Example("""\
/// card | How does a browser open a page over HTTPS?
    id: https-open

1. It looks up the address.
2. It connects to the server.
3. It checks the certificate.
4. It sends the request.
///
"""),
    good=Example("""\
/// card | How does a browser open a page over HTTPS?
    id: https-open
    tags: [steps]

1. It looks up the address.
2. It connects to the server.
3. It checks the certificate.
4. It sends the request.
///
"""),
)
