"""Cards: `/// card | Question` over the answer."""

from __future__ import annotations

from typing import ClassVar
from xml.etree.ElementTree import Element, SubElement

from guidepress.diagnostics import error
from guidepress.markdown.blocks.syntax import Options, Syntax, boolean, identifier, tags, words
from guidepress.markdown.draft import CardDraft


class Card(Syntax):
    """A question and its answer. It leaves nothing on the page; see `Document.cards`."""

    NAME = "card"
    ARGUMENT: ClassVar[bool | None] = None
    OPTIONS: ClassVar[Options] = {
        "id": ("", identifier),
        "extra": ("", words),
        "hint": ("", words),
        "reverse": (False, boolean),
        "tags": ((), tags),
    }
    # The part of the card that the content of the block is.
    CONTENT: ClassVar[str] = "back"

    def on_create(self, parent: Element) -> Element:
        """The card's parts."""
        element = SubElement(parent, "div")
        self.card = CardDraft(self.NAME, element, parent, self.span, self.options)
        self.card.option_line = self.option_line
        self.draft.cards.append(self.card)
        if self.argument:
            self.card.parts["front"] = self.text(element, "div")
        self.card.parts[self.CONTENT] = SubElement(element, "div")
        if text := self.options["hint"]:
            hint = self.card.parts["hint"] = SubElement(element, "div")
            hint.text = text
            self.draft.origins[hint] = self.option_origin("hint")
        if text := self.options["extra"]:
            extra = self.card.parts["extra"] = SubElement(element, "div")
            self.md.parse_blocks(extra, text, self.option_origin("extra"))
        return element

    def on_add(self, block: Element) -> Element:
        """Content goes into the answer."""
        return self.card.parts[self.CONTENT]

    def on_end(self, block: Element) -> None:
        """Look for what is missing."""
        if "front" not in self.card.parts:
            message = "this card has no question"
            hints = ("write it behind a bar: `/// card | What …?`",)
            self.draft.report(error("card-empty", message, self.span, hints=hints))
        if not len(self.card.parts["back"]):
            message = "this card has no answer"
            hints = ("write it below the header, with `///` in a line of its own at the end",)
            self.draft.report(error("card-empty", message, self.span, hints=hints))


class _Part(Syntax):
    """A part of the card around it, for more than one line has room for."""

    ARGUMENT: ClassVar[bool | None] = False

    def on_create(self, parent: Element) -> Element:
        """The part's element, next to the one that the content around goes into."""
        for card in reversed(self.draft.cards):
            if parent not in card.parts.values():
                continue
            if self.NAME in card.parts:
                message = f"this card has two of `{self.NAME}`"
                hints = ("put one of them into the other",)
                self.draft.report(error("block-misplaced", message, self.span, hints=hints))
            part = card.parts[self.NAME] = SubElement(card.element, "div")
            return part
        message = f"`{self.NAME}` stands in a card and nowhere else"
        self.draft.report(error("block-misplaced", message, self.span))
        return SubElement(parent, "div")


class Front(_Part):
    """A question of several blocks: `//// front` in a card without an argument."""

    NAME = "front"


class Extra(_Part):
    """What the answer's side says below the answer: `//// extra` in a card."""

    NAME = "extra"
