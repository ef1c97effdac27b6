"""Footnotes of a card. A chapter numbers its notes by where they are called, so a note that is put in anywhere
above would change the text of every card below it. On a card they are numbered by the card alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from guidepress.book.model import Footnote, Html

_CALL = re.compile(
    r"(<sup class=\"footnote-ref\"[^>]*><a href=\"#(fn-[^\"]*)\"[^>]*>)[^<]*(?=</a></sup>)"
)


def numbered(
    fields: Mapping[str, Html], notes: Mapping[str, Footnote]
) -> tuple[dict[str, Html], Html]:
    """The fields of a card with calls numbered from 1 in order of appearance, and the notes that they call.

    `notes` are those of the book by anchor. A call of a note that is not there keeps its number.
    """
    called: dict[str, int] = {}

    def renumber(match: re.Match[str]) -> str:
        if match[2] not in notes:
            return match[0]
        return f"{match[1]}{called.setdefault(match[2], len(called) + 1)}"

    written = {
        name: _CALL.sub(renumber, html) if "footnote-ref" in html else html
        for name, html in fields.items()
    }
    told: list[str] = []
    # A note may call others, which then are called too.
    while len(told) < len(called):
        note = notes[list(called)[len(told)]]
        text = _CALL.sub(renumber, note.html)
        told.append(f'<div class="footnote"><sup>{len(told) + 1}</sup> {text}</div>')
    return written, "".join(told)
