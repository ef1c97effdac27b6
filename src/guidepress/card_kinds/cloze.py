"""A text with gaps: `/// cloze` over a text with `==hidden==` words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from guidepress.book.model import Card
from guidepress.card_kinds.kind import CardKind, Fault
from guidepress.card_kinds.parts import gaps, says_nothing
from guidepress.content import Content


class Cloze(CardKind):
    """A text of which each gap is asked by itself."""

    name = "cloze"
    about = "A text with gaps: `==…==` is hidden, and each gap is a card."
    written = "`/// cloze`; `cloze` in YAML"
    anki = "one for each number of a gap"
    paper = "the text with blanks; the text with what was hidden picked out"
    block = "cloze"
    content = "text"
    note = "cloze"
    gapped = True

    def faults(self, card: Card) -> Iterator[Fault]:
        """There may be nothing to recall."""
        found = gaps(card.text)
        if not found:
            hint = "put `==` on both sides of what is to be hidden"
            yield Fault("cloze-empty", "this cloze card hides nothing", (hint,))
        elif any(says_nothing(gap.children) for gap in found):
            yield Fault("cloze-gap-empty", f"card `{card.id}`: a gap hides nothing")

    def question(self, card: Card) -> Content:
        """The text, in which the gaps are to be hidden."""
        return card.text

    def answer(self, card: Card) -> Content:
        """The same text, in which they are to be seen."""
        return card.text

    def fields(self, card: Card) -> Mapping[str, Content]:
        """The text, whose gaps the deck numbers for good."""
        return {"Text": card.text}

    def count(self, card: Card) -> int:
        """Gaps of one number are hidden together."""
        return len({gap.number for gap in gaps(card.text)})


KIND = Cloze()
