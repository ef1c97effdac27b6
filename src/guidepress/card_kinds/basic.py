"""A question and its answer: `/// card | Question`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from guidepress.book.model import Card
from guidepress.card_kinds.kind import CardKind, Fault
from guidepress.card_kinds.parts import says_nothing
from guidepress.content import Content


class Basic(CardKind):
    """The kind of most cards."""

    name = "basic"
    about = "A question and its answer."
    written = "`/// card`; `front` and `back` in YAML"
    anki = "one"
    paper = "the question; the answer"
    block = "card"
    argument = "front"
    content = "back"
    reversible = True

    def faults(self, card: Card) -> Iterator[Fault]:
        """Either side may be missing."""
        if says_nothing(card.front.nodes):
            hint = f"write it behind a bar: `/// {self.block} | What …?`"
            yield Fault("card-empty", "this card has no question", (hint,))
        if says_nothing(card.back.nodes):
            hint = "write it below the header, with `///` in a line of its own at the end"
            yield Fault("card-empty", "this card has no answer", (hint,))

    def fields(self, card: Card) -> Mapping[str, Content]:
        """Both sides, as paper shows them."""
        return {"Front": self.question(card), "Back": self.answer(card)}

    def count(self, card: Card) -> int:
        """One."""
        return 1


KIND = Basic()
