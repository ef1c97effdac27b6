"""guide.yaml: identity, order of contents, products, editions."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    PrivateAttr,
    StringConstraints,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
)

from guidepress.model.base import (
    Conditional,
    Id,
    Key,
    Line,
    Markdown,
    Names,
    Record,
    SpanIndex,
    Tag,
    Value,
)
from guidepress.model.isbn import isbn
from guidepress.model.speech import Speech

_LENGTH = re.compile(r"[0-9]+(\.[0-9]+)?\s*(mm|in|pt|cm)")


def _length(value: str) -> str:
    if not _LENGTH.fullmatch(value):
        raise ValueError("a length is a number and mm, cm, in or pt, such as `3mm`")
    return value


def _page(value: Any) -> Any:
    """Says what a page can be before the members of the union complain one by one."""
    if isinstance(value, list) and len(value) == 2 and all(isinstance(v, str) for v in value):
        return tuple(map(_length, value))
    if not isinstance(value, str) or not value.strip():
        raise ValueError("expected the name of a page, such as A4, or [width, height]")
    return value


def _offset(value: str) -> str:
    _length(value.removeprefix("-"))
    return value


Length = Annotated[str, AfterValidator(_length)]
# A length that may be negative.
Offset = Annotated[str, AfterValidator(_offset)]
# The layout says which names there are.
Page = Annotated[Line | tuple[Length, Length], BeforeValidator(_page)]
# The word keeps it apart from `Markdown`, which has the same constraints: a path is no text to print or to translate.
Path = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1), "path"]
# The id of a chapter.
ChapterId = Annotated[Id, Names("chapter")]
# BCP 47: a language, perhaps a script and a region.
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]
# The guide as it is, without `--edition`.
MAIN = "main"
# No text: nobody translates it. Typed without hyphens it is a number.
Isbn = Annotated[
    str,
    StringConstraints(strip_whitespace=True),
    AfterValidator(isbn),
    WithJsonSchema({"type": ["string", "number"]}),
]
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

    file: Annotated[Path, Names("file")]
    """The Markdown file, from the folder of guide.yaml."""
    id: Id | None = None
    """The chapter's name for references; default: made from the file's name."""
    title: Line | None = None
    """The title, in place of the file's own."""
    deck: Line | None = None
    """The name of its deck in Anki, number and all."""


def _entry(value: Any) -> Any:
    return {"file": value} if isinstance(value, str) else value


Entry = Annotated[
    ChapterEntry,
    BeforeValidator(_entry, json_schema_input_type=Annotated[str, Names("file")] | ChapterEntry),
]


class PartEntry(Conditional):
    """A part: a title over chapters; `deck` as for a chapter."""

    title: Line
    """The part's title."""
    id: Id | None = None
    """The part's name for references."""
    deck: Line | None = None
    """The name of its deck in Anki, number and all."""
    summary: Markdown | None = None
    """A text for its opening page, in Markdown."""
    chapters: Annotated[tuple[Entry, ...], Field(min_length=1)]
    """The chapters: files, or files with an id and a title."""


class Contents(Record):
    """What the book holds, in order."""

    front: tuple[Entry, ...] = ()
    """Chapters before the first part, without numbers."""
    parts: Annotated[tuple[PartEntry, ...], Field(min_length=1)]
    """The parts of the book."""
    back: tuple[Entry, ...] = ()
    """Chapters after the last part, without numbers."""

    def entries(self) -> tuple[ChapterEntry, ...]:
        """Every chapter in order."""
        return (*self.front, *(entry for part in self.parts for entry in part.chapters), *self.back)


class Paper(Record):
    """The paper of the book, which the width of its spine is computed from."""

    grammage: Annotated[float, Field(ge=30, le=400)] = 90
    """Weight, g/m²."""
    bulk: Annotated[float, Field(ge=0.5, le=3)] = 1.2
    """Specific volume, cm³/g: how thick a sheet is for its weight."""
    board: Length = "0.3mm"
    """How thick the board of the cover is."""


class CardsPress(Record):
    """What a printer gets beside cards.pdf: `cards-press.pdf`, PDF/X-4 with one side of a card a page."""

    profile: Path | None = None
    """The ICC profile of the printing condition, from the folder of guide.yaml; default: that of the extra `press`."""
    condition: Line | None = None
    """The printing condition's name in ICC's registry, such as `FOGRA51`."""


class Press(CardsPress):
    """What a printer gets beside handbook.pdf: `interior.pdf` and `cover.pdf`, both PDF/X-4."""

    inks: Literal["brand", "black"] = "brand"
    """`black` prints the interior with black alone; `brand` with the inks of brand.yaml."""
    paper: Paper = Paper()
    """The paper, which the width of the spine is computed from."""


def _pressed(value: Any) -> Any:
    """`true` for a press with nothing to say, `false` for none."""
    if value is True or (isinstance(value, str) and value.lower() in ("true", "yes", "on")):
        return {}
    if value is False or (isinstance(value, str) and value.lower() in ("false", "no", "off")):
        return None
    if not isinstance(value, (dict, CardsPress)) and value is not None:
        raise ValueError("expected true, or keys such as `profile`")
    return value


class HandbookProduct(Record):
    """How the handbook is printed. `page` is a name (`A4`, `7x9.25` …) or `[width, height]`; else the layout's.

    `opening` says on which page a chapter may begin; the number of pages is rounded up to a multiple of `multiple`.
    The `index` has the places that are marked, or also those at which chapters mention a term of the glossary.
    """

    page: Page | None = None
    """The page: `A4`, `A5`, `Letter` or `[width, height]`; default: the layout's own."""
    layout: Annotated[Id, Names("layout")] = "default"
    """A layout of guidepress, or of the project's `layouts/`."""
    sides: Literal["double", "single"] = "double"
    """`double`: chapters open on right-hand pages, margins are mirrored; `single`: neither."""
    opening: Literal["right", "any"] = "right"
    """On which page a chapter may begin."""
    multiple: Annotated[int, Field(ge=1, le=64)] = 1
    """The number of pages is rounded up to a multiple of this."""
    index: Literal["marked", "mentions"] = "marked"
    """The index has the places that are marked, or also those at which chapters mention a term."""
    front_matter: Literal["full", "short"] | None = None
    """`full`: half-title, title page and imprint behind the cover; `short`: the cover is the title page."""
    bleed: Length | None = None
    """Print beyond the page's edge, for printers who cut."""
    marks: bool = False
    """Whether crop marks are printed; wants a `bleed`."""
    press: Annotated[
        Press | None, BeforeValidator(_pressed, json_schema_input_type=bool | Press | None)
    ] = None
    """Whether files for a printer are made, and for what press."""


def _report(value: str) -> str:
    if re.fullmatch(r"mailto:[^\s\"<>@]+@[^\s\"<>?]+", value):
        return value
    if not re.fullmatch(r"https://[^\s\"<>]+", value) or "{card}" not in value:
        raise ValueError(
            "a report goes to `mailto:name@example.org`, or to an `https:` address with `{card}` in it"
        )
    return value


def _audio_url(value: str) -> str:
    if not re.fullmatch(r"https?://[^\s\"<>{}]+(?:\{file\}[^\s\"<>{}]*)?", value):
        raise ValueError(
            "an address such as `https://example.org/tea/` is wanted, with `{file}` where the path of a sound goes"
        )
    return value


class Plan(Record):
    """How learners are meant to study the cards: what Anki and the handbook say of it comes from here."""

    new: Annotated[int, Field(ge=1, le=9999)] = 20
    """New cards on a day of study."""
    days: Annotated[int, Field(ge=1, le=7)] = 7
    """Days of study a week."""
    known: Annotated[int, Field(ge=1, le=100)] = 80
    """How many per cent of a stage's cards make it known, so that what needs it opens."""
    calendar: bool = True
    """Whether the handbook has a calendar of reviews."""
    errors: Annotated[int, Field(ge=0, le=20)] = 1
    """How many pages the handbook has to write errors down."""


class Preset(Record):
    """Deck options that learners may take: new cards and reviews a day, the share that is to be remembered."""

    new: Annotated[int, Field(ge=1, le=9999)] | None = None
    """New cards a day; default: those of the plan, else 20."""
    reviews: Annotated[int, Field(ge=1, le=9999)] = 200
    """Reviews a day."""
    retention: Annotated[float, Field(ge=0.7, le=0.99)] = 0.9
    """The share that is to be remembered."""


class DeckProduct(Record):
    """The Anki deck: its name (default: the guide's title) and description, where a card is reported, options, look."""

    name: Line | None = None
    """The deck's name in Anki; default: the guide's title."""
    description: Markdown | None = None
    """What is shown when the deck is opened, in Markdown."""
    report: Annotated[Line, AfterValidator(_report)] | None = None
    """The `mailto:` or `https:` address to which each card links."""
    preset: Preset | None = None
    """Deck options that learners may take."""
    languages: tuple[Language, ...] = ()
    """Languages that the deck holds besides the guide's own, each with decks, notes and a tag of its own."""
    speech: Speech = ()
    """Sides of all cards that Anki reads aloud: `front`, `back` or both, each with a language if it is another."""
    style: Id = "book"
    """How cards look: `book`, `plain`, `contrast`, or a look of the layout's own."""


class CardsProduct(Record):
    """The sheets of printed cards.

    `sheet` and `card` are names (`A4`, `A7`, `Avery 5388` …) or `[width, height]`; `gutter` and `margin` one
    length, or `[across, down]`; `offset` moves the backs. `guides`: a card on learning and dividers where places
    would stay empty. `parts`, `chapters`, `tags` and `news` choose cards.
    """

    sheet: Path | tuple[Length, Length] = "A4"
    """The paper: a name such as `A4`, a perforated sheet, `card`, or `[width, height]`."""
    card: Path | tuple[Length, Length] | None = None
    """The card: a name such as `A7`, or `[width, height]`."""
    gutter: Length | tuple[Length, Length] | None = None
    """The room between cards: a length, or `[across, down]`."""
    margin: Length | tuple[Length, Length] | None = None
    """The margin of the sheet: a length, or `[left and right, top and bottom]`."""
    bleed: Length | None = None
    """Colour beyond a card's edge."""
    safe: Length | None = None
    """What stays clear at a card's edges."""
    flip: Literal["long-edge", "short-edge", "fold"] | None = None
    """How the printer turns the sheet."""
    order: Literal["stack", "reading"] = "stack"
    """`stack`: piles stay in order after cutting; `reading`: rows read from left to right."""
    offset: tuple[Offset, Offset] = ("0mm", "0mm")
    """Moves the backs right and down, for a printer that does not register."""
    ticks: bool = True
    """Whether there are marks to cut by."""
    guides: bool = True
    """Whether places that would stay empty hold a card on learning and dividers."""
    parts: tuple[Annotated[Id, Names("part")], ...] = ()
    """Print cards of these parts only."""
    chapters: tuple[ChapterId, ...] = ()
    """Print cards of these chapters only."""
    tags: tuple[Tag, ...] = ()
    """Print cards with one of these tags only."""
    news: bool = False
    """Print cards only that are new or changed in this edition."""
    press: Annotated[
        CardsPress | None,
        BeforeValidator(_pressed, json_schema_input_type=bool | CardsPress | None),
    ] = None
    """Whether a file for a printer is made, and for what press."""


class Products(Record):
    """Settings of the products; each has defaults for everything. `web` and `epub` are made where they are true."""

    handbook: HandbookProduct = HandbookProduct()
    """How the handbook is printed."""
    deck: DeckProduct = DeckProduct()
    """The Anki deck."""
    cards: CardsProduct = CardsProduct()
    """The sheets of printed cards."""
    audio_url: Annotated[Line, AfterValidator(_audio_url)] | None = None
    """Where the sounds are on the web; print then has a QR code for each."""
    web: bool = False
    """Whether pages for a browser are made."""
    epub: bool = False
    """Whether an EPUB is made."""


# A variable's name, as `{{ name }}` in a text asks for it.
Variable = Annotated[str, StringConstraints(pattern=VARIABLE, max_length=80)]
# What an edition is for; `only:` and `except:` may name it. The guide itself is one for students.
EditionKind = Literal["student", "instructor", "workbook", "sampler", "exam"]


class ExamDraw(Record):
    """So many cards with one of the `tags` and of one of the `chapters` (ids), all of them where none are named."""

    count: Annotated[int, Field(gt=0, le=1000)]
    """How many questions are drawn."""
    tags: tuple[Tag, ...] = ()
    """From cards with one of these tags."""
    chapters: tuple[ChapterId, ...] = ()
    """From cards of these chapters."""
    marks: Annotated[int, Field(gt=0, le=1000)] = 1
    """What each is worth."""


class ExamRecord(Record):
    """The questions of an exam: drawn by `seed`, in this order."""

    seed: Value
    """What the draw depends on: the same seed draws the same questions."""
    draw: Annotated[tuple[ExamDraw, ...], Field(min_length=1)]
    """What is drawn, in order."""
    instructions: Markdown | None = None
    """What stands above the questions, in Markdown."""


class Edition(Record):
    """What one edition says otherwise; whatever is left out stays as in the guide.

    `chapters` are those that it has, by id or file; all without it. `variables` come over those of the guide.
    """

    kind: EditionKind | None = None
    """What it is for; default: its name if that is a kind, else `student`."""
    chapters: Annotated[tuple[Annotated[Path, Names("chapter")], ...], Field(min_length=1)] = ()
    """The chapters that it has, by id or file; default: all."""
    variables: dict[Variable, Value] = {}
    """Values of its own for `{{ name }}`."""
    exam: ExamRecord | None = None
    """What an exam of it asks."""
    language: Language | None = None
    """Its language."""
    languages: tuple[Language, ...] = ()
    """Languages that there is this edition in besides; in each it is called `NAME-LANGUAGE`."""
    title: Line | None = None
    """Its title."""
    subtitle: Line | None = None
    """Its subtitle."""
    edition: Line | None = None
    """Its edition."""
    publisher: Line | None = None
    """Its publisher."""
    isbn: Isbn | None = None
    """Its ISBN; that of the guide is of the guide alone."""
    brand: Path | None = None
    """The file in place of brand.yaml."""
    products: Products | None = None
    """How its products look, key by key."""

    # The edition that this one is in another language, `main` for the guide itself; empty where guide.yaml names it.
    _of: str = PrivateAttr(default="")

    @property
    def of(self) -> str:
        """The edition that this one is in another language, `main` for the guide itself; else empty."""
        return self._of

    def in_language(self, language: str, of: str) -> Edition:
        """The same edition in another language; `of` is its name in this one."""
        copy = self.changed({"language": language, "languages": ()})
        copy._of = of
        return copy


def translated_name(name: str, language: str) -> str:
    """What an edition is called in another language: `acme-de`; the guide itself `de`."""
    code = language.lower()
    return code if name == MAIN else f"{name}-{code}"


class Extension(Record):
    """An extension of Python-Markdown: its name, as in `markdown.Markdown(extensions=…)`, and its settings."""

    name: Line
    """Its name, as Python-Markdown knows it."""
    settings: dict[str, Any] = {}
    """Its settings."""


def _extension(value: Any) -> Any:
    return {"name": value} if isinstance(value, str) else value


class MarkdownOptions(Record):
    """What is added to the dialect of the guide's Markdown."""

    extensions: tuple[
        Annotated[Extension, BeforeValidator(_extension, json_schema_input_type=str | Extension)],
        ...,
    ] = ()
    """Extensions of Markdown: names, or names with settings."""


class GuideFile(Record):
    """guide.yaml as a whole. `id` is permanent: every card's identity depends on it.

    `typography: none` leaves quotation marks, dashes and dots as they were typed.
    `strictness` is `adopted` where the text was written for another tool: some of its faults are warnings then.
    """

    id: Id
    """The guide's permanent name: every card's identity in Anki depends on it."""
    title: Line
    """The title: on the cover, in running heads."""
    subtitle: Line | None = None
    """A line below the title."""
    edition: Line
    """The edition, such as `2025.1`: on the cover and on cards."""
    language: Language = "en"
    """A code such as `en` or `pt-BR`: decides on hyphenation, direction and words such as "Chapter"."""
    typography: Literal["language", "none"] = "language"
    """`none` leaves quotation marks, dashes and dots as they were typed."""
    strictness: Literal["adopted", "release"] = "release"
    """`adopted` where the text was written for another tool: some of its faults are warnings then."""
    authors: tuple[Line, ...] = ()
    """Who wrote it: on the cover, in the PDF's metadata."""
    publisher: Line | None = None
    """Who publishes it: on the page of legal notes."""
    isbn: Isbn | None = None
    """The ISBN of the printed book: on the page of legal notes, and with its bar code on the cover for a printer."""
    description: Markdown | None = None
    """What the guide is about, in Markdown."""
    keywords: tuple[Line, ...] = ()
    """Keywords for the PDF's metadata."""
    licence: Line | None = None
    """The terms of the text, such as `CC BY 4.0`."""
    date: Line | None = None
    """The day of the release, such as `2025-03-01`; changed cards are dated by it."""
    hyphenation: tuple[Hyphenated, ...] = ()
    """Words that are broken at the hyphens in them only, or never."""
    contents: Contents
    """What the book holds, in order."""
    markdown: MarkdownOptions = MarkdownOptions()
    """What is added to the dialect of the guide's Markdown."""
    plan: Plan | None = None
    """How learners are meant to study: new cards a day, days a week, a calendar of reviews."""
    products: Products = Products()
    """How the products look."""
    variables: dict[Variable, Value] = {}
    """What `{{ name }}` in a text stands for, by name."""
    languages: tuple[Language, ...] = ()
    """Languages that there is the guide in besides, and each edition that does not say which."""
    editions: Annotated[dict[Id, Edition], Field(validate_default=True)] = {}
    """Variants of the guide, by id."""

    @field_validator("editions", mode="after")
    @classmethod
    def _translations(
        cls, editions: dict[str, Edition], info: ValidationInfo
    ) -> dict[str, Edition]:
        """The editions, each followed by itself in the other languages; one that guide.yaml names goes before."""
        everywhere: tuple[str, ...] = info.data.get("languages", ())
        own: str = info.data.get("language", "")
        found: dict[str, Edition] = {}
        for name, edition in {MAIN: Edition(), **editions}.items():
            if name in editions:
                found[name] = edition
            spoken = edition.language or own
            # One that has a language of its own is a translation already.
            all_ = edition.languages or (() if edition.language else everywhere)
            for language in all_:
                called = translated_name(name, language)
                if language != spoken and called not in editions:
                    found[called] = edition.in_language(language, name)
        return found

    def locate(self, index: SpanIndex, path: tuple[Key, ...] = ()) -> None:
        """Tell this record and all records below it where they stand in their file."""
        super().locate(index, path)
        for edition in self.editions.values():
            if edition.of in self.editions:
                edition.locate(index, (*path, "editions", edition.of))

    @property
    def spoken(self) -> tuple[str, ...]:
        """The languages besides its own that `languages` names: of the guide, of an edition or a deck of it."""
        products = (self.products, *(one.products for one in self.editions.values()))
        decks = (one.deck for one in products if one is not None)
        named = (
            *self.languages,
            *(code for one in self.editions.values() for code in one.languages),
            *(code for deck in decks for code in deck.languages),
        )
        return tuple(dict.fromkeys(code for code in named if code != self.language))
