"""faq.yaml: questions and answers; each is a card too."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from guidepress.model.base import Conditional, Id, Markdown, Record, Tag
from guidepress.model.cards import CardRecord


class Question(Conditional):
    """A question and its answer for the handbook.

    The deck asks the same question; `short` is the answer on the card where `answer` is too long for one
    (the whole answer then becomes the card's Extra). `card: false` keeps the question out of the deck.
    """

    id: Id
    """The question's permanent name."""
    question: Markdown
    """The question, in Markdown."""
    answer: Markdown
    """The answer for the handbook, in Markdown."""
    short: Markdown | None = None
    """The answer on the card; the whole one becomes the card's extra."""
    card: bool = True
    """`false` keeps the question out of the deck."""
    tags: tuple[Tag, ...] = ()
    """Ids to select its card by."""
    cards: tuple[CardRecord, ...] = ()
    """More cards."""

    @property
    def card_id(self) -> str:
        """The id of the card that asks it."""
        return f"faq-{self.id}"


class Faq(Record):
    """faq.yaml as a whole."""

    questions: Annotated[tuple[Question, ...], Field(min_length=1)]
    """Questions and answers, in the order in which they are printed."""
