"""What a card says, ready for paper: the HTML of the book without what only a book or a screen can do."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from itertools import repeat
from typing import cast

from lxml import etree
from lxml.html import HtmlElement

from guidepress.book.model import Book, Card, Image
from guidepress.card_kinds import kind_of
from guidepress.card_kinds.code import numbers
from guidepress.cards import gaps
from guidepress.content import Content, Element, Node, Text
from guidepress.content.islands import mark_directions
from guidepress.content.walk import rewrite
from guidepress.content.working import elements, has_class, serialize, tree
from guidepress.diagnostics import Diagnostic, warning
from guidepress.layouts.code import (
    Line,
    Piece,
    code_lines,
    give_title,
    indentation,
    refill,
)
from guidepress.layouts.sounds import give_codes, said_after
from guidepress.layouts.words import direction
from guidepress.lengths import INCH

# Pixels to the inch: drawings are authored for screens, photographs and screenshots are printed finer.
DRAWING_DPI = 96
PRINT_DPI = 200
# A picture with masks is no higher than this, mm: it shares its side with a line for each.
MASKED_HEIGHT = 32.0
# Beside the number of a line that is marked.
ARROW = "\N{RIGHTWARDS ARROW}"

# HTML of one piece of a card.
Html = str
# The words of a tree; of formulas, which are pictures in print, there are none.
_TEXTS = etree.XPath(".//text()[not(ancestor::*[@data-tex])]", smart_strings=False)
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
# Attributes that mean something on a card; ids would be defined once on the front and again on the back.
_KEPT = frozenset(
    (
        "alt",
        "checked",
        "class",
        "colspan",
        "data-tex",
        "dir",
        "lang",
        "rowspan",
        "scope",
        "src",
        "start",
        "type",
    )
)

# The attribute of a block of code, with its `columns_of`.
COLUMNS = "data-columns"
# The columns of a blank at least; those by which what goes on of a line is indented; the least and most that are tried.
_BLANK, _HANG, _NARROW, _WIDE = 5, 4, 12, 160
# A word of code with the space behind it; those before the first belong to it.
_WORDS = re.compile(r" *[^ ]* ?")
# What goes on of a line that wraps is indented as the line is, up to so many columns: a card is not wide.
_DEEPEST = 12


@dataclass(frozen=True, slots=True)
class SideTexts:
    """A card's texts: `question` and `hint` for its front, `answer`, `extra` and `notes` for its back.

    `notes` are the footnotes that the card calls. `said` are the words on the front and those on the back, of each
    text apart; formulas have none.
    """

    question: Html
    hint: Html
    answer: Html
    extra: Html
    notes: tuple[Html, ...] = ()
    said: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())


@dataclass(frozen=True, slots=True)
class _Piece:
    """A text of a card, set: its HTML, its words, the anchors of the footnotes that it calls."""

    html: Html
    words: str
    called: tuple[str, ...]


@dataclass(slots=True)
class CardSides:
    """Makes the contents of a book's cards; `problems` says what could not come along."""

    book: Book
    # Those that the cards say themselves.
    words: Mapping[str, str] = field(default_factory=dict)
    problems: list[Diagnostic] = field(default_factory=list)
    _footnotes: Mapping[str, Content] = field(init=False)

    def __post_init__(self) -> None:
        self._footnotes = {
            note.anchor: Content((_numbered(note.number), Text(" "), *note.content.nodes))
            for chapter in self.book.chapters()
            for note in chapter.footnotes
        }

    def of(self, card: Card) -> SideTexts:
        """The content of one card. Warns of a block of records, for which a card has no room (`card-block`)."""
        kind = kind_of(card)
        asked, answered = kind.question(card), kind.answer(card)
        if kind.masked:
            # The masks themselves are the blanks, and the back has no room to ask again.
            asked, answered = Content(rewrite(asked.nodes, _without_list)), card.text
        if kind.gapped:
            asked, answered = gaps.blank(asked), gaps.reveal(answered)
        if card.audio and self.book.audio_url:
            heard = said_after(card.audio, self.words["listen"])
            answered = Content((*answered.nodes, *heard.nodes))
        question, answer = (self._set(one, card, large=True) for one in (asked, answered))
        hint = self._set(card.hint, card)
        # A question of the FAQ with a short answer has the whole one in the handbook, whose page is on the back.
        extra = self._set(Content() if card.origin == "faq" else card.extra, card)
        anchors = dict.fromkeys(a for one in (question, answer, hint, extra) for a in one.called)
        found = (self._footnotes.get(anchor) for anchor in anchors)
        notes = [self._set(note, card) for note in found if note]
        front, back = ([question, hint], [answer, extra, *notes])
        said = (_words(front), _words(back))
        texts = (question.html, hint.html, answer.html, extra.html)
        return SideTexts(*texts, tuple(note.html for note in notes), said)

    def _set(self, content: Content, card: Card, *, large: bool = False) -> _Piece:
        """A text for paper; in `large` type, code says how many columns it has (`COLUMNS`)."""
        root = tree(content.nodes)
        called = _unlink(root)
        self._drop_blocks(root, card)
        numbered = {
            block: (block.get("data-linenums") or "1", numbers(block.get("data-lines") or ""))
            for block in elements(root, "pre")
            if kind_of(card).explains and block.get("data-linenums")
        }
        give_codes(root, self.book.audio_url)
        codes = {
            one: one.get("style") or "" for one in elements(root, "img") if has_class(one, "qr")
        }
        for block in list(elements(root, "pre")):
            give_title(block)
        for element in root.iter():
            if isinstance(element.tag, str):
                _clean(element)
        for code, style in codes.items():
            code.set("style", style)
        for block in list(elements(root, "pre")):
            lines = code_lines(block, _stays) or [[]]
            indents = list(map(indentation, lines))
            if block in numbered:
                lines, width = _with_numbers(lines, *numbered[block])
                indents = [width + indent for indent in indents]
            refill(block, lines)
            for row, line, indent in zip(block[0], lines, indents, strict=True):
                if not line:
                    row.set("class", "line empty")
                if indent:
                    row.set("style", f"--indent: {min(indent, _DEEPEST)}ch")
            if large and block.getparent() is root:
                block.set(COLUMNS, " ".join(map(str, columns_of(lines, indents))))
        mark_directions(root, rtl=direction(self.book.language) == "rtl")
        for picture in elements(root, "img"):
            _size(picture, self.book.images)
        for numbered in elements(root, "ol"):
            # The engine counts from 1 whatever the attribute says.
            if (start := numbered.get("start") or "").lstrip("-").isdigit():
                numbered.set("style", f"counter-reset: list-item {int(start) - 1}")
        for cell in elements(root, "th"):
            cell.set("scope", cell.get("scope") or ("col" if _in_head(cell) else "row"))
        for heading in list(elements(root, *_HEADINGS)):
            # A card has no outline: its headings would skip levels of the document's.
            heading.tag = "p"
            heading.set("class", "heading")
        words = "".join(cast("list[str]", _TEXTS(root)))
        return _Piece(serialize(root), words, called)

    def _drop_blocks(self, root: HtmlElement, card: Card) -> None:
        for block in [e for e in elements(root, "div") if has_class(e, "block")]:
            message = (
                f"card `{card.id}`: a block of records cannot stand on a card; it is not printed"
            )
            self.problems.append(warning("card-block", message, card.span))
            block.drop_tree()


def _words(pieces: Sequence[_Piece]) -> tuple[str, ...]:
    return tuple(piece.words for piece in pieces if piece.html)


def _with_numbers(lines: list[Line], written: str, marked: Set[int]) -> tuple[list[Line], int]:
    """The lines with their numbers, and an arrow at those that are marked; the columns that these take."""
    first = int(written) if written.isdigit() else 1
    width = len(str(first + len(lines) - 1))
    numbered = [
        [Piece(f"{number:>{width}}{ARROW if at in marked else ' '} ", "c"), *line]
        for at, (number, line) in enumerate(enumerate(lines, first), 1)
    ]
    return numbered, width + 2


def _without_list(old: Element, new: Element) -> Element | Sequence[Node]:
    return () if "masks" in old.classes else new


def _numbered(number: int) -> Element:
    return Element("sup", {}, (Text(str(number)),))


def image_url(key: str) -> str:
    """The URL by which a section names an image of the book."""
    return f"image:{key}"


def columns_of(lines: Sequence[Line], indents: Sequence[int]) -> list[int]:
    """The columns that lines take in as many rows, in the next more, and so on.

    Such as `[59, 38]` for a line of 59 that takes two rows down to 38. A word that has to be broken counts as a row of
    its own.
    """
    words = [list(map(len, _WORDS.findall(_plain(line)))) for line in lines]
    most = max(map(sum, words))
    found: dict[int, int] = {}
    for columns in range(min(most, _WIDE), min(most, _NARROW) - 1, -1):
        rows = sum(map(_rows, words, indents, repeat(columns)))
        found[rows] = columns
    return list(found.values())


def _rows(words: Sequence[int], indent: int, columns: int) -> int:
    """The rows of a line. `words` are their lengths with the space behind each, for which the engine wants room."""
    rows, room, used = 1, columns, 0
    for word in words:
        if used and used + word > room:
            rows, used = rows + 1, 0
            room = max(1, columns - _HANG - min(indent, _DEEPEST))
        used += word
        if used > room:
            rows += 1 + used // room
    return rows


def _plain(line: Line) -> str:
    """The text of a line; a blank is as wide as some letters."""
    return "".join(
        piece.text if piece.element is None else piece.element.text_content().ljust(_BLANK, "_")
        for piece in line
    )


def _stays(element: HtmlElement) -> bool:
    """Whether it is no code: a gap, a picture, the call of a footnote."""
    gap = has_class(element, "blank") or has_class(element, "gap")
    return gap or element.tag in ("img", "sup")


def _unlink(root: HtmlElement) -> tuple[str, ...]:
    """Keep the words of links: paper leads nowhere. Returns the anchors of the footnotes that are called."""
    called: list[str] = []
    for link in list(elements(root, "a")):
        target = link.get("href") or ""
        if target.startswith("#fn-"):
            called.append(target[1:])
        link.drop_tag()
    for mark in [e for e in elements(root, "span") if has_class(e, "index")]:
        mark.drop_tag()
    return tuple(called)


def _clean(element: HtmlElement) -> None:
    # The place of a mask on its picture is ours.
    placed = has_class(element, "mask") and element.tag == "span"
    for name in list(element.attrib):
        if name not in _KEPT and not (placed and name == "style"):
            del element.attrib[name]


def _size(picture: HtmlElement, images: Mapping[str, Image]) -> None:
    """The natural size in print, which the style sheet limits to what the card has room for."""
    image = images.get(picture.get("src") or "")
    if image is None:
        return
    picture.set("src", image_url(image.key))
    if image.width:
        dpi = DRAWING_DPI if image.key.lower().endswith(".svg") else PRINT_DPI
        width = image.width / dpi * INCH
        frame = picture.getparent()
        if frame is not None and has_class(frame, "occlusion") and image.height:
            # Its masks lie in parts of the frame, which so has to be as wide as the picture.
            highest = MASKED_HEIGHT * image.width / image.height
            frame.set("style", f"width: {min(width, highest):.1f}mm")
        else:
            picture.set("style", f"width: {width:.1f}mm")


def _in_head(cell: HtmlElement) -> bool:
    return next(cell.iterancestors("thead"), None) is not None
