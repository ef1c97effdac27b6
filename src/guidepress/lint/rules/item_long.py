"""A list recalled item by item whose items are long, or very many."""

from __future__ import annotations

from collections.abc import Iterator

from guidepress.card_kinds.overlapping import KIND, items
from guidepress.content.walk import line
from guidepress.lint.card_reading import Reading, word_count
from guidepress.lint.rule import Example, Finding, Rule, each

MOST_WORDS, MOST_ITEMS = 12, 12


def _check(reading: Reading) -> Iterator[Finding]:
    if reading.card.kind != KIND.name:
        return
    found = items(reading.card)
    longest = max((word_count(line(one)) for one in found), default=0)
    if longest > MOST_WORDS:
        what = f"an item of the list has {longest} words"
        yield Finding(reading, what, "name it in a few words; the rest belongs in `extra`")
    if len(found) > MOST_ITEMS:
        hint = "ask it in parts: a list of groups, and a list for each group"
        yield Finding(reading, f"the list has {len(found)} items", hint)


RULE = Rule(
    "card-item-long",
    finds=f"a list recalled item by item with an item of over {MOST_WORDS} words, or over {MOST_ITEMS} items",
    why="an item is recalled whole, and each card shows all items before it",
    means="The items of a list that is recalled in order are long, or very many.",
    remedy="Name each in a few words; ask a long list in parts.",
    check=each(_check),
    bad=Example("""\
/// overlapping | What does a browser do to open a page over HTTPS, in order?
    id: https-order

1. It asks a resolver for the address of the host, unless it still knows it from before.
2. It opens a TCP connection.
3. It agrees on keys by TLS.
4. It sends the request.
///
"""),
    good=Example("""\
/// overlapping | What does a browser do to open a page over HTTPS, in order?
    id: https-order

1. It resolves the name of the host.
2. It opens a TCP connection.
3. It agrees on keys by TLS.
4. It sends the request.
///
"""),
)
