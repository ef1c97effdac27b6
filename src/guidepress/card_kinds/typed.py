"""A card whose answer the learner types: the tag `typed`."""

from __future__ import annotations

import html
from collections.abc import Iterator, Mapping

from guidepress.book.model import Card
from guidepress.card_kinds.kind import FILLED, CardKind, Fault
from guidepress.card_kinds.parts import gaps, has_formula
from guidepress.content.typography import typed
from guidepress.content.walk import elements, line

# In characters.
LONGEST = 60


class Typed(CardKind):
    """A way of answering, where the answer is a few plain words."""

    name = "typed"
    written = "the tag `typed`"
    anki = "no more: there is a field to type the answer in, or the gap"
    paper = "as without the tag"
    tag = "typed"

    def faults(self, card: Card) -> Iterator[Fault]:
        """Nobody types a paragraph, and nobody a formula."""
        # Of a text with gaps, only what they hide is typed.
        hidden = (gap.children for gap in gaps(card.text))
        if has_formula(card.back.nodes) or any(map(has_formula, hidden)):
            hint = "let the learner type words, or drop the tag `typed`"
            yield Fault("card-typed", f"card `{card.id}`: a formula cannot be typed", (hint,))
        wordless = next(elements(card.back.nodes, "img", "pre"), None)
        if len(line(card.back.nodes)) > LONGEST or wordless is not None:
            hint = "nobody types more than a few words: shorten the answer or drop the tag `typed`"
            message = f"card `{card.id}`: the answer is too long to be typed"
            yield Fault("card-typed", message, (hint,))

    def marks(self, card: Card) -> Mapping[str, str]:
        """The answer to compare with, its marks those of a keyboard; of a text with gaps Anki knows it already."""
        return {"Typed": html.escape(line(typed(card.back.nodes)), quote=False) or FILLED}


KIND = Typed()
