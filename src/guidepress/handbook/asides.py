"""Asides: short ones in the notes column, longer ones as a box in the text.

A float taller than the rest of its page is cut without a word in the log, so only short ones float. A note begins
beside the paragraph that it comments on, and ends, by a guess at heights, before the next heading, before what spans
the column, and before the next note, which would be pushed down by it. One that has no such room becomes a box.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

from lxml.html import HtmlElement

from guidepress.book.model import Book
from guidepress.content import walk
from guidepress.content.nodes import Element
from guidepress.content.working import elements, has_class, text_of
from guidepress.handbook.composer import Composer
from guidepress.handbook.geometry import Geometry
from guidepress.lengths import MM_PER

# A column takes a quarter of the paper: it wants a note on every eighth page or so, which hold so many characters.
NOTE_EVERY = 20_000
# Characters that stay well below a third of the page in a column of 46 mm.
LONGEST = 320
_BLOCKS = ("ul", "ol", "dl", "table", "pre", "figure", "img", "blockquote")
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
# What a note stands beside: text of the width of the measure.
_TEXT = ("p", "ul", "ol", "dl", "blockquote", "pre")
# Lines of text by which a note may reach further than what it stands beside.
FURTHER = 2
# The width of a letter, in ems of its type.
_LETTER = 0.46
# What an aside in the margin may stand in.
_AROUND = ("div", "section", "body", "html")


def has_notes(book: Book) -> bool:
    """Whether a book has enough for a notes column: a note for every `NOTE_EVERY` characters of its chapters."""
    notes = sum(
        _is_note(element, above)
        for chapter in book.chapters()
        for element, above in walk.placed(chapter.body.nodes)
    )
    if not notes:
        return False
    return sum(len(walk.text(one.body.nodes)) for one in book.chapters()) <= notes * NOTE_EVERY


def _is_note(element: Element, above: Sequence[Element]) -> bool:
    return (
        element.name == "aside"
        and "aside" in element.classes
        and len(walk.text(element.children)) <= LONGEST
        and next(walk.elements(element.children, *_BLOCKS), None) is None
        and all(one.name in _AROUND for one in above)
    )


def place(root: HtmlElement, composer: Composer) -> None:
    """Mark each aside as a margin note or as a box."""
    for aside in list(elements(root, "aside")):
        if not has_class(aside, "aside"):
            continue
        short = len(aside.text_content()) <= LONGEST
        plain = not any(True for _ in elements(aside, *_BLOCKS))
        free = all(parent.tag in _AROUND for parent in aside.iterancestors())
        in_margin = bool(composer.geometry.notes) and short and plain and free
        in_margin = in_margin and _beside_text(aside, composer.geometry)
        aside.set("class", "aside margin" if in_margin else "aside box")


def _beside_text(aside: HtmlElement, geometry: Geometry) -> bool:
    """Whether there is room for a note beside text; where that is above it only, the note goes there."""
    type_ = geometry.type
    height = _lines(aside, geometry.notes, type_.caption[0]) * type_.caption[1]
    room = FURTHER * type_.body[1]
    following = aside.getnext()
    ends = following is None or following.tag in _HEADINGS
    while following is not None and _is_text(following):
        room += _lines(following, geometry.text, type_.body[0]) * type_.body[1]
        following = following.getnext()
    if not ends and (following is None or height <= room):
        return True
    before = aside.getprevious()
    if before is None or before.tag != "p":
        return following is None
    room += _lines(before, geometry.text, type_.body[0]) * type_.body[1]
    if following is not None and height > room:
        return False
    tail, aside.tail = aside.tail, None
    before.addprevious(aside)
    before.tail = (before.tail or "") + (tail or "")
    return True


def _is_text(element: HtmlElement) -> bool:
    return element.tag in _TEXT and not has_class(element, "wide")


def _lines(element: HtmlElement, width: float, size: float) -> int:
    """How many lines a text takes in `width` mm, in a type of `size` pt, about."""
    letters = width / (size * _LETTER * MM_PER["pt"])
    if element.tag == "pre":
        return len(element.text_content().splitlines())
    blocks = list(elements(element, "p", "li", "dt", "dd")) or [element]
    return sum(ceil(len(text_of(one)) / letters) for one in blocks)
