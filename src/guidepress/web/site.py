"""The site: one folder of static pages that works from a disk as from a server, and asks nobody for anything."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from guidepress.book.model import Book
from guidepress.diagnostics import Diagnosed
from guidepress.layouts import Layout
from guidepress.layouts.colours import palette
from guidepress.layouts.words import direction, layout_words
from guidepress.maths import Drawings
from guidepress.web.bodies import Bodies, Shown, file_name
from guidepress.web.pages import CARDS, Page, Pages, back_links

FOLDER = "web"
_SUFFIX = ".html"


@dataclass(frozen=True, slots=True)
class Leaf:
    """A page as templates see it."""

    file: str
    anchor: str
    number: str
    title: str
    title_html: Markup
    promise: Markup
    body: Markup
    cards: tuple[Shown, ...]


@dataclass(frozen=True, slots=True)
class PartLeaves:
    """A part with its pages."""

    id: str
    number: str
    title: str
    summary: Markup
    pages: tuple[Leaf, ...]


@dataclass(frozen=True, slots=True)
class CardGroup:
    """The cards of a chapter."""

    page: Leaf
    cards: tuple[Shown, ...]


def site(book: Book, layout: Layout, drawings: Drawings) -> Diagnosed[Mapping[str, bytes]]:
    """The files of the site by their names within its folder; the problems are those of templates and colours."""
    words = layout_words(layout, book.language, book.brand.words)
    bodies = Bodies(book, layout, words, drawings)
    colours = palette(layout, book.brand.colours)
    pages = Pages(book, bodies, _SUFFIX)
    for page in pages.pages:
        back_links(page)
    leaves = {page.chapter.id: leaf(page, pages, bodies) for page in pages.pages}
    files = _rendered(book, bodies, pages, leaves)
    if colours.value is not None:
        style = layout.render("web/style.css", {"colour": colours.value})
        bodies.problems += style.diagnostics
        files["style.css"] = (style.value or "").encode()
    script = layout.path("web/script.js")
    files["script.js"] = script.read_bytes() if script else b""
    files["search.js"] = _index(pages)
    problems = (*bodies.problems, *colours.diagnostics)
    if problems:
        return Diagnosed(None, problems)
    return Diagnosed({**files, **bodies.pictures, **pictures(book), **_sounds(book)})


def leaf(page: Page, pages: Pages, bodies: Bodies) -> Leaf:
    """A page for templates; a card that stands in its body already has no anchor of its own."""
    chapter = page.chapter
    there = {element.get("id") for element in page.root.iter() if isinstance(element.tag, str)}
    return Leaf(
        pages.file(page.name),
        chapter.anchor,
        chapter.number,
        chapter.title,
        bodies.html(chapter.title_html),
        pages.own(chapter.promise, page.name),
        page.body,
        tuple(
            Shown(card.id, "" if card.anchor in there else card.anchor, card.question, card.answer)
            for card in pages.cards_of(page)
        ),
    )


def pictures(book: Book) -> Mapping[str, bytes]:
    """The images of the book by the names that pages give them. Raises OSError."""
    return {
        file_name(image.key, image.sha256): image.path.read_bytes()
        for image in book.images.values()
    }


def _sounds(book: Book) -> Mapping[str, bytes]:
    """The sounds of the book likewise. Raises OSError."""
    return {
        file_name(sound.key, sound.sha256, "sounds"): sound.path.read_bytes()
        for sound in book.sounds.values()
    }


def _rendered(
    book: Book, bodies: Bodies, pages: Pages, leaves: Mapping[str, Leaf]
) -> dict[str, bytes]:
    groups = tuple(CardGroup(leaves[page.chapter.id], cards) for page, cards in pages.cards_page())
    common = {"direction": direction(book.language), "has_cards": bool(groups)}
    parts = tuple(
        PartLeaves(
            part.id,
            part.number,
            part.title,
            pages.own(part.summary, "index"),
            tuple(leaves[chapter.id] for chapter in part.chapters),
        )
        for part in book.parts
    )
    index = {
        "front": [leaves[chapter.id] for chapter in book.front],
        "parts": parts,
        "back": [leaves[chapter.id] for chapter in book.back],
        "description": pages.own(book.description, "index"),
    }
    files = {"index.html": bodies.render("web/index.html", {**common, **index})}
    order = list(leaves.values())
    for number, one in enumerate(order):
        before = order[number - 1] if number else None
        after = order[number + 1] if number + 1 < len(order) else None
        context = {**common, "page": one, "before": before, "after": after}
        files[one.file] = bodies.render("web/page.html", context)
    if groups:
        files[f"{CARDS}{_SUFFIX}"] = bodies.render("web/cards.html", {**common, "groups": groups})
    return {name: text.encode() for name, text in files.items()}


def _index(pages: Pages) -> bytes:
    """What the search looks in, as a script: a page that was opened from a disk may fetch nothing."""
    entries = [
        [
            pages.file(page.name) + (f"#{passage.anchor}" if passage.anchor else ""),
            page.chapter.title,
            passage.title,
            passage.text,
        ]
        for page in pages.pages
        for passage in page.passages()
        if passage.text or passage.anchor
    ]
    text = json.dumps(entries, ensure_ascii=False, separators=(",", ":"))
    # Line ends of JavaScript that JSON knows nothing of.
    text = text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    return f"self.guide={text};\n".encode()
