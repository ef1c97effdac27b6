"""What every section is composed with: the book, the layout's templates, and the problems met on the way."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from markupsafe import Markup

from guidepress.book.model import Book, Card, Chapter
from guidepress.diagnostics import Diagnostic
from guidepress.handbook.folios import MAIN
from guidepress.handbook.geometry import Geometry, HandbookSettings
from guidepress.handbook.kept import Kept
from guidepress.handbook.mentions import Mentions
from guidepress.handbook.section_text import SectionText, read
from guidepress.layouts import Layout
from guidepress.layouts.drawing import data_url
from guidepress.layouts.words import direction
from guidepress.words import Words

T = TypeVar("T")


@dataclass(slots=True)
class Composer:
    """Renders templates of one book in one layout; `problems` gathers what they report.

    `mentions` are the places of terms that go into the index, None where only those do that authors marked. `kept` are
    the sections as they were composed before; it watches what is read of the book.
    """

    book: Book
    layout: Layout
    settings: HandbookSettings
    geometry: Geometry
    words: Words
    colours: Mapping[str, str]
    problems: list[Diagnostic] = field(default_factory=list)
    mentions: Mentions | None = None
    kept: Kept | None = None

    def render(self, template: str, **context: Any) -> Markup:
        """The template with the names that all templates share; empty where it fails."""
        shared = {
            "book": self.book,
            "page": self.geometry,
            "words": self.words,
            "settings": self.settings,
            "colour": self.colours,
            "direction": direction(self.book.language),
            "say": self.say,
            "on_page": self.on_page,
            "folio": folio,
            "pages": pages,
            "leader": Markup('<span class="leader"></span>'),
            "verso": "",
            "recto": "",
        }
        rendered = self.layout.render(template, {**shared, **context})
        self.problems += rendered.diagnostics
        return Markup(rendered.value or "")

    def section(self, name: str, template: str, **context: Any) -> SectionText:
        """The same of a whole section, which is not rendered again where all that it is made of is as before."""

        def made() -> SectionText:
            return read(self.render(template, **context))

        return self.composed(name, (template, context), made, SectionText)

    def composed(self, name: str, made_of: object, make: Callable[[], T], kind: type[T]) -> T:
        """What `make` gives, a value of `kind`, or gave of the same before; `name` is unique in the book."""
        if self.kept is None:
            return make()
        count = len(self.problems)
        return self.kept.of(name, made_of, make, kind, lambda: len(self.problems) == count)

    def cards(self, chapter: Chapter) -> tuple[Card, ...]:
        """The cards that a chapter names, in its order."""
        if self.kept is not None:
            return self.kept.cards(chapter)
        by_id = {card.id: card for card in self.book.cards}
        return tuple(by_id[name] for name in chapter.cards if name in by_id)

    def drawing(self, template: str, **context: Any) -> str:
        """A picture that the layout draws as SVG, as a `data:` URL; empty where it fails."""
        drawn = self.render(template, **context)
        return data_url(drawn) if drawn else ""

    def say(self, name: str, /, **values: Any) -> Markup:
        """A message with values that may be HTML, such as the place of a page number, in it."""
        pieces = self.words.pieces(name, values, str)
        return Markup("").join(Markup.escape(piece) for piece in pieces)

    def on_page(self, number: Markup) -> Markup:
        """The place of a page number, or of several, as it is referred to: "p. 12"."""
        return self.say("page-n", n=number)


def folio(anchor: str, right: bool = False, before: str = "") -> Markup:
    """The place of one page number; `Folios` writes the number, the linker keeps it right.

    Numbers that keep their right edge (`right`) can change in length without a new layout; the text `before`
    the number moves with it.
    """
    edge = ' data-page-align="right"' if right else ""
    return Markup('<span data-page="{}"' + edge + ">{}</span>").format(anchor, before)


def pages(anchors: tuple[str, ...], main: tuple[str, ...] = (), separator: str = ", ") -> Markup:
    """The place of the page numbers of several anchors, merged into runs ("12–14, 20"), in bold those of `main`."""
    if not anchors:
        return Markup()
    named = " ".join(f"{MAIN}{a}" if a in main else a for a in anchors)
    return Markup('<span data-pages="{}">{}</span>').format(named, separator)


def markup(html: str) -> Markup:
    """HTML of the book, which has passed its allow-list."""
    return Markup(html)
