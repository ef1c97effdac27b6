"""A card that is also asked the other way round: `reverse: true`."""

from __future__ import annotations

from collections.abc import Mapping

from guidepress.book.model import Card
from guidepress.card_kinds.kind import FILLED, CardKind


class Reversed(CardKind):
    """A way of asking a question and its answer."""

    name = "reversed"
    written = "`reverse: true` on a card; `card: both` on a term"
    anki = "one more, which asks for the question by the answer"
    paper = "a mark on the question: turn the card over to ask the other way round"

    def includes(self, card: Card) -> bool:
        """It is an option of the card."""
        return card.reverse

    def marks(self, card: Card) -> Mapping[str, str]:
        """The field by which Anki makes the second card."""
        return {"AddReverse": FILLED}

    def count(self, card: Card) -> int:
        """One more."""
        return 1


KIND = Reversed()
