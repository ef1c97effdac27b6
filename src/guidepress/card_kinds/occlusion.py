"""A picture of which parts are hidden: `/// occlusion | PICTURE`.

Its text is the picture in a `<div class="occlusion">` and a list of what the masks hide, a gap for each. Where a mask
lies stands at its gap: `data-mask` has left, top, width and height in per cent of the picture.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec.structs import replace

from guidepress.book.model import Card
from guidepress.card_kinds.kind import CardKind, Fault
from guidepress.card_kinds.parts import gaps, says_nothing
from guidepress.content import Content, Element, Gap, Node, Text
from guidepress.content.walk import rewrite

# The class of what holds the picture; the attributes that say where a mask lies, and whether all are shown at once.
FRAME, MASK, HIDE = "occlusion", "data-mask", "data-hide"
ALL = "all"


class Occlusion(CardKind):
    """A picture of which each masked part is asked by itself."""

    name = "occlusion"
    about = "A picture with hidden parts, each of which is a card."
    written = "`/// occlusion` with `masks`"
    anki = "one for each mask"
    paper = "the picture with numbered masks; the picture, and what they hid"
    block = "occlusion"
    argument = "picture"
    content = "front"
    note = "cloze"
    gapped = True
    masked = True

    def faults(self, card: Card) -> Iterator[Fault]:
        """There may be nothing to recall, or no name for it."""
        found = gaps(card.text)
        if not found:
            hint = "write `masks:` with a name and a place for each: `SYN: 10 20 30 8`"
            yield Fault("occlusion-empty", f"card `{card.id}`: nothing of the picture is hidden", (hint,))  # fmt: skip
        elif any(says_nothing(gap.children) for gap in found):
            yield Fault(
                "cloze-gap-empty", f"card `{card.id}`: a mask hides nothing that has a name"
            )

    def question(self, card: Card) -> Content:
        """The question, the picture with its masks, and a numbered gap for each."""
        masks = [_drawn(gap) for gap in gaps(card.text) if gap.attributes.get(MASK)]

        def cover(_: Element, new: Element) -> Element:
            return replace(new, children=(*new.children, *masks)) if _is_frame(new) else new

        return Content((*card.front.nodes, *rewrite(card.text.nodes, cover)))

    def answer(self, card: Card) -> Content:
        """The question, the picture, and what the masks hid."""
        return Content((*card.front.nodes, *card.text.nodes))

    def fields(self, card: Card) -> Mapping[str, Content]:
        """The text, whose gaps the deck numbers for good, and what is asked."""
        return {"Text": card.text, "Header": card.front} if card.front else {"Text": card.text}

    def count(self, card: Card) -> int:
        """Masks of one name are hidden together."""
        return len({gap.number for gap in gaps(card.text)})


def _is_frame(element: Element) -> bool:
    return FRAME in element.classes


def _drawn(gap: Gap) -> Node:
    left, top, width, height = gap.attributes[MASK].split()
    style = f"left: {left}%; top: {top}%; width: {width}%; height: {height}%"
    return Element("span", {"class": "mask", "style": style}, (Text(str(gap.number)),))


KIND = Occlusion()
