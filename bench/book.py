"""A synthetic technical book: code, tables, figures, references, footnotes, an index, review questions.

Chapters come from a seed and their number alone, so that a longer book begins with the chapters of a
shorter one (only the targets of its references differ).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from bench import prose

SEED = 2025
# Measured with the default layout on A4, front and back matter included.
PAGES_PER_CHAPTER = 19
CHAPTERS_PER_PART = 8
SECTIONS = 5
# Words that fill a page of running text.
PAGE = 430


@dataclass(frozen=True, slots=True)
class Text:
    """Plain words."""

    text: str


@dataclass(frozen=True, slots=True)
class Code:
    """Code within a line."""

    text: str


@dataclass(frozen=True, slots=True)
class Indexed:
    """A stressed word that the index lists."""

    text: str


@dataclass(frozen=True, slots=True)
class Reference:
    """A reference to a label, printed with its page."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Note:
    """A footnote; `name` is unique in its chapter."""

    name: str
    text: str


Span = Text | Code | Indexed | Reference | Note


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading below the chapter's title, which is level 1."""

    level: int
    text: str
    label: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text."""

    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    items: tuple[tuple[Span, ...], ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """A block of code."""

    language: str
    text: str


@dataclass(frozen=True, slots=True)
class Table:
    """A table with a caption; the first row is its head."""

    label: str
    caption: str
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """A drawing with a caption: boxes joined by arrows."""

    label: str
    caption: str
    boxes: tuple[str, ...]

    @property
    def svg(self) -> str:
        """The drawing."""
        width, drawn = 130, []
        for place, name in enumerate(self.boxes):
            x = 10 + place * width
            drawn.append(
                f'<rect x="{x}" y="10" width="100" height="50" fill="#e6f0f4" stroke="#1a1a1a"/>'
            )
            drawn.append(f'<text x="{x + 50}" y="40" text-anchor="middle">{name}</text>')
            if place:
                drawn.append(
                    f'<path d="M{x - 30} 35h26m-6 -5l6 5l-6 5" fill="none" stroke="#1a1a1a"/>'
                )
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{len(self.boxes) * width}" height="70" '
            f'font-family="Source Sans 3" font-size="14">{"".join(drawn)}</svg>\n'
        )


@dataclass(frozen=True, slots=True)
class Box:
    """A note or a warning."""

    kind: str
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """A question to learn, which the handbook asks at the end of the chapter."""

    id: str
    question: str
    answer: str


Block = Heading | Paragraph | Items | Listing | Table | Figure | Box | Card


@dataclass(frozen=True, slots=True)
class Chapter:
    """A chapter; `label` names its file."""

    label: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A part and its chapters."""

    title: str
    chapters: tuple[Chapter, ...]


@dataclass(frozen=True, slots=True)
class Book:
    """A book."""

    title: str
    parts: tuple[Part, ...]

    @property
    def chapters(self) -> tuple[Chapter, ...]:
        """Every chapter in order."""
        return tuple(chapter for part in self.parts for chapter in part.chapters)


def book_of(pages: int, seed: int = SEED, chapter_pages: int = PAGES_PER_CHAPTER) -> Book:
    """A book of about so many pages, in chapters of about `chapter_pages`."""
    count = max(round(pages / chapter_pages), 1)
    sections = max(round(SECTIONS * chapter_pages / PAGES_PER_CHAPTER), 1)
    numbers = range(1, count + 1)
    chapters = [_Writing(number, count, seed, sections).chapter() for number in numbers]
    return _bound(f"A Synthetic Book of {pages} Pages", chapters, seed)


def cards_of(count: int, seed: int = SEED) -> Book:
    """A book of little but cards."""
    chapters = []
    for number in range(1, count // 20 + 1):
        writing = _Writing(number, count // 20, seed, SECTIONS)
        lead = Paragraph((Text(prose.sentence(writing.rng)),))
        cards = (writing.card() for _ in range(20))
        chapters.append(Chapter(writing.label, prose.title(writing.rng), (lead, *cards)))
    return _bound(f"{count} Cards", chapters, seed)


def page_of_text(seed: int = SEED) -> tuple[Paragraph, ...]:
    """Paragraphs that fill a page."""
    rng, paragraphs, words = Random(f"{seed} growth"), [], 0
    while words < PAGE:
        text = " ".join(prose.sentence(rng) for _ in range(5))
        words += len(text.split())
        paragraphs.append(Paragraph((Text(text),)))
    return tuple(paragraphs)


def _bound(title: str, chapters: list[Chapter], seed: int) -> Book:
    rng = Random(f"{seed} parts")
    starts = range(0, len(chapters), CHAPTERS_PER_PART)
    parts = (Part(prose.title(rng), tuple(chapters[n : n + CHAPTERS_PER_PART])) for n in starts)
    return Book(title, tuple(parts))


def _section(chapter: int, number: int) -> str:
    return f"ch-{chapter:03}-{number}"


class _Writing:
    """One chapter of some sections being written; `count` is how many chapters the book has."""

    def __init__(self, number: int, count: int, seed: int, sections: int) -> None:
        self.rng = Random(f"{seed} {number}")
        self.number = number
        self.count = count
        self.sections = sections
        self.label = f"ch-{number:03}"
        self._made = 0

    def chapter(self) -> Chapter:
        blocks = tuple(self._blocks())
        return Chapter(self.label, prose.title(self.rng), blocks)

    def card(self) -> Card:
        question = f"What does it mean that {prose.clause(self.rng)}?"
        return Card(self._name("q"), question, prose.sentence(self.rng))

    def _blocks(self) -> Iterator[Block]:
        yield self._paragraph()
        for section in range(1, self.sections + 1):
            yield Heading(2, prose.title(self.rng), _section(self.number, section))
            yield self._paragraph()
            for _ in range(2):
                yield Heading(3, prose.title(self.rng), self._name("s"))
                for _ in range(self.rng.randint(2, 4)):
                    yield self._paragraph()
                    yield self._matter()
                yield self._paragraph()
            yield self.card()

    def _matter(self) -> Block:
        """What stands between paragraphs; code is half of it."""
        rng = self.rng
        kind = rng.random()
        if kind < 0.5:
            return Listing(*prose.listing(rng))
        if kind < 0.65:
            head = ("Name", "Meaning", "Size", "Kept")
            rows = (
                (prose.pick(rng, prose.NOUNS), prose.phrase(rng), str(rng.randint(1, 9999)), rng.choice(("yes", "no")))
                for _ in range(rng.randint(4, 10))
            )  # fmt: skip
            return Table(self._name("t"), prose.title(rng), (head, *rows))
        if kind < 0.8:
            return Items(tuple(self._spans(1) for _ in range(rng.randint(3, 6))))
        if kind < 0.93:
            return Box(rng.choice(("note", "tip", "warning")), self._spans(2))
        boxes = tuple(prose.pick(rng, prose.NOUNS) for _ in range(rng.randint(3, 4)))
        return Figure(self._name("f"), prose.title(rng), boxes)

    def _paragraph(self) -> Paragraph:
        return Paragraph(self._spans(self.rng.randint(3, 6)))

    def _spans(self, sentences: int) -> tuple[Span, ...]:
        return tuple(span for _ in range(sentences) for span in self._sentence())

    def _sentence(self) -> Iterator[Span]:
        rng = self.rng
        kind = rng.random()
        if kind < 0.6:
            yield Text(f"{prose.sentence(rng)} ")
        elif kind < 0.82:
            yield Text("Here ")
            yield Code(
                f"{prose.pick(rng, prose.NOUNS)}.{prose.pick(rng, prose.NOUNS)}({rng.randint(1, 99)})"
            )
            yield Text(f" means that {prose.clause(rng)}. ")
        elif kind < 0.9:
            article, words = prose.an(prose.phrase(rng)).split(" ", 1)
            yield Text(f"{article.capitalize()} ")
            yield Indexed(words)
            yield Text(f" is one that {prose.pick(rng, prose.VERBS)} the {prose.phrase(rng)}. ")
        elif kind < 0.96:
            target = _section(int(rng.random() * self.count) + 1, rng.randint(1, self.sections))
            yield Text(f"How {prose.clause(rng)} is told under ")
            yield Reference(target, prose.phrase(rng))
            yield Text(". ")
        else:
            yield Text(f"{prose.clause(rng).capitalize()}.")
            yield Note(self._name("n"), prose.sentence(rng))
            yield Text(" ")

    def _name(self, kind: str) -> str:
        """A name that nothing else in the book has."""
        self._made += 1
        return f"{self.label}-{kind}{self._made}"
