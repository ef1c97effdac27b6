"""Cloze cards: `/// cloze` over a text with `==hidden==` words."""

from __future__ import annotations

from typing import ClassVar
from xml.etree.ElementTree import Element

from guidepress.diagnostics import error
from guidepress.markdown.blocks.card import Card
from guidepress.markdown.blocks.syntax import Options
from guidepress.markdown.gaps import split as gaps_in_formulas


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
        """Number the gaps: as the author says, the others with what numbers are left, in order."""
        text = self.card.parts["text"]
        formulas, problems = gaps_in_formulas(text, self.draft.formulas, self.span)
        self.draft.formulas += formulas
        for problem in problems:
            self.draft.report(problem)
        gaps = list(text.iter("mark"))
        taken = {gap.get("data-cloze") for gap in gaps}
        number = 0
        for gap in gaps:
            gap.set("class", "cloze")
            if gap.get("data-cloze") is None:
                number += 1
                while str(number) in taken:
                    number += 1
                gap.set("data-cloze", str(number))
        if not gaps:
            message = "this cloze card hides nothing"
            hints = ("put `==` on both sides of what is to be hidden",)
            self.draft.report(error("cloze-empty", message, self.span, hints=hints))
