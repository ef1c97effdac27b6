"""Cards, a block for each kind of them: `/// card | Question` over the answer, `/// cloze` over a text with gaps."""

from __future__ import annotations

import re
from typing import ClassVar
from xml.etree.ElementTree import Element, SubElement

from guidepress.card_kinds import CardKind, blocks
from guidepress.diagnostics import error
from guidepress.markdown.blocks.syntax import (
    Option,
    Options,
    Syntax,
    boolean,
    identifier,
    tags,
    words,
)
from guidepress.markdown.state import CardDraft
from guidepress.model.speech import spoken

_TYPED_ID = re.compile(r"\s*id:[ \t]+[a-z0-9-]+[ \t]*(?=\n|$)")


class Card(Syntax):
    """A card. It leaves nothing on the page; see `Document.cards`."""

    ARGUMENT: ClassVar[bool | None] = None
    OPTIONS: ClassVar[Options] = {
        "id": Option(
            "",
            identifier,
            "The card's permanent name, different from every other card's of the guide.",
        ),
        "audio": Option("", words, "A sound that belongs to the card: the path of a file."),
        "extra": Option("", words, "What is shown with the answer, in Markdown."),
        "hint": Option("", words, "What is shown on demand, in Markdown."),
        "reverse": Option(False, boolean, "Whether the card is asked by its answer, too."),
        "speak": Option(
            (),
            spoken,
            "What Anki reads aloud: `front`, `back` or both, each with a language if it is another: `front fr, back`.",
        ),
        "tags": Option(
            (),
            tags,
            "Ids to select cards by; some say how a card is asked, or allow what a rule finds.",
        ),
        "why": Option("", words, "Why the answer is as it is, in Markdown."),
    }
    KIND: ClassVar[CardKind]

    def on_create(self, parent: Element) -> Element:
        """The card's parts."""
        element = SubElement(parent, "div")
        self.options.setdefault("reverse", False)
        self.card = CardDraft(self.NAME, element, parent, self.span, self.options)
        self.card.option_line = self.option_line
        self.state.cards.append(self.card)
        self.card.has_id = self.has_id
        self.card.conditions = self.conditions
        if self.argument:
            self.card.parts[self.KIND.argument] = self.text(element, "div")
        self.card.parts[self.KIND.content] = SubElement(element, "div")
        self.add_options(element)
        return element

    def add_options(self, element: Element) -> None:
        """The parts that options hold: a hint, and what the answer's side says below the answer."""
        if text := self.options["hint"]:
            hint = self.card.parts["hint"] = SubElement(element, "div")
            hint.text = text
            self.state.origins[hint] = self.option_origin("hint")
        if text := self.options["extra"]:
            extra = self.card.parts["extra"] = SubElement(element, "div")
            self.md.parse_blocks(extra, text, self.option_origin("extra"))
        if text := self.options["why"]:
            why = self.card.parts["why"] = SubElement(element, "div")
            self.md.parse_blocks(why, text, self.option_origin("why"))

    def on_add(self, block: Element) -> Element:
        """Content goes into the answer, or into the text with gaps."""
        return self.card.parts[self.KIND.content]

    def on_end(self, block: Element) -> None:
        """Look for an id that became text, as below an empty line."""
        for element in self.card.parts[self.KIND.content].iter():
            if element.text and (typed := _TYPED_ID.match(element.text)):
                self.card.typed_id = typed[0].strip()
            if element.text:
                break


def cards(*own: type[Card]) -> tuple[type[Card], ...]:
    """A block for each kind of cards that is written as one; `own` are those that are written in another way."""
    made = {block.KIND.name: block for block in own}
    return tuple(made.get(kind.name) or _block(kind) for kind in blocks().values())


def _block(kind: CardKind) -> type[Card]:
    names = {
        "__doc__": f"{kind.name.capitalize()} cards.",
        "NAME": kind.block,
        "ABOUT": kind.about,
        "ARGUMENT": None if kind.argument else False,
        "OPTIONS": {
            name: one for name, one in Card.OPTIONS.items() if kind.reversible or name != "reverse"
        },
        "KIND": kind,
    }
    return type(kind.name.capitalize(), (Card,), names)


class _Part(Syntax):
    """A part of the card around it, for more than one line has room for."""

    ARGUMENT: ClassVar[bool | None] = False
    CONDITIONAL: ClassVar[bool] = False

    def on_create(self, parent: Element) -> Element:
        """The part's element, next to the one that the content around goes into."""
        for card in reversed(self.state.cards):
            if parent not in card.parts.values():
                continue
            if self.NAME in card.parts:
                message = f"this card has two of `{self.NAME}`"
                hints = ("put one of them into the other",)
                self.state.report(error("block-misplaced", message, self.span, hints=hints))
            part = card.parts[self.NAME] = SubElement(card.element, "div")
            return part
        message = f"`{self.NAME}` stands in a card and nowhere else"
        self.state.report(error("block-misplaced", message, self.span))
        return SubElement(parent, "div")


class Front(_Part):
    """A question of several blocks: `//// front` in a card without an argument."""

    NAME = "front"
    ABOUT = "The question of the card around it, where it takes more than one block."


class Extra(_Part):
    """What the answer's side says below the answer: `//// extra` in a card."""

    NAME = "extra"
    ABOUT = "What the card around it shows with its answer."
