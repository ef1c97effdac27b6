"""The Book: the compiled guide that all three pipelines read.

Frozen and picklable. It knows content as trees (`content.nodes`), and neither pages nor Anki.

Conventions of the trees in it, in which everything is resolved and numbered:

- A `Reference` has the `anchor` of a label of this book, and words. The handbook adds the
  page, the deck keeps the words.
- `<em class="term" data-term="ID">…</em>`: a word tied to the glossary.
- An element with an `index` has an id, which the index points to.
- A `NoteCall` has the anchor of its note, which is in `Chapter.footnotes`.
- The `src` of an `Image` is a key of `Book.images`.
- A `RecordBlock` is the place of `Chapter.blocks[N]`, which the layout renders.
- `<pre class="code" data-language="python"><code>…</code></pre>`: highlighted with short Pygments classes.
- A `Gap` is hidden text of a cloze card; in a `Formula` with gaps, TeX.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Annotated, Literal

from guidepress.content import EMPTY, Content
from guidepress.diagnostics import Span
from guidepress.model.speech import Spoken


class Writing(Enum):
    """What an author's words are, where they stand in the Book; the handbook is searched for them."""

    HTML = "html"
    PLAIN = "plain"


# By these types `book.words` finds what a record says. What is only `str` is a name, or printed by some layouts.
Html = Annotated[Content, Writing.HTML]
Words = Annotated[str, Writing.PLAIN]


@dataclass(frozen=True, slots=True)
class FormulaUse:
    """A formula and where it stands: its TeX on one line, and whether it is displayed on lines of its own."""

    tex: str
    display: bool
    span: Span


@dataclass(frozen=True, slots=True)
class Label:
    """A defined name: where it points and how a reference calls it ("Chapter 7", "Table 3.2")."""

    name: str
    # chapter, section, figure, table, listing, card, part, place, or the `label` of a kind of records.
    kind: str
    anchor: str
    title: str
    number: str = ""
    chapter: str = ""
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading inside a chapter; `level` 2 is the first below the chapter's title."""

    anchor: str
    level: int
    number: str
    title: str
    content: Html
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Caption:
    """A numbered figure or table ("3.2"), for the lists of figures and tables, or a listing, which is in no list."""

    anchor: str
    kind: Literal["figure", "table", "listing"]
    number: str
    title: str
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Footnote:
    """A footnote of a chapter; `anchor` is what its calls point to."""

    anchor: str
    number: int
    content: Html


@dataclass(frozen=True, slots=True)
class Block:
    """A place where records of the guide are printed: `kind` chooses the template, `argument` the records.

    `anchors` maps a record's label to the anchor it has here, where this place defines it.
    """

    kind: str
    argument: str
    span: Span | None = None
    anchors: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class IndexEntry:
    """One place of one index term: `path` is the term and its sub-terms.

    The `main` place is where the term is explained. `see` and `see-also` send the reader to the `target`, the path of
    another term. `line` is that of the block in its file.
    """

    path: tuple[str, ...]
    anchor: str
    kind: Literal["", "main", "see", "see-also"] = ""
    target: tuple[str, ...] = ()
    line: int = 0


@dataclass(frozen=True, slots=True)
class Card:
    """What the author wrote to be asked. `id` is permanent.

    `kind` is the name of its kind in `card_kinds`, which says what it holds: a basic card has `front` and `back`; a
    cloze card has `text` with gaps in it, and so has one whose answer is asked in pieces (the tag `steps`) beside both.
    `anchor` is where the handbook asks the question. `record` is the label of the record whose `cards:` it stands
    in. `chapter`, `part`, `stage` and `skill` are ids of what
    the card belongs to, empty outside of any.
    """

    id: str
    kind: str
    # `card`, or the name of the kind of the record it is of.
    origin: str
    span: Span
    front: Html = EMPTY
    back: Html = EMPTY
    text: Html = EMPTY
    extra: Html = EMPTY
    hint: Html = EMPTY
    reverse: bool = False
    tags: tuple[str, ...] = ()
    # A key of `Book.sounds`; empty for none.
    audio: str = ""
    # The sides that are read aloud, and in which language; empty for the book's.
    speak: tuple[Spoken, ...] = ()
    chapter: str = ""
    part: str = ""
    anchor: str = ""
    stage: str = ""
    skill: str = ""
    record: str = ""
    # Whether its words, or whether there is such a card, depend on the edition.
    varies: bool = False


@dataclass(frozen=True, slots=True)
class Chapter:
    """A chapter, compiled. `body` is its text without the title; `number` is empty in front and back matter."""

    id: str
    file: str
    number: str
    title: str
    title_html: Html
    body: Html = EMPTY
    promise: Html = EMPTY
    stage: str = ""
    headings: tuple[Heading, ...] = ()
    blocks: tuple[Block, ...] = ()
    captions: tuple[Caption, ...] = ()
    footnotes: tuple[Footnote, ...] = ()
    index: tuple[IndexEntry, ...] = ()
    cards: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    span: Span | None = None

    @property
    def anchor(self) -> str:
        """The anchor of the chapter itself."""
        return self.id


@dataclass(frozen=True, slots=True)
class Part:
    """A part: its number in Roman capitals ("II"), title, summary and chapters."""

    id: str
    number: str
    title: str
    summary: Html
    chapters: tuple[Chapter, ...]

    @property
    def anchor(self) -> str:
        """The anchor of the part's opening page."""
        return f"part-{self.id}"


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage of the roadmap, compiled; `chapter` is the id of the chapter that teaches it, if there is one.

    `objective_places` and `topic_places` are the anchors of the sections that teach each of them, empty where none
    is known.
    """

    id: str
    number: int
    title: Words
    # Printed by some layouts only where no chapter teaches the stage.
    promise: Content
    objectives: tuple[Html, ...]
    needs: tuple[str, ...]
    hours: int
    topics: tuple[Html, ...]
    practice: tuple[Html, ...]
    chapter: str = ""
    objective_places: tuple[str, ...] = ()
    topic_places: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Roadmap:
    """The roadmap, its stages in the author's order."""

    title: str
    introduction: Html
    stages: tuple[Stage, ...]


@dataclass(frozen=True, slots=True)
class Skill:
    """A skill or technology, compiled."""

    id: str
    name: Words
    kind: str
    level: str
    summary: Html
    details: Html
    stages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """A question of the FAQ and its answer."""

    id: str
    question: Html
    answer: Html


@dataclass(frozen=True, slots=True)
class Term:
    """A glossary term; `see` holds ids of other terms."""

    id: str
    term: Words
    long: Words
    definition: Html
    aliases: tuple[Words, ...]
    see: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a data table."""

    id: str
    name: Words
    kind: Literal["text", "number", "money"]
    unit: str


@dataclass(frozen=True, slots=True)
class DataTable:
    """A table of data; `rows` holds text as it is printed, `values` the numbers behind it (None for text)."""

    id: str
    number: str
    title: Words
    columns: tuple[Column, ...]
    rows: tuple[tuple[Words, ...], ...]
    values: tuple[tuple[float | None, ...], ...]
    as_of: str
    source: Words
    note: Html


@dataclass(frozen=True, slots=True)
class Profile:
    """One company, city or country; `facts` are (name, value) in the order of the set's fields."""

    id: str
    name: Words
    place: Words
    summary: Html
    facts: tuple[tuple[str, Words], ...]


@dataclass(frozen=True, slots=True)
class ProfileSet:
    """Profiles of one kind."""

    id: str
    title: str
    introduction: Html
    profiles: tuple[Profile, ...]
    as_of: str
    source: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A record of a kind that has no class here: its fields by what they hold.

    `html` and `lists` have Markdown, `plain` and `lines` plain text and numbers, `names` ids and the like, which are
    not printed. What the author left out is empty.
    """

    id: str
    html: Mapping[str, Html]
    lists: Mapping[str, tuple[Html, ...]]
    plain: Mapping[str, Words]
    lines: Mapping[str, tuple[Words, ...]]
    names: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Image:
    """An image of the book: its key (the path from the folder of guide.yaml), file, hash and size in px.

    `cleaned` is the hash of a drawing as products have it, where that is not what is in the file.
    """

    key: str
    # Not a part of what is shown: it is of the machine.
    path: Path = field(repr=False)
    sha256: str
    width: int
    height: int
    cleaned: str = ""


@dataclass(frozen=True, slots=True)
class Sound:
    """A sound of the book: its key (the path from the folder of guide.yaml), file and hash."""

    key: str
    # Not a part of what is heard: it is of the machine.
    path: Path = field(repr=False)
    sha256: str


@dataclass(frozen=True, slots=True)
class Ink:
    """Shares of cyan, magenta, yellow and black, 0 to 1, that a colour is printed with; the spot ink they stand for."""

    cmyk: tuple[float, float, float, float]
    spot: str = ""


@dataclass(frozen=True, slots=True)
class Brand:
    """Colours (#rrggbb), fonts by role, imprint, and words of the products; empty where the layout decides.

    `inks` are what colours are printed with on a press, by role.
    """

    name: str = ""
    colours: Mapping[str, str] = field(default_factory=dict)
    fonts: Mapping[str, str] = field(default_factory=dict)
    logo: str = ""
    logo_alt: str = ""
    imprint: Html = EMPTY
    words: Mapping[str, str] = field(default_factory=dict)
    inks: Mapping[str, Ink] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PressProfile:
    """The ICC profile of a printing condition: a file of the project, by its name in messages."""

    name: str
    # Not a part of what is printed: it is of the machine.
    path: Path = field(repr=False)
    sha256: str


@dataclass(frozen=True, slots=True)
class PressOptions:
    """What the files for a printer are made for.

    `profile` is None where the author gave none; `failed` where it cannot be used, which has been said. `grammage` is
    that of the paper in g/m², `bulk` its specific volume in cm³/g, `board` a length, the thickness of the cover.
    """

    profile: PressProfile | None = None
    failed: bool = False
    condition: str = ""
    black_only: bool = False
    grammage: float = 90.0
    bulk: float = 1.2
    board: str = "0.3mm"
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class HandbookOptions:
    """How the handbook is printed; lengths as CSS writes them. Without a `page` it is the layout's own.

    Chapters begin on the `right`, or on `any` page; there are a `multiple` of so many pages.
    """

    page: str | tuple[str, str] | None = None
    layout: str = "default"
    sides: Literal["double", "single"] = "double"
    opening: Literal["right", "any"] = "right"
    multiple: int = 1
    index: Literal["marked", "mentions"] = "marked"
    bleed: str = ""
    marks: bool = False
    press: PressOptions | None = None
    # Whether half-title and title page stand apart from the cover; None where the length of the book decides.
    front_matter: Literal["full", "short"] | None = None
    # Where the answers to review questions stand, and whether there is more room to write than else.
    answers: Literal["apart", "in-place", "none"] = "apart"
    room: bool = False


@dataclass(frozen=True, slots=True)
class StudyPlan:
    """How the cards are meant to be studied: `new` ones on each of `days` a week.

    The handbook has a `calendar` of reviews, and so many pages for `errors`.
    """

    new: int
    days: int
    calendar: bool = True
    errors: int = 1


@dataclass(frozen=True, slots=True)
class DeckPreset:
    """Options that learners may take with the deck: new cards and reviews a day, and how much is to be remembered."""

    new: int
    reviews: int
    retention: float


@dataclass(frozen=True, slots=True)
class DeckOptions:
    """The deck's name and description.

    `report` is the address that a card's link for reports leads to, empty for none; `parts` and `chapters` are the
    names that decks below were given, by id.
    """

    name: str
    description: Html = EMPTY
    parts: Mapping[str, str] = field(default_factory=dict)
    chapters: Mapping[str, str] = field(default_factory=dict)
    report: str = ""
    preset: DeckPreset | None = None
    # The sides of all cards that are read aloud.
    speech: tuple[Spoken, ...] = ()


@dataclass(frozen=True, slots=True)
class SheetOptions:
    """How cards are printed on sheets, and which; lengths as the author wrote them, empty for the default."""

    sheet: str | tuple[str, str] = "A4"
    card: str | tuple[str, str] = ""
    gutter: str | tuple[str, str] = ""
    margin: str | tuple[str, str] = ""
    bleed: str = ""
    safe: str = ""
    flip: Literal["", "long-edge", "short-edge", "fold"] = ""
    order: Literal["stack", "reading"] = "stack"
    offset: tuple[str, str] = ("0mm", "0mm")
    ticks: bool = True
    guides: bool = True
    parts: tuple[str, ...] = ()
    chapters: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    news: bool = False
    press: PressOptions | None = None
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class ExamQuestion:
    """A question of an exam: the id of its card, and the marks that it is worth."""

    card: str
    marks: int


@dataclass(frozen=True, slots=True)
class Exam:
    """What an exam asks. `key`: what is printed are the answers."""

    questions: tuple[ExamQuestion, ...]
    instructions: Html = EMPTY
    key: bool = False


@dataclass(frozen=True, slots=True)
class Book:
    """The compiled guide."""

    id: str
    title: str
    subtitle: str
    edition: str
    language: str
    authors: tuple[str, ...]
    publisher: str
    description: Html
    keywords: tuple[str, ...]
    licence: str
    date: str
    brand: Brand
    handbook: HandbookOptions
    deck: DeckOptions
    sheets: SheetOptions
    front: tuple[Chapter, ...]
    parts: tuple[Part, ...]
    back: tuple[Chapter, ...]
    roadmap: Roadmap | None
    skills: tuple[Skill, ...]
    questions: tuple[Question, ...]
    terms: tuple[Term, ...]
    tables: tuple[DataTable, ...]
    profiles: tuple[ProfileSet, ...]
    cards: tuple[Card, ...]
    labels: Mapping[str, Label]
    images: Mapping[str, Image]
    # Of the printed book, as it was typed.
    isbn: str = ""
    # Where formulas stand; what is drawn is in the trees.
    formulas: tuple[FormulaUse, ...] = ()
    # Files that code is quoted from, with the SHA-256 of their bytes.
    quoted: Mapping[Path, str] = field(default_factory=dict)
    # The records of kinds without an attribute here, by the name of the kind.
    others: Mapping[str, tuple[Entry, ...]] = field(default_factory=dict)
    # Words that are broken at the hyphens in them only.
    hyphenation: tuple[str, ...] = ()
    # Those that cards and chapters play. In text a sound is a `<span class="sound" data-sound="KEY">` around its words.
    sounds: Mapping[str, Sound] = field(default_factory=dict)
    # Where they are on the web, `{file}` in the place of a key; empty where they are not.
    audio_url: str = ""
    # Ids of cards that this edition of the guide leaves out; others have them.
    left_out: tuple[str, ...] = ()
    # In an exam the handbook is its questions, and there is no other product.
    exam: Exam | None = None
    plan: StudyPlan | None = None
    # Whether these products are wanted.
    web: bool = False
    epub: bool = False

    def chapters(self) -> Iterator[Chapter]:
        """Every chapter in reading order: front matter, parts, back matter."""
        yield from self.front
        for part in self.parts:
            yield from part.chapters
        yield from self.back
