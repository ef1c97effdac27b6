"""Sides of cards as HTML, each to be set on a page of its own."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import unescape
from typing import Any

from markupsafe import Markup, escape

from guidepress.book.model import Book, Card
from guidepress.card_kinds import question
from guidepress.cards.appearance import Appearance
from guidepress.cards.content import COLUMNS, CardSides, Html, SideTexts
from guidepress.cards.divisions import Division, Divisions
from guidepress.cards.format import Format
from guidepress.cards.guides import HOW_TO, guide_cards
from guidepress.cards.imposition import Side
from guidepress.content import Element, Gap, Text
from guidepress.content.walk import rewrite, words
from guidepress.diagnostics import Diagnosed, Diagnostic, Span
from guidepress.layouts import Layout
from guidepress.layouts.drawing import data_url
from guidepress.layouts.words import direction
from guidepress.maths import Drawings, pictured

# In the order of the cascade.
SHEETS = ("shared/tokens.css", "cards/card.css")
OWN_SHEET = "cards/custom.css"
# The mark where a line of code goes on.
WRAPPED = "shared/graphics/wrapped.svg"
SIDES: tuple[Side, Side] = ("front", "back")
# The type is as large as fits: size of the answer and its line in pt, tried in this order.
SIZES: tuple[tuple[float, float], ...] = (
    (18, 23), (15, 19.5), (13, 16.75), (12, 15.5), (11, 14),
)  # fmt: skip
# The least sizes in pt of an answer, with the code and the tables in it, and of what stands beyond it.
ANSWER, EXTRA = SIZES[-1][0], 8.5
# Blocks of code as the style sheet has them, as shares of a side's size: those on the front are 0.8 of a question,
# which is 1.1.
CODE: Mapping[Side, float] = {"front": 0.88, "back": 0.84}
# Code of long lines is set smaller before they wrap, down to this; and so is code of many lines where a side does not
# fit in the smallest type (`TIGHT`, after the last of `SIZES`).
CODE_LEAST: Mapping[Side, float] = {"front": EXTRA, "back": ANSWER}
TIGHT = len(SIZES)
# No smaller beside its text, as a share of a side's size. A letter of code is so many ems wide, with what rounding
# takes.
CODE_BESIDE, _CODE_LETTER = 0.62, 0.603
# In a tag: a text may have the same letters.
_COLUMNS = re.compile(f'(<pre\\b[^<>]*) {COLUMNS}="([0-9 ]+)"')
# No letter is printed smaller than this, pt: what stands at the edges, and the labels of figures.
SMALLEST = 7.0
# A term is set like a title: no more characters and words than these, and no sentence.
TERM_LENGTH, TERM_WORDS = 44, 4
_SENTENCE = re.compile(r"[.?!:;…。？！：；؟।]\W*$")
# A card's id in the foot: the width of a letter in mm, the lines that there are, and what stands beside it.
_ID_LETTER, _ID_LINES, _ID_BESIDE = 1.49, 2, 36.0


@dataclass(frozen=True, slots=True)
class SideText:
    """A side of a card, composed. `html` goes into the side's element; `said` are the author's words on it, by text.

    `key` is unique among all sides and names the side's elements.
    """

    card: Card
    number: int
    side: Side
    division: Division
    html: Html
    said: tuple[str, ...]
    # Under what the card is listed, if not under its division.
    listed: Division | None = None

    @property
    def heading(self) -> Division:
        """What the card is listed under."""
        return self.listed or self.division

    @property
    def key(self) -> str:
        """Such as `front-12`."""
        return f"{self.side}-{self.number}"

    def code_size(self, width: float) -> float:
        """The smallest that its blocks of code are set in, where lines are `width` pt wide."""
        sizes = (self._code_size(found[2], width) for found in _COLUMNS.finditer(self.html))
        return min(sizes, default=SIZES[0][0])

    def _code_size(self, columns: str, width: float) -> float:
        """The largest size in which code takes no more rows than in the least: none wraps if none has to."""
        room = int(width / (_CODE_LETTER * CODE_LEAST[self.side]))
        needed = next((each for each in map(int, columns.split()) if each <= room), room)
        return width / (_CODE_LETTER * max(needed, 1))

    @property
    def is_tightened(self) -> bool:
        """Whether it has code that may be smaller than beside the smallest type."""
        return CODE_LEAST[self.side] < CODE[self.side] * SIZES[-1][0] and bool(
            _COLUMNS.search(self.html)
        )

    def element(self, size: int, width: float) -> Html:
        """The side at one of the type sizes or `TIGHT`, with anchors where it starts and ends.

        Its text is `width` pt wide. The element is made here and not by a layout: imposition relies on one a side.
        """
        size, tight = min(size, len(SIZES) - 1), size == TIGHT
        least = CODE_LEAST[self.side]

        def fitted(found: re.Match[str]) -> str:
            code = least if tight else self._code_size(found[2], width)
            small = code < CODE[self.side] * SIZES[size][0]
            return found[1] + (f' style="font-size: {code:.2f}pt"' if small else "")

        return (
            f'<section class="side {self.side} division-{self.division.colour} size-{size}{" tight" * tight}"'
            f' id="{self.key}">{_COLUMNS.sub(fitted, self.html)}<div id="{self.key}-end"></div></section>'
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
    # How many letters of an id there is room for.
    id_length: int = 80
    problems: list[Diagnostic] = field(default_factory=list)

    def compose(self, cards: Sequence[Card]) -> list[tuple[SideText, SideText]]:
        """Front and back of each card."""
        contents = CardSides(self.book, self.words)
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
                "term": is_term(card, content.question),
                "shows_id": len(card.id) <= self.id_length,
            }
            composed.append(
                (
                    self._side("front", context, content.said[0]),
                    self._side("back", context, content.said[1]),
                )
            )
        self.problems += contents.problems
        return composed

    def guides(self, cards: Sequence[Card], room: int) -> list[tuple[SideText, SideText]]:
        """Front and back of the cards that go between `cards`, as far as there are places for them."""
        span = self.book.sheets.span or Span("")
        title = self.words["how-to"]
        found = guide_cards(cards, self.divisions, title, room, span)
        listed = Division("", title, 0)
        composed = []
        for number, (card, division, context) in enumerate(found, len(cards) + 1):
            template = f"cards/{'how-to' if card.id == HOW_TO else 'divider'}.html"
            pair = []
            for side in SIDES:
                values = {**context, "side": side, "division": division}
                html = self._rendered(template, values)
                said = (division.title,) if "count" in values and side == "front" else ()
                pair.append(SideText(card, number, side, division, html, said, listed))
            composed.append((pair[0], pair[1]))
        return composed

    def _side(self, side: Side, context: Mapping[str, Any], said: tuple[str, ...]) -> SideText:
        content: SideTexts = context["content"]
        marked = {
            "question": Markup(content.question),
            "hint": Markup(content.hint),
            "answer": Markup(content.answer),
            "extra": Markup(content.extra),
            "notes": tuple(Markup(note) for note in content.notes),
        }
        card: Card = context["card"]
        html = self._rendered(f"cards/{side}.html", {**context, **marked})
        html = pictured(html, self.drawings, self.ink)
        return SideText(card, context["number"], side, context["division"], html, said)

    def _rendered(self, template: str, context: Mapping[str, Any]) -> Html:
        rendered = self.layout.render(template, {"book": self.book, "words": self.words, **context})
        # A template that fails does so for every card.
        self.problems += (d for d in rendered.diagnostics if d not in self.problems)
        return str(rendered.value or "")

    def _folio(self, card: Card) -> str:
        """The page that asks the question, else that of the chapter."""
        return self.folios.get(card.anchor) or self.folios.get(card.chapter, "")


def is_term(card: Card, question: Html) -> bool:
    """Whether the front of a card is a term, and no question or sentence."""
    if card.origin == "term":
        return True
    text = unescape(question)
    short = len(text) <= TERM_LENGTH and len(text.split()) <= TERM_WORDS
    return short and "<" not in question and not _SENTENCE.search(text)


def id_length(form: Format) -> int:
    """How many letters of an id the foot of a card has room for. What is longer is not printed."""
    return _ID_LINES * max(0, int((form.measure.width - _ID_BESIDE) / _ID_LETTER))


def stylesheets(
    layout: Layout,
    looks: Appearance,
    form: Format,
    names: Sequence[str] = SHEETS,
    own: str = OWN_SHEET,
) -> Diagnosed[tuple[str, ...]]:
    """The CSS texts in the order of the cascade, `own` last, where a project has it."""
    wrapped = layout.render(WRAPPED, {"tone": looks.colours.named["muted"]})
    if wrapped.value is None:
        return Diagnosed(None, wrapped.diagnostics)
    context = {
        "wrapped": data_url(wrapped.value),
        "form": form,
        "colour": looks.colours.named,
        "palette": looks.colours.divisions,
        "font": looks.fonts.stacks,
        "faces": looks.fonts.faces,
        "sizes": SIZES,
        "least": {"answer": ANSWER, "extra": EXTRA},
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
