"""Footnotes of a card. A chapter numbers its notes by where they are called, so a note that is put in anywhere
above would change the text of every card below it. On a card they are numbered by the card alone.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from guidepress.book.model import Footnote
from guidepress.content import Content, Element, Node, NoteCall, Text
from guidepress.content.walk import rewrite


def numbered(
    fields: Mapping[str, Content], notes: Mapping[str, Footnote]
) -> tuple[dict[str, Content], tuple[Node, ...]]:
    """The fields of a card with calls numbered from 1 in order of appearance, and the notes that they call.

    `notes` are those of the book by anchor. A call of a note that is not there keeps its number.
    """
    called: dict[str, int] = {}

    def renumber(_: Element, new: Element) -> Element:
        if not isinstance(new, NoteCall) or new.note not in notes:
            return new
        return replace(new, number=called.setdefault(new.note, len(called) + 1))

    written = {name: Content(rewrite(content.nodes, renumber)) for name, content in fields.items()}
    written_out: list[Node] = []
    # A note may call others, which then are called too.
    while len(written_out) < len(called):
        note = notes[list(called)[len(written_out)]]
        number = Element("sup", {}, (Text(str(len(written_out) + 1)),))
        text = (number, Text(" "), *rewrite(note.content.nodes, renumber))
        written_out.append(Element("div", {"class": "footnote"}, text))
    return written, tuple(written_out)
