"""Footnotes: each note stands at the foot of the page of its first call.

A footnote is one inline box in CSS, so paragraphs of a note become lines of it. A note with a list, a table or
code cannot be flattened, and a very long one would be cut without a word in the log: those become endnotes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from lxml.html import HtmlElement, builder

from guidepress.book.model import Footnote
from guidepress.content import Content, walk
from guidepress.content.working import elements, has_class, serialize

# Elements that only a block can hold.
_BLOCKS = (
    "ul",
    "ol",
    "dl",
    "table",
    "pre",
    "blockquote",
    "figure",
    "div",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
)
# WeasyPrint loses what does not fit below the text of one page; this is a third of a small page.
LONGEST = 900
_LINE_END = re.compile(r"[ \t]*\n[ \t]*")


@dataclass(frozen=True, slots=True)
class Endnote:
    """A note printed at the end of its chapter."""

    anchor: str
    number: int
    html: str


def place(
    root: HtmlElement, notes: Sequence[Footnote], prepare: Callable[[Content], HtmlElement]
) -> tuple[Endnote, ...]:
    """Put the notes into the tree at their first calls; give back those for the end of the chapter.

    A note that nothing calls is an endnote too, so that no word of it is lost.
    """
    by_anchor = {note.anchor: note for note in notes}
    feet: dict[str, Footnote] = {a: n for a, n in by_anchor.items() if fits_at_foot(n)}
    placed: set[str] = set()
    for call in list(elements(root, "sup")):
        if not has_class(call, "footnote-ref"):
            continue
        link = next(iter(elements(call, "a")), None)
        anchor = (link.get("href") or "#")[1:] if link is not None else ""
        note = feet.get(anchor)
        # The foot of the page is out of reach from a cell whose row may move: WeasyPrint prints it, late.
        if note is not None and anchor not in placed:
            placed.add(anchor)
            _replace(call, _foot(note, prepare(note.content)))
    return tuple(
        Endnote(note.anchor, note.number, serialize(prepare(note.content)))
        for note in notes
        if note.anchor not in placed
    )


def fits_at_foot(note: Footnote) -> bool:
    """Whether a note can be printed at the foot of a page: short, and of paragraphs only."""
    nodes = note.content.nodes
    return next(walk.elements(nodes, *_BLOCKS), None) is None and len(walk.text(nodes)) <= LONGEST


def _foot(note: Footnote, body: HtmlElement) -> HtmlElement:
    paragraphs = [child for child in body if child.tag == "p"]
    for paragraph in paragraphs:
        paragraph.tag = "span"
        paragraph.attrib.pop("class", None)
        paragraph.tail = None
        if paragraph is not paragraphs[0]:
            paragraph.addprevious(builder.BR())
    for element in body.iter():
        # The engine does not collapse the space at a line's end in a foot, and fails on it.
        element.text = _collapsed(element.text)
        element.tail = _collapsed(element.tail)
    body.tag = "span"
    body.attrib.clear()
    body.set("class", "footnote")
    body.set("id", note.anchor)
    body.set("data-number", str(note.number))
    return body


def _collapsed(text: str | None) -> str | None:
    """White space at the ends of lines as one space, as CSS has it in running text."""
    return _LINE_END.sub(" ", text) if text else text


def _replace(old: HtmlElement, new: HtmlElement) -> None:
    new.tail, old.tail = old.tail, None
    parent = old.getparent()
    assert parent is not None
    parent.replace(old, new)
