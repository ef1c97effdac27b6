"""guide.yaml: identity, order of contents, products, editions."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal, get_args

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints

from guidepress.model.base import Conditional, Id, Line, Markdown, Record, Value

PageName = Literal["A4", "A5", "Letter", "7x9.25", "170x240", "6x9", "Crown Quarto"]
_LENGTH = re.compile(r"[0-9]+(\.[0-9]+)?\s*(mm|in|pt|cm)")


def _length(value: str) -> str:
    if not _LENGTH.fullmatch(value):
        raise ValueError("a length is a number and mm, cm, in or pt, such as `3mm`")
    return value


def _page(value: Any) -> Any:
    """Says what a page can be before the members of the union complain one by one."""
    if isinstance(value, list) and len(value) == 2 and all(isinstance(v, str) for v in value):
        return tuple(map(_length, value))
    if value not in get_args(PageName):
        raise ValueError(f"expected {', '.join(get_args(PageName))} or [width, height]")
    return value


def _offset(value: str) -> str:
    _length(value.removeprefix("-"))
    return value


Length = Annotated[str, AfterValidator(_length)]
# A length that may be negative.
Offset = Annotated[str, AfterValidator(_offset)]
Page = Annotated[PageName | tuple[Length, Length], BeforeValidator(_page)]
Path = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
# BCP 47: a language, perhaps a script and a region.
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]
# Letters, digits, `_` and `-`.
VARIABLE = r"^[A-Za-z_][A-Za-z0-9_-]*$"


def _hyphenated(value: str) -> str:
    if not re.fullmatch(r"[^\W\d_]+([-'’][^\W\d_]+)*", value):
        raise ValueError(
            "expected a word, with hyphens where it may be broken, such as `data-base`; without any, it never is"
        )
    return value


# A word, with hyphens where it may be broken.
Hyphenated = Annotated[Line, AfterValidator(_hyphenated)]


class ChapterEntry(Conditional):
    """A chapter in the contents: a file, or a file with an id and a title of its own.

    `deck` is the name of its deck in Anki, number and all, whatever the title.
    """

    file: Path
    id: Id | None = None
    title: Line | None = None
    deck: Line | None = None


def _entry(value: Any) -> Any:
    return {"file": value} if isinstance(value, str) else value


Entry = Annotated[ChapterEntry, BeforeValidator(_entry)]


class PartEntry(Conditional):
    """A part: a title over chapters; `deck` as for a chapter."""

    title: Line
    id: Id | None = None
    deck: Line | None = None
    summary: Markdown | None = None
    chapters: Annotated[tuple[Entry, ...], Field(min_length=1)]


class Contents(Record):
    """What the book holds, in order."""

    front: tuple[Entry, ...] = ()
    parts: Annotated[tuple[PartEntry, ...], Field(min_length=1)]
    back: tuple[Entry, ...] = ()

    def entries(self) -> tuple[ChapterEntry, ...]:
        """Every chapter in order."""
        return (*self.front, *(entry for part in self.parts for entry in part.chapters), *self.back)


class HandbookProduct(Record):
    """How the handbook is printed. `page` is a name (`A4`, `7x9.25` …) or `[width, height]`; else the layout's.

    `opening` says on which page a chapter may begin; the number of pages is rounded up to a multiple of `multiple`.
    The `index` has the places that are marked, or also those at which chapters mention a term of the glossary.
    """

    page: Page | None = None
    layout: Id = "default"
    sides: Literal["double", "single"] = "double"
    opening: Literal["right", "any"] = "right"
    multiple: Annotated[int, Field(ge=1, le=64)] = 1
    index: Literal["marked", "mentions"] = "marked"
    bleed: Length | None = None
    marks: bool = False


def _report(value: str) -> str:
    if re.fullmatch(r"mailto:[^\s\"<>@]+@[^\s\"<>?]+", value):
        return value
    if not re.fullmatch(r"https://[^\s\"<>]+", value) or "{card}" not in value:
        raise ValueError(
            "a report goes to `mailto:name@example.org`, or to an `https:` address with `{card}` in it"
        )
    return value


class Preset(Record):
    """Deck options that learners may take: new cards and reviews a day, the share that is to be remembered."""

    new: Annotated[int, Field(ge=1, le=9999)] = 20
    reviews: Annotated[int, Field(ge=1, le=9999)] = 200
    retention: Annotated[float, Field(ge=0.7, le=0.99)] = 0.9


class DeckProduct(Record):
    """The Anki deck's name (default: the guide's title) and description, where learners report a card, and options."""

    name: Line | None = None
    description: Markdown | None = None
    report: Annotated[Line, AfterValidator(_report)] | None = None
    preset: Preset | None = None


class CardsProduct(Record):
    """The sheets of printed cards.

    `sheet` and `card` are names (`A4`, `A7`, `Avery 5388` …) or `[width, height]`; `gutter` and `margin` one
    length, or `[across, down]`; `offset` moves the backs. `guides`: a card on learning and dividers where places
    would stay empty. `parts`, `chapters`, `tags` and `news` choose cards.
    """

    sheet: Path | tuple[Length, Length] = "A4"
    card: Path | tuple[Length, Length] | None = None
    gutter: Length | tuple[Length, Length] | None = None
    margin: Length | tuple[Length, Length] | None = None
    bleed: Length | None = None
    safe: Length | None = None
    flip: Literal["long-edge", "short-edge", "fold"] | None = None
    order: Literal["stack", "reading"] = "stack"
    offset: tuple[Offset, Offset] = ("0mm", "0mm")
    ticks: bool = True
    guides: bool = True
    parts: tuple[Id, ...] = ()
    chapters: tuple[Id, ...] = ()
    tags: tuple[Id, ...] = ()
    news: bool = False


class Products(Record):
    """Settings of the products; each has defaults for everything. `web` and `epub` are made where they are true."""

    handbook: HandbookProduct = HandbookProduct()
    deck: DeckProduct = DeckProduct()
    cards: CardsProduct = CardsProduct()
    web: bool = False
    epub: bool = False


# A variable's name, as `{{ name }}` in a text asks for it.
Variable = Annotated[str, StringConstraints(pattern=VARIABLE, max_length=80)]
# What an edition is for; `only:` and `except:` may name it. The guide itself is one for students.
EditionKind = Literal["student", "instructor", "workbook", "sampler", "exam"]


class ExamDraw(Record):
    """So many cards with one of the `tags` and of one of the `chapters` (ids), all of them where none are named."""

    count: Annotated[int, Field(gt=0, le=1000)]
    tags: tuple[Id, ...] = ()
    chapters: tuple[Id, ...] = ()
    marks: Annotated[int, Field(gt=0, le=1000)] = 1


class ExamRecord(Record):
    """The questions of an exam: drawn by `seed`, in this order."""

    seed: Value
    draw: Annotated[tuple[ExamDraw, ...], Field(min_length=1)]
    instructions: Markdown | None = None


class Edition(Record):
    """What one edition says otherwise; whatever is left out stays as in the guide.

    `chapters` are those that it has, by id or file; all without it. `variables` come over those of the guide.
    """

    kind: EditionKind | None = None
    chapters: Annotated[tuple[Path, ...], Field(min_length=1)] = ()
    variables: dict[Variable, Value] = {}
    exam: ExamRecord | None = None
    language: Language | None = None
    title: Line | None = None
    subtitle: Line | None = None
    edition: Line | None = None
    publisher: Line | None = None
    brand: Path | None = None
    products: Products | None = None


class Extension(Record):
    """An extension of Python-Markdown: its name, as in `markdown.Markdown(extensions=…)`, and its settings."""

    name: Line
    settings: dict[str, Any] = {}


def _extension(value: Any) -> Any:
    return {"name": value} if isinstance(value, str) else value


class MarkdownOptions(Record):
    """What is added to the dialect of the guide's Markdown."""

    extensions: tuple[Annotated[Extension, BeforeValidator(_extension)], ...] = ()


class GuideFile(Record):
    """guide.yaml as a whole. `id` is permanent: every card's identity depends on it.

    `typography: none` leaves quotation marks, dashes and dots as they were typed.
    `strictness` is `adopted` where the text was written for another tool: some of its faults are warnings then.
    """

    id: Id
    title: Line
    subtitle: Line | None = None
    edition: Line
    language: Language = "en"
    typography: Literal["language", "none"] = "language"
    strictness: Literal["adopted", "release"] = "release"
    authors: tuple[Line, ...] = ()
    publisher: Line | None = None
    description: Markdown | None = None
    keywords: tuple[Line, ...] = ()
    licence: Line | None = None
    date: Line | None = None
    hyphenation: tuple[Hyphenated, ...] = ()
    contents: Contents
    markdown: MarkdownOptions = MarkdownOptions()
    products: Products = Products()
    variables: dict[Variable, Value] = {}
    editions: dict[Id, Edition] = {}
