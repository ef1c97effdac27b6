"""What a kind of cards is: what it holds, how many cards Anki makes of it, what paper shows.

A kind with a `block` is what an author writes. One without is a way of asking cards of such kinds, by a tag or an
option. Each kind stands in a module of its own, and a line of `card_kinds/__init__.py` makes it known; whatever
treats cards in another way because of their kind asks it here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar, Literal, NamedTuple

from guidepress.book.model import Card
from guidepress.content import Content

# The note types of the deck. They can never be added to: learners' collections have them.
NoteKind = Literal["basic", "cloze"]
# What fills a field of a note whose content is nothing but that it is filled.
FILLED = "1"


class Fault(NamedTuple):
    """Why a card cannot be what its kind says: the code, the message and the hints of the error."""

    code: str
    message: str
    hints: tuple[str, ...] = ()


class CardKind:
    """A kind of cards. What a kind does not say is as for a question and its answer."""

    # Of a kind with a block, this is `Card.kind`.
    name: ClassVar[str]
    # For the docs: how it is written, what Anki makes of it, what paper shows.
    written: ClassVar[str]
    # What it asks, in a sentence to authors.
    about: ClassVar[str] = ""
    anki: ClassVar[str]
    paper: ClassVar[str]

    # The Markdown block; the parts of a Card that its argument and its content are. Without the first it takes none.
    block: ClassVar[str] = ""
    argument: ClassVar[str] = ""
    content: ClassVar[str] = ""
    # The tag that makes a card one of this kind.
    tag: ClassVar[str] = ""

    note: ClassVar[NoteKind] = "basic"
    # Whether it is a text with gaps: hidden in the question, shown in the answer.
    gapped: ClassVar[bool] = False
    # Whether its gaps are parts of a picture, for which Anki has a note type of its own.
    masked: ClassVar[bool] = False
    # Whether the answer explains itself, and nobody has to recall it word by word.
    explains: ClassVar[bool] = False
    # Whether it may be asked the other way round.
    reversible: ClassVar[bool] = False

    def includes(self, card: Card) -> bool:
        """Whether a card is of this kind, by its `kind`, its `reverse` and its `tags` alone."""
        return card.kind == self.name or (bool(self.tag) and self.tag in card.tags)

    def settled(self, card: Card) -> Card:
        """The card as the Book holds it: of one whose answer is asked in pieces, `text` has these as gaps."""
        return card

    def faults(self, card: Card) -> Iterator[Fault]:
        """What is wrong with a card of this kind, as the kinds before it leave it to be asked."""
        yield from ()

    def question(self, card: Card) -> Content:
        """What is asked, where cards of this kind are printed."""
        return card.front

    def answer(self, card: Card) -> Content:
        """What is answered, where cards of this kind are printed."""
        return card.back

    def asked(self, card: Card) -> Card:
        """The card as Anki asks it: of another kind, perhaps."""
        return card

    def fields(self, card: Card) -> Mapping[str, Content]:
        """The fields of the note that hold the author's text, by name."""
        return {}

    def marks(self, card: Card) -> Mapping[str, str]:
        """The fields of the note that say how the card is asked, by name; HTML."""
        return {}

    def count(self, card: Card) -> int:
        """How many cards Anki makes for this kind: of a kind without a block, how many more."""
        return 0
