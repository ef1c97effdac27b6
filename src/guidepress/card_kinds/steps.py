"""A card whose answer is a numbered list, of which every step is asked with the others in view: the tag `steps`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from guidepress.book.model import Card
from guidepress.card_kinds import cloze
from guidepress.card_kinds.kind import CardKind, Fault
from guidepress.card_kinds.parts import with_steps
from guidepress.content import EMPTY, Content, Text

FEWEST = 2
# What it becomes.
GAPPED = cloze.KIND.name


class Steps(CardKind):
    """A way of asking a question that has a list for an answer."""

    name = "steps"
    written = "the tag `steps`, on a card whose answer is a numbered list"
    anki = "one for each step, in place of the one"
    paper = "as without the tag: the question; the whole list"
    tag = "steps"

    def faults(self, card: Card) -> Iterator[Fault]:
        """The answer has to be a list of steps."""
        if card.back and with_steps(card.back)[1] < FEWEST:
            hint = "write the answer as one numbered list of two steps or more"
            yield Fault("card-steps", f"card `{card.id}`: the answer is no list of steps", (hint,))

    def asked(self, card: Card) -> Card:
        """A text with a gap for each step."""
        answer, steps = with_steps(card.back)
        if steps < FEWEST:
            return card
        text = Content((*card.front.nodes, Text("\n"), *answer))
        return replace(card, kind=GAPPED, text=text, front=EMPTY, back=EMPTY, reverse=False)


KIND = Steps()
