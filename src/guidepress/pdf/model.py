"""The plain data that passes between compiling, paginating and linking.

Everything here is data that the cache can keep, holds no open file and imports neither WeasyPrint nor pikepdf.
Lengths are in points (1/72 inch) with the origin at the bottom left of the page, as in PDF,
unless a field says otherwise. Glyph metrics are in thousandths of the em.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Align = Literal["left", "center", "right"]
Level = Literal["debug", "info", "warning", "error"]
Numbering = Literal["roman", "arabic", "none"]


@dataclass(frozen=True, slots=True)
class Section:
    """One part of a book that is compiled by itself: front matter, a chapter, back matter.

    `name` is unique in the book and made of `a-z`, `0-9` and `-`; it prefixes the identifiers
    of the section's structure elements. `html` is a complete document with a `lang` attribute.
    `styles` are CSS texts in the order of the cascade. `files` maps every URL that the section
    may read to the path of the file behind it; any other URL, except `data:`, is refused. `hyphenation` are words
    that are broken at the hyphens in them only; without one, never. Its pages are `longer` by so many pixels than the
    styles say; None leaves that to how the section ends.
    """

    name: str
    html: str
    styles: tuple[str, ...]
    files: Mapping[str, str]
    title: str = ""
    hyphenation: tuple[str, ...] = ()
    longer: float | None = None


@dataclass(frozen=True, slots=True)
class Beginning:
    """How a page begins that begins in the midst of a block, and with nothing else.

    That block is of a `line` of the source. The rest is the engine's: the place in the block, what the page before
    asks of this one, and where the lines of a broken paragraph end.
    """

    line: int
    inner: Any
    following: Mapping[str, Any]
    ends: Mapping[Any, Any]


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Some pages of a section: `count` of them, of which `first` is the number of the first one, from 0.

    Where the section is `cut`, its text does not go on to its end: the page with which it ends is not complete, and is
    none of them. The page number `blank`, before which there are only empty ones, begins as `beginning` says.
    """

    section: Section
    first: int
    count: int
    cut: bool = False
    blank: int = 0
    beginning: Beginning | None = None


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line that the engine logged while it compiled a section."""

    level: Level
    message: str


@dataclass(frozen=True, slots=True)
class Anchor:
    """Where an element with an `id` stands: `page` counts from 0 in its section."""

    page: int
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Bookmark:
    """An outline entry. `level` is the CSS `bookmark-level`, 1 at the top."""

    level: int
    title: str
    page: int
    x: float
    y: float
    closed: bool = False


@dataclass(frozen=True, slots=True)
class Figures:
    """How the characters of page numbers are set in one style.

    `glyphs` gives a character's glyph, `widths` that glyph's width in the font,
    and `advances` the pen movement, by character or, where kerning differs from it,
    by a pair of characters for the first of the two.
    """

    font: str
    glyphs: Mapping[str, int]
    widths: Mapping[str, float]
    advances: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Number:
    """A place in a page's content where a page number stands: a relocation.

    `page` counts from 0 in the section, `stream` is the number of an object of the fragment's
    PDF. The bytes `[offset, offset + length)` of the decoded stream are the operator that
    shows `text`; the linker writes another one there. `shift` is where an operator
    may be inserted that moves the whole run, so that the run keeps its alignment.
    `anchor` names the target; a folio has none and shows the number of its own page.
    """

    page: int
    stream: int
    shift: int
    offset: int
    length: int
    text: str
    align: Align
    figures: int
    anchor: str | None = None


@dataclass(frozen=True, slots=True)
class FontAttributes:
    """What the engine knows of a font besides its program: the attributes of its `Font`, by their names there."""

    name: bytes
    family: str
    font_size: float
    style: int
    weight: int
    ascent: int
    descent: int
    tables: tuple[str, ...]
    bitmap: bool
    italic_angle: float
    upem: int
    png: bool
    svg: bool
    colr: bool
    glyph_count: int
    stemv: int
    stemh: int
    used_in_forms: bool
    flags: int


@dataclass(frozen=True, slots=True)
class FontUse:
    """A font as a section uses it: where its program comes from, and which glyphs it needs.

    `url` is the key in the section's `files`, `digest` the BLAKE2b hash of the font program
    that was behind it, and `index` the font's number in a collection. `coordinates` say where on
    its axes a variable font stands. `text` maps glyphs to the
    characters they stand for, `missing` characters that the font lacks to the glyphs that stand for them.
    """

    url: str
    path: str
    digest: str
    index: int
    coordinates: Mapping[str, float]
    attributes: FontAttributes
    text: Mapping[int, str]
    widths: Mapping[int, float]
    missing: Mapping[int, int]


def texts_of(uses: Iterable[FontUse]) -> dict[int, str]:
    """Glyph -> its characters, by the first use of a font that tells; empty where none does. Sorted by glyphs."""
    texts: dict[int, str] = {}
    for use in uses:
        for glyph, text in use.text.items():
            texts[glyph] = texts.get(glyph) or text
    return dict(sorted(texts.items()))


@dataclass(frozen=True, slots=True)
class SourceBox:
    """Where a block that carries `data-line` is on a page of its section: `line` is what the attribute says."""

    page: int
    line: int
    left: float
    bottom: float
    right: float
    top: float


@dataclass(frozen=True, slots=True)
class Turn:
    """How a page of a fragment is turned to the other side of the paper.

    Its content is moved to the right by `shift`. In place of the stream `furniture`, what stands in its margins, comes
    `other`, with the `numbers` in it. Streams are known by the numbers of their objects in the fragment's PDF, 0 where
    there is none; `ground` stays. With the content go `patterns`, and the /BBox of the structure elements `placed`.
    """

    shift: float = 0.0
    ground: int = 0
    furniture: int = 0
    other: int = 0
    numbers: tuple[Number, ...] = ()
    patterns: tuple[int, ...] = ()
    placed: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Fragment:
    """A compiled section: position-independent pages and what is needed to place them.

    `pdf` is a tagged PDF without fonts. All its pages have one dictionary of resources, with a /Font for the linker to
    fill, and a /StructParents; its /StructTreeRoot has one element, a /ParentTree and a /ParentTreeNextKey, and an
    /IDTree where elements have ids. A link to another section is an annotation whose /URI is `xref:` and the anchor.
    `page_size` is the size of the first page.
    `numbers` are the page references, `folios` the page numbers in the margins, and both
    point into `figures`. `fonts` are known by their names in the content streams. `lines` has a box for each
    block with a `data-line` on each of its pages, outer ones before those inside them.

    The first page of `pdf` is a right-hand one (left-hand where text runs from right to left), unless the styles say
    otherwise. `turns` has for each page how it is turned to the other side; None where they cannot be. What is
    `turned` begins there: all but `pdf` is that of the turned pages, which `turning.turn` makes of it. Its pages are
    `longer` by so many pixels than the styles say.
    """

    name: str
    pdf: bytes
    page_count: int
    page_size: tuple[float, float]
    anchors: Mapping[str, Anchor]
    outline: tuple[Bookmark, ...]
    numbers: tuple[Number, ...]
    folios: tuple[Number, ...]
    figures: tuple[Figures, ...]
    fonts: Mapping[str, FontUse]
    log: tuple[LogLine, ...]
    language: str = ""
    title: str = ""
    lines: tuple[SourceBox, ...] = ()
    turns: tuple[Turn, ...] | None = None
    turned: bool = False
    longer: float = 0.0


@dataclass(frozen=True, slots=True)
class Placement:
    """A fragment's place in the book.

    `first` restarts the page numbers at that value; None goes on from the page before.
    Pages numbered "none" count, but show nothing. With `recto` the fragment starts on
    a right-hand page, after a blank page where that is needed.
    """

    fragment: Fragment
    numbering: Numbering = "arabic"
    first: int | None = None
    recto: bool = True


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is in the book: the physical page from 0, and the printed page number."""

    index: int
    folio: str


@dataclass(frozen=True, slots=True)
class LabelRun:
    """Page numbers that run on from the physical page `index`, starting at `first`."""

    index: int
    numbering: Numbering
    first: int


@dataclass(frozen=True, slots=True)
class PageMap:
    """Every anchor's place and every page's number.

    `starts` holds the physical index of the first page of each placement, in their order.
    `labels` holds the folio of every physical page, blank ones included.
    """

    anchors: Mapping[str, Place]
    starts: tuple[int, ...]
    page_count: int
    labels: tuple[str, ...]
    runs: tuple[LabelRun, ...]


@dataclass(frozen=True, slots=True)
class Metadata:
    """What the book says of itself. `created` is in seconds since 1970, in UTC.

    A book `right_to_left` is bound at its right: of two pages side by side the right one is read first.
    """

    title: str
    language: str
    authors: tuple[str, ...] = ()
    subject: str = ""
    keywords: tuple[str, ...] = ()
    identifier: str = ""
    creator: str = "guidepress"
    rights: str = ""
    created: int | None = None
    right_to_left: bool = False


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in the book that could not be resolved.

    `kind` is one of `reference-unknown` (a link to an anchor that no section has),
    `page-unknown` (a page number of such an anchor), `page-unnumbered` (of a page without
    a number), `page-unprintable` (the font lacks its characters), `anchor-ambiguous`
    (a link to an anchor that several sections have).
    """

    kind: str
    section: str
    target: str


@dataclass(frozen=True, slots=True)
class Linked:
    """The finished book, and what could not be resolved in it."""

    pdf: bytes
    problems: tuple[Problem, ...] = field(default=())
