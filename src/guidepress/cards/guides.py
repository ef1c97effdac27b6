"""Cards that go between the others, in places of the last sheets that would stay empty: one that says how to learn with
them, and one to stand before those of each division.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from guidepress.book.model import Card
from guidepress.card_kinds import basic
from guidepress.cards.divisions import Division, Divisions
from guidepress.content import Content, Text
from guidepress.diagnostics import Span

HOW_TO = "how-to"


def guide_cards(
    cards: Sequence[Card], divisions: Divisions, title: str, room: int, span: Span
) -> list[tuple[Card, Division, dict[str, object]]]:
    """As many as there is `room` for: each with its division, and what its template gets of it.

    The card on learning (its title is `title`) comes first. Dividers come all or not at all: some only would mislead.
    `span` is the place of problems with them.
    """
    if room < 1:
        return []
    counts = Counter(divisions.of(card) for card in cards)
    found = [(_card(HOW_TO, title, span), divisions.of(cards[0]), dict[str, object]())]
    # One division needs no divider.
    if 1 < len(counts) < room:
        numbers: dict[Division, list[int]] = {}
        for number, card in enumerate(cards, 1):
            numbers.setdefault(divisions.of(card), []).append(number)
        for division, own in numbers.items():
            context: dict[str, object] = {"count": len(own), "first": own[0], "last": own[-1]}
            name = f"divider-{division.letter.lower()}"
            found.append((_card(name, division.title, span), division, context))
    return found


def _card(name: str, title: str, span: Span) -> Card:
    return Card(name, basic.KIND.name, "guide", span, front=Content((Text(title),)))
