"""Sides of cards as HTML, each to be set on a page of its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from html import unescape
from typing import Any

from markupsafe import Markup, escape

from guidepress.book.model import Book, Card
from guidepress.card_kinds import question
from guidepress.cards.appearance import Appearance
from guidepress.cards.content import CardSides, Html, SideTexts
from guidepress.cards.divisions import Division, Divisions
from guidepress.cards.format import Format
from guidepress.cards.imposition import Side
from guidepress.content import Element, Gap, Text
from guidepress.content.walk import rewrite, words
from guidepress.diagnostics import Diagnosed, Diagnostic
from guidepress.layouts import Layout
from guidepress.layouts.words import direction
from guidepress.maths import Drawings, pictured

# In the order of the cascade.
SHEETS = ("shared/tokens.css", "cards/card.css")
OWN_SHEET = "cards/custom.css"
# The type is as large as fits: size and line in pt, tried in this order.
SIZES: tuple[tuple[float, float], ...] = (
    (11, 14), (10.5, 13.5), (10, 13), (9.5, 12.25), (9, 11.5), (8.5, 11),
)  # fmt: skip
# Questions no longer than this are set like a title.
BRIEF = 44


@dataclass(frozen=True, slots=True)
class SideText:
    """A side of a card, composed. `html` goes into the side's element; `said` are the author's texts on it.

    `key` is unique among all sides and names the side's elements.
    """

    card: Card
    number: int
    side: Side
    division: Division
    html: Html
    said: tuple[Html, ...]

    @property
    def key(self) -> str:
        """Such as `front-12`."""
        return f"{self.side}-{self.number}"

    def element(self, size: int) -> Html:
        """The side at one of the type sizes, with anchors where it starts and ends.

        The element is made here and not by a layout: imposition relies on one a side.
        """
        return (
            f'<section class="side {self.side} division-{self.division.colour} size-{size}"'
            f' id="{self.key}">{self.html}<div id="{self.key}-end"></div></section>'
        )


@dataclass(slots=True)
class Composer:
    """Composes the cards of one book with one layout; `problems` gathers what templates and cards report.

    `folios` are the handbook's page numbers by anchor.
    """

    book: Book
    layout: Layout
    words: Mapping[str, str]
    folios: Mapping[str, str]
    divisions: Divisions
    # How formulas look, and in which colour of CSS.
    drawings: Drawings = field(default_factory=Drawings)
    ink: str = "black"
    problems: list[Diagnostic] = field(default_factory=list)

    def compose(self, cards: Sequence[Card]) -> list[tuple[SideText, SideText]]:
        """Front and back of each card."""
        contents = CardSides(self.book)
        chapters = {chapter.id: chapter for chapter in self.book.chapters()}
        composed = []
        for number, card in enumerate(cards, 1):
            content = contents.of(card)
            chapter = chapters.get(card.chapter)
            context = {
                "card": card,
                "content": content,
                "number": number,
                "total": len(cards),
                "division": self.divisions.of(card),
                "chapter": chapter,
                "folio": self._folio(card),
                "brief": "<" not in content.question and len(unescape(content.question)) <= BRIEF,
            }
            composed.append(
                (
                    self._side("front", context, (content.question, content.hint)),
                    self._side("back", context, (content.answer, content.extra, *content.notes)),
                )
            )
        self.problems += contents.problems
        return composed

    def _side(self, side: Side, context: Mapping[str, Any], said: Iterable[Html]) -> SideText:
        content: SideTexts = context["content"]
        marked = {
            "question": Markup(content.question),
            "hint": Markup(content.hint),
            "answer": Markup(content.answer),
            "extra": Markup(content.extra),
            "notes": tuple(Markup(note) for note in content.notes),
        }
        rendered = self.layout.render(
            f"cards/{side}.html", {"book": self.book, "words": self.words, **context, **marked}
        )
        # A template that fails does so for every card.
        self.problems += (d for d in rendered.diagnostics if d not in self.problems)
        card: Card = context["card"]
        html = pictured(str(rendered.value or ""), self.drawings, self.ink)
        # Both without the words of formulas, which are pictures now.
        texts = tuple(pictured(text, self.drawings, self.ink) for text in said if text)
        return SideText(card, context["number"], side, context["division"], html, texts)

    def _folio(self, card: Card) -> str:
        """The page that asks the question, else that of the chapter."""
        return self.folios.get(card.anchor) or self.folios.get(card.chapter, "")


def stylesheets(
    layout: Layout,
    looks: Appearance,
    form: Format,
    names: Sequence[str] = SHEETS,
    own: str = OWN_SHEET,
) -> Diagnosed[tuple[str, ...]]:
    """The CSS texts in the order of the cascade, `own` last, where a project has it."""
    context = {
        "form": form,
        "colour": looks.colours.named,
        "palette": looks.colours.divisions,
        "font": looks.fonts.stacks,
        "faces": looks.fonts.faces,
        "sizes": SIZES,
    }
    return layout.stylesheets(names, own, context)


def document(language: str, body: str, title: str) -> str:
    """A complete HTML document."""
    return (
        f'<!DOCTYPE html>\n<html lang="{escape(language)}" dir="{direction(language)}">'
        f'<head><meta charset="utf-8"><title>{escape(title)}</title></head><body>{body}</body></html>'
    )


def short_title(card: Card, length: int = 60) -> str:
    """The first words of a card's front, for the outline: gaps of clozes as `…`."""
    text = words(rewrite(question(card).nodes, _elided)) or card.id
    if len(text) <= length:
        return text
    return text[:length].rsplit(" ", 1)[0].rstrip(" ,;:") + " …"


def _elided(_: Element, new: Element) -> Element | tuple[Text]:
    return (Text("…"),) if isinstance(new, Gap) else new
