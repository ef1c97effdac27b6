"""A deck that holds a guide in several languages: each has decks, note types, notes and a tag of its own.

In deck.lock what is of another language than the guide's ends in `@` and its code: cards (`http-idempotent@de`), places
(`chapter:http@de`) and note types (`basic@de`). So its GUIDs are others than those of the guide's own language, which
are what they are in a deck of that language alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from babel import Locale, UnknownLocaleError

from guidepress.book.model import Book, Card
from guidepress.deck.templates import Templates

# The topmost deck, as the lock names it.
ROOT = "."
SEPARATOR = "@"


@dataclass(frozen=True, slots=True)
class DeckLanguage:
    """One of the languages of a deck; without a `code`, the only one. `own`: it is the guide's."""

    code: str = ""
    own: bool = True

    @property
    def suffix(self) -> str:
        """What the names in the lock end in."""
        return "" if self.own else f"{SEPARATOR}{self.code.lower()}"

    @property
    def root(self) -> str:
        """The place of the deck above all of this language."""
        return f"language:{self.code.lower()}" if self.code else ROOT

    @property
    def tags(self) -> tuple[str, ...]:
        """The tag of its notes, below the guide's."""
        return (f"language::{self.code.lower()}",) if self.code else ()

    @property
    def name(self) -> str:
        """What it calls itself, for its deck: `Deutsch`."""
        try:
            locale = Locale.parse(self.code, sep="-")
        except (ValueError, UnknownLocaleError):
            return self.code
        name = locale.get_display_name(locale) or self.code
        return name[:1].upper() + name[1:]

    def place(self, place: str) -> str:
        """A place of the book, as the lock names it in this language."""
        return self.root if place == ROOT else f"{place}{self.suffix}"

    def card(self, id_: str) -> str:
        """A card of the book, as the lock names it in this language."""
        return f"{id_}{self.suffix}" if id_ else ""


# The language of a deck that has one.
ONLY = DeckLanguage()


def suffix_in(name: str) -> str:
    """What the name of a card in the lock ends in, of another language than the guide's (`@de`); else nothing."""
    at = name.find(SEPARATOR)
    return name[at:] if at >= 0 else ""


def without_language(name: str) -> str:
    """The name of a card in the guide, of what it is called in the lock."""
    return name.partition(SEPARATOR)[0]


@dataclass(frozen=True, slots=True)
class Translation:
    """A guide in another language, for a deck that holds it in several.

    `cards` are those of a book that has given them up.
    """

    language: DeckLanguage
    book: Book
    templates: Templates
    cards: Iterable[Card] | None = field(default=None)
