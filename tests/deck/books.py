"""Books made by hand, as small as a test needs them."""

from __future__ import annotations

import hashlib
import struct
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.contents import make, replace
from tests.wording import words_in

from guidepress import scratch
from guidepress.book.model import (
    Book,
    Brand,
    Card,
    Chapter,
    DeckOptions,
    HandbookOptions,
    Image,
    Label,
    Part,
    SheetOptions,
    Skill,
)  # fmt: skip
from guidepress.card_kinds import settled
from guidepress.deck.lock import Lock, read_lock
from guidepress.deck.package import DeckRow, NoteRow, package
from guidepress.deck.press import Deck, press
from guidepress.deck.templates import FILES, Templates, templates_from
from guidepress.diagnostics import Diagnosed, Diagnostic, Span

LAYOUT = Path(__file__).parents[2] / "layouts" / "default" / "deck"
FIRST = 1_740_787_200  # 1 March 2025
MONTH = 30 * 24 * 3600


def files(folder: Path) -> dict[str, Path | None]:
    """The path of each part in a folder like a layout's `deck/`."""
    return {part: folder / name for part, name in FILES.items()}


def templates(look: str = "") -> Templates:
    """The default layout's, with the style sheet of a look after its own."""
    path = LAYOUT / "looks" / f"{look}.css" if look else None
    found = templates_from(files(LAYOUT), words_in(), path)
    assert found.value is not None, found.diagnostics
    return found.value


def basic(id: str, front: str = "", back: str = "", **more: Any) -> Card:
    """A basic card in a chapter of its own choice (`chapter=`)."""
    return settled(make(Card, **{
        "id": id, "kind": "basic", "origin": "card", "span": Span("chapters/who.md", 3),
        "front": front or f"<p>What is {id}?</p>", "back": back or f"<p>It is {id}.</p>",
        "anchor": f"card-{id}", "chapter": "who", **more,
    }))  # fmt: skip


def cloze(id: str, text: str, **more: Any) -> Card:
    """A cloze card; `[[a]]` becomes a mark with the next number, `[[2:a]]` one with number 2."""
    parts = text.split("[[")
    out = [parts[0]]
    for n, part in enumerate(parts[1:], 1):
        hidden, _, rest = part.partition("]]")
        number, colon, words = hidden.partition(":")
        if not (colon and number.isdigit()):
            number, words = str(n), hidden
        out.append(f'<mark class="cloze" data-cloze="{number}">{words}</mark>{rest}')
    return make(Card, **{
        "id": id, "kind": "cloze", "origin": "card", "span": Span("chapters/who.md", 5),
        "text": f"<p>{''.join(out)}</p>", "anchor": f"card-{id}", "chapter": "who", **more,
    })  # fmt: skip


def chapter(id: str, number: str = "", title: str = "", **more: Any) -> Chapter:
    """A chapter without text."""
    title = title or id.capitalize()
    return make(Chapter, id, f"chapters/{id}.md", number, title, title, "", **more)


def part(id: str, *chapters: Chapter, title: str = "") -> Part:
    """A part."""
    return make(Part, id, "I", title or id.capitalize(), "", chapters)


def png(path: Path, shade: int = 0) -> Path:
    """Write a picture of one pixel."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        )

    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
        + chunk(b"IDAT", zlib.compress(bytes((0, shade)))) + chunk(b"IEND", b"")
    )  # fmt: skip
    return path


def packed(
    decks: Iterable[DeckRow], models: Mapping[int, Mapping[str, Any]], notes: Iterable[NoteRow]
) -> bytes:
    """A package without pictures."""
    path = scratch.new_file(".apkg")
    package(path, decks, models, notes, {})
    return path.read_bytes()


def image(key: str, path: Path) -> Image:
    """A picture of the book."""
    return Image(key, path, hashlib.sha256(path.read_bytes()).hexdigest(), 1, 1)


def book(*cards: Card, **more: Any) -> Book:
    """A book of two parts of two chapters (who, what; http, sql), with these cards."""
    parts = (
        part("orientation", chapter("who", "1", "Who you are"), chapter("what", "2")),
        part("practice", chapter("http", "3", "HTTP"), chapter("sql", "4", "SQL", stage="storage")),
    )
    values: dict[str, Any] = {
        "id": "test-guide", "title": "A Test Guide", "subtitle": "", "edition": "2025.1",
        "language": "en", "authors": (), "publisher": "", "description": "", "keywords": (),
        "licence": "", "date": "2025-03-01", "brand": Brand(), "handbook": HandbookOptions(),
        "deck": make(DeckOptions, "A Test Guide", "<p>Cards for a test.</p>"),
        "sheets": SheetOptions(), "front": (),
        "parts": parts, "back": (chapter("glossary"),), "roadmap": None,
        "skills": (make(Skill, "git", "Git", "version control", "", "", "", ("storage",)),),
        "questions": (), "terms": (), "tables": (), "profiles": (), "cards": cards,
        "labels": {"git": Label("git", "skill", "card-git", "Git")}, "images": {},
    }  # fmt: skip
    return make(Book, **{**values, **more})


def pressed(
    made: Book, lock: Lock | None = None, *, released: int = FIRST, **more: Any
) -> tuple[Deck, tuple[Diagnostic, ...]]:
    """Press a book that has no errors."""
    result = press(made, lock, more.pop("layout", None) or templates(), released=released, **more)
    assert result.value is not None, [(d.code, d.message) for d in result.diagnostics]
    return result.value, result.diagnostics


def problems(made: Book, lock: Lock | None = None, **more: Any) -> Diagnosed[Deck]:
    """Press a book that may have errors."""
    return press(made, lock, templates(), **{"released": FIRST, **more})


def codes(result: Diagnosed[Any] | tuple[Diagnostic, ...]) -> list[str]:
    """The codes of the problems."""
    found = result if isinstance(result, tuple) else result.diagnostics
    return [d.code for d in found]


@dataclass
class Releases:
    """A guide that is released again and again: each deck against the lock of the one before, as text."""

    lock: str = ""
    released: int = FIRST
    decks: list[Deck] = field(default_factory=list)

    def release(self, made: Book, **more: Any) -> tuple[Deck, tuple[Diagnostic, ...]]:
        """Press the next release, a month after the last one."""
        found = read_lock(self.lock) if self.lock else None
        assert found is None or found.value is not None, found.diagnostics
        deck, warnings = pressed(
            made, found.value if found else None, released=self.released, **more
        )
        self.lock = deck.lock.text()
        self.released += MONTH
        self.decks.append(deck)
        return deck, warnings


def moved(card: Card, chapter: str) -> Card:
    """The card in another chapter."""
    return replace(card, chapter=chapter)
