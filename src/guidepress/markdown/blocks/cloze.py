"""Cloze cards: `/// cloze` over a text with `==hidden==` words."""

from __future__ import annotations

from typing import ClassVar
from xml.etree.ElementTree import Element

from guidepress.diagnostics import error
from guidepress.markdown.blocks.card import Card
from guidepress.markdown.blocks.syntax import Options
from guidepress.markdown.formula import gaps_of


class Cloze(Card):
    """A text with gaps. It leaves nothing on the page; see `Document.cards`."""

    NAME = "cloze"
    ARGUMENT = False
    OPTIONS: ClassVar[Options] = {
        name: one for name, one in Card.OPTIONS.items() if name != "reverse"
    }
    CONTENT = "text"

    def on_create(self, parent: Element) -> Element:
        """The card's parts."""
        self.options.setdefault("reverse", False)
        return super().on_create(parent)

    def on_end(self, block: Element) -> None:
        """Gaps are counted once the text inside is parsed."""

    def on_inline_end(self, block: Element) -> None:
        """Look for gaps; the book numbers them."""
        text = self.card.parts["text"]
        formulas = (element.get("data-tex") or "" for element in text.iter())
        if text.find(".//mark") is None and not any(map(gaps_of, formulas)):
            message = "this cloze card hides nothing"
            hints = ("put `==` on both sides of what is to be hidden",)
            self.draft.report(error("cloze-empty", message, self.span, hints=hints))
