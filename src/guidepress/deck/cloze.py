"""Clozes: `<mark class="cloze">` as Anki's `{{c1::text::hint}}`, under numbers that are never dealt out twice.

Anki schedules the number. An author's `==…==` are numbered by where they stand, so a gap put before
another would hand its history on; the lock remembers what each number hid, and a gap keeps its
number through edits.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from guidepress.book.model import Html
from guidepress.deck.markup import Token, tag, text, tokens

# How alike two hidden texts must be to count as one, edited (difflib's own measure of "close").
_ALIKE = 0.6

_MATHS = re.compile(r"\\[()\[\]]")
_BREAK = "<!-- -->"
# A pair of braces is a cloze to Anki, a pair of colons inside one a hint.
_BRACE = re.compile(r"(\{)(?=\{)|(\})(?=\})")
_BRACE_OR_COLON = re.compile(r"(\{)(?=\{)|(\})(?=\})|(:)(?=:)")


@dataclass(frozen=True, slots=True)
class Gap:
    """All marks of a card under one authored number: they are hidden together."""

    number: int
    text: str


class _Close(NamedTuple):
    """The end of a gap: its hint, and what must stand between it and the text before."""

    hint: str
    apart: str


@dataclass(frozen=True, slots=True)
class ClozeText:
    """The text of a cloze card, taken apart.

    `gaps` are in order of appearance, `visible` are the words outside of them, `hollow` says that a gap hides
    nothing. `pieces` are the text with the authored number of a gap where it begins, and its end.
    """

    pieces: tuple[str | int | _Close, ...]
    gaps: tuple[Gap, ...]
    visible: str
    hollow: bool

    def _take_maths(
    raw: str, hidden: bool, maths: bool, pieces: list[str | int | _Close]
) -> bool:
    """Take text outside of code in which maths begins or ends; returns whether it ends inside maths."""
    start = 0
    for match in _MATHS.finditer(raw):
        before = raw[start : match.start()]
        pieces.append(_set_apart(before, hidden, " " if maths else _BREAK) + match[0])
        maths = match[0][1] in "(["
        start = match.end()
    pieces.append(_set_apart(raw[start:], hidden, " " if maths else _BREAK))
    return maths


def _set_apart(raw: str, hidden: bool, by: str) -> str:
    if "{{" in raw or "}}" in raw or (hidden and "::" in raw):
        return (_BRACE_OR_COLON if hidden else _BRACE).sub(lambda match: match[0] + by, raw)
    return raw


def _hint(hint: str) -> str:
    """A hint as it stands at the end of a gap."""
    if not hint:
        return ""
    written = _set_apart(hint.replace("&", "&amp;").replace("<", "&lt;"), True, _BREAK)
    return f"::{written}{_BREAK if written.endswith('}') else ''}"


def _tag(token: Token) -> str:
    """A tag whose attributes hold no braces or colons in pairs; comments cannot stand there, entities can."""
    if token.kind not in ("open", "void") or not any(s in token.raw for s in ("{{", "}}", "::")):
        return token.raw
    written = tag(token.name, token.values)
    return written.replace("{", "&#123;").replace("}", "&#125;").replace("::", "&#58;&#58;")
