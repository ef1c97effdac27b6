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
        if card.back and not card.text:
            hint = "write the answer as one numbered list of two steps or more"
            yield Fault("card-steps", f"card `{card.id}`: the answer is no list of steps", (hint,))

    def settled(self, card: Card) -> Card:
        """The question, and the answer with a gap for each step."""
        answer, steps = with_steps(card.back)
        if steps < FEWEST or card.text:
            return card
        return replace(card, text=Content((*card.front.nodes, Text("\n"), *answer)))

    def asked(self, card: Card) -> Card:
        """The text with gaps alone."""
        if not (card.back and card.text):
            return card
        return replace(card, kind=GAPPED, front=EMPTY, back=EMPTY, reverse=False)


KIND = Steps()
