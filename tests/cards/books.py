"""Books of cards made by hand, as small as a test needs them."""

from __future__ import annotations

from typing import Any

from tests.contents import make

from guidepress.book.model import (
    Book,
    Brand,
    Card,
    Chapter,
    DeckOptions,
    Footnote,
    HandbookOptions,
    Part,
    SheetOptions,
)
from guidepress.cache import Cache
from guidepress.cards.options import CardsOptions
from guidepress.cards.press import CardSheets, press
from guidepress.diagnostics import Diagnosed, Span
from guidepress.layouts import Layout, find_layout

LAYOUT = find_layout("default").value
assert LAYOUT is not None
# For sheets that are only looked at: many are of the same cards. It has a folder while the tests here run.
KEPT = Cache(None)


def basic(id: str, front: str = "", back: str = "", **more: Any) -> Card:
    """A basic card, on line 3 of chapter `one`."""
    return make(Card, **{
        "id": id, "kind": "basic", "origin": "card", "span": Span("chapters/one.md", 3),
        "front": front or f"What is {id}?", "back": back or f"It is {id}.",
        "anchor": f"card-{id}", "chapter": "one", "part": "first", **more,
    })  # fmt: skip


def cloze(id: str, text: str, **more: Any) -> Card:
    """A cloze card of marked-up text."""
    return make(Card, **{
        "id": id, "kind": "cloze", "origin": "card", "span": Span("chapters/one.md", 5),
        "text": text, "anchor": f"card-{id}", "chapter": "one", "part": "first", **more,
    })  # fmt: skip


def hidden(text: str, number: int = 1, hint: str = "") -> str:
    """A mark of a cloze."""
    tail = f' data-hint="{hint}"' if hint else ""
    return f'<mark class="cloze" data-cloze="{number}"{tail}>{text}</mark>'


def chapter(id: str, number: str = "", title: str = "", **more: Any) -> Chapter:
    """A chapter without text."""
    title = title or id.capitalize()
    return make(Chapter, id, f"chapters/{id}.md", number, title, title, "", **more)


def book(*cards: Card, **more: Any) -> Book:
    """A book of two parts and a glossary."""
    note = make(Footnote, "fn-one-1", 1, "<p>A note on <em>one</em>.</p>")
    return make(Book, **{
        "id": "small", "title": "A Small Guide", "subtitle": "", "edition": "2025.1",
        "language": "en", "authors": ("Ada",), "publisher": "", "description": "",
        "keywords": (), "licence": "", "date": "", "brand": Brand(),
        "handbook": HandbookOptions(), "deck": make(DeckOptions, "A Small Guide"),
        "sheets": SheetOptions(), "front": (),
        "parts": (
            make(Part, "first", "I", "First Part", "", (chapter("one", "1", footnotes=(note,)),)),
            make(Part, "second", "II", "Second Part", "", (chapter("two", "2"),)),
        ),
        "back": (chapter("glossary"),),
        "roadmap": None, "skills": (), "questions": (), "terms": (), "tables": (), "profiles": (),
        "cards": cards, "labels": {}, "images": {}, **more,
    })  # fmt: skip


def many(count: int) -> Book:
    """A book of so many cards, over all divisions."""
    places = [("one", "first"), ("two", "second"), ("glossary", "")]
    return book(*(
        basic(f"card-{n}", chapter=places[n * 3 // count][0], part=places[n * 3 // count][1])
        for n in range(count)
    ))  # fmt: skip


def printed(
    book: Book, layout: Layout | None = None, cache: Cache | None = None, **options: Any
) -> Diagnosed[CardSheets]:
    """The sheets of a book, and what was found; without cards between the others, where no test wants them."""
    assert LAYOUT is not None
    chosen = CardsOptions(**{"guides": False, **options})
    return press(book, layout or LAYOUT, options=chosen, cache=cache)


def sheets(book: Book, layout: Layout | None = None, **options: Any) -> CardSheets:
    """The sheets of a book without problems."""
    done = printed(book, layout, **options)
    assert done.value is not None, done.diagnostics
    assert not done.diagnostics
    return done.value


def kept(book: Book, **options: Any) -> CardSheets:
    """As `sheets`, from what was set before where that is the same."""
    return sheets(book, cache=KEPT, **options)
