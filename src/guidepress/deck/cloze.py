"""Clozes: `<mark class="cloze">` as Anki's `{{c1::text::hint}}`, under numbers that are never dealt out twice.

Anki schedules the number. An author's `==…==` are numbered by where they stand, so a gap put before another
would hand its history on; the lock remembers what each number hid, and a gap keeps its number through edits.
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

# A gap without tags, hint or anything that would have to be set apart: nearly all are of this kind.
_PLAIN = re.compile(r'<mark class="cloze" data-cloze="([1-9]\d*)">([^<]+)</mark>')
_SPECIAL = re.compile(r"\\|\{\{|\}\}|::")
_MATHS = re.compile(r"\\[()\[\]]")
_BREAK = "<!-- -->"
# A pair of braces is a cloze to Anki, a pair of colons inside one a hint.
_BRACE = re.compile(r"\{(?=\{)|\}(?=\})")
_BRACE_OR_COLON = re.compile(r"\{(?=\{)|\}(?=\})|:(?=:)")


class Gap(NamedTuple):
    """All marks of a card under one authored number: they are hidden together."""

    number: int
    text: str


class Close(NamedTuple):
    """The end of a gap: what must stand between it and the text before, and its hint."""

    apart: str
    hint: str


Piece = str | int | Close
_END = Close("", "")


@dataclass(frozen=True, slots=True)
class ClozeText:
    """The text of a cloze card, taken apart.

    `gaps` are in order of appearance, `visible` are the words outside of them, `hollow` says that a gap hides
    nothing, `plain` that they hold nothing but words. `pieces` are the text, with the authored number of a gap
    where it begins, and its end.
    """

    pieces: tuple[Piece, ...]
    gaps: tuple[Gap, ...]
    visible: str
    hollow: bool
    plain: bool = False

    def write(self, given: Mapping[int, int]) -> Html:
        """The text in Anki's syntax, its gaps under the numbers that `assign` gave them."""
        return "".join([_written(piece, given) for piece in self.pieces])


def _written(piece: Piece, given: Mapping[int, int]) -> str:
    if isinstance(piece, str):
        return piece
    return f"{{{{c{given[piece]}::" if isinstance(piece, int) else f"{piece.apart}{piece.hint}}}}}"


def parse(fragment: Html) -> ClozeText:
    """Take the text of a cloze card apart. A mark without a number belongs to number 1.

    Nothing but its gaps can then be taken for one. In maths braces are set apart by a space, which TeX ignores;
    elsewhere by an empty comment, which no browser shows and Anki's editor keeps.
    """
    if (plain := _parse_plain(fragment)) is not None:
        return plain
    pieces: list[Piece] = []
    hidden: dict[int, list[str]] = {}
    shown: list[str] = []
    # The open marks: number (None for a mark that is no gap), hint, and what is inside so far.
    marks: list[tuple[int | None, str, list[str]]] = []
    depth = code = 0
    maths = False
    for token in tokens(fragment):
        raw = token.raw
        if token.kind == "text":
            if code or not (maths or "\\" in raw):
                pieces.append(_set_apart(raw, bool(depth), _BREAK))
            else:
                maths = _take_maths(raw, bool(depth), maths, pieces)
        elif token.name == "mark":
            if token.kind == "open":
                number = _number(token) if token.has_class("cloze") else None
                marks.append((number, token.get("data-hint"), []))
                if number is not None:
                    hidden.setdefault(number, [])
                    depth += 1
                    pieces.append(number)
                    continue
            elif marks:
                number, hint, inner = marks.pop()
                if number is not None:
                    hidden[number].append(text("".join(inner)) or _pictures(inner))
                    depth -= 1
                    pieces.append(Close(_apart(pieces[-1], maths), _hint(hint)))
                    continue
            pieces.append(raw)
        else:
            if token.name in ("code", "pre"):
                code += {"open": 1, "close": -1}.get(token.kind, 0)
            pieces.append(_tag(token) if depth or "{{" in raw else raw)
        for _, _, inner in marks:
            inner.append(raw)
        if not depth:
            shown.append(raw)
    return ClozeText(
        tuple(pieces),
        tuple(Gap(number, " … ".join(texts)) for number, texts in hidden.items()),
        text("".join(shown)),
        any(not words for texts in hidden.values() for words in texts),
    )


def _parse_plain(fragment: Html) -> ClozeText | None:
    """What `parse` gives, if all gaps are plain; None if they are not."""
    parts = _PLAIN.split(fragment)
    if len(parts) // 3 != fragment.count("<mark") or _SPECIAL.search(fragment):
        return None
    pieces: list[Piece] = [parts[0]]
    hidden: dict[int, list[str]] = {}
    for number, inner, after in zip(parts[1::3], parts[2::3], parts[3::3], strict=True):
        if inner[-1] in "}:":
            return None
        hidden.setdefault(int(number), []).append(text(inner))
        pieces += (int(number), inner, _END, after)
    return ClozeText(
        tuple(pieces),
        tuple([Gap(number, " … ".join(texts)) for number, texts in hidden.items()]),
        text("".join(parts[::3])),
        any(not words for texts in hidden.values() for words in texts),
        plain=True,
    )


def assign(found: Sequence[Gap], known: Sequence[str | None], visible: str = "") -> dict[int, int]:
    """Permanent numbers for authored ones. `known[n - 1]` is what number n hid, None once that is gone.

    A gap keeps the number that hid the same text, else a similar one. One whose text is all new keeps the number
    it is written under if it can only be an edit of what that number hid: there are as many gaps as before, and
    the old text does not stand in the open now (`visible` is what the card shows). Any other gap gets a number
    that was never used. Without `known` the authored numbers stay as they are.
    """
    if not known:
        return {gap.number: gap.number for gap in found}
    free = {n: hidden for n, hidden in enumerate(known, 1) if hidden is not None}
    as_many = len(found) == len(free)
    given: dict[int, int] = {}

    def give(gap: Gap, number: int) -> None:
        given[gap.number] = number
        free.pop(number, None)

    for gap in found:
        if same := [n for n, hidden in free.items() if hidden == gap.text]:
            give(gap, gap.number if gap.number in same else same[0])
    left = [gap for gap in found if gap.number not in given]
    pairs = [(gap, n, _similarity(gap.text, hidden)) for gap in left for n, hidden in free.items()]
    for gap, n, score in sorted(pairs, key=lambda pair: (-pair[2], pair[0].number, pair[1])):
        if score >= _ALIKE and gap.number not in given and n in free:
            give(gap, n)
    for gap in left:
        if gap.number not in given and as_many and gap.number in free:
            hidden = re.escape(free[gap.number])
            if not re.search(rf"(?<!\w){hidden}(?!\w)", visible, re.IGNORECASE):
                give(gap, gap.number)
    last = len(known)
    for gap in left:
        if gap.number not in given:
            # A number of the author's that was never used stays.
            taken = set(given.values())
            fresh = gap.number if gap.number > len(known) and gap.number not in taken else last + 1
            while fresh in taken:
                fresh += 1
            give(gap, fresh)
            last = max(last, fresh)
    return given


def remembered(
    found: Sequence[Gap], given: Mapping[int, int], known: Sequence[str | None]
) -> tuple[str | None, ...]:
    """What the lock keeps: for every number ever used, the text it hides now or None."""
    now = {given[gap.number]: gap.text for gap in found}
    return tuple([now.get(n) for n in range(1, max(len(known), *now, 0) + 1)])


def _similarity(one: str, other: str) -> float:
    return difflib.SequenceMatcher(None, one.casefold(), other.casefold()).ratio()


def _number(token: Token) -> int:
    value = token.get("data-cloze")
    return int(value) if value.isdigit() and int(value) > 0 else 1


def _pictures(inner: Sequence[str]) -> str:
    """What a gap without words hides: the names of its pictures."""
    found = (t for raw in inner for t in tokens(raw) if t.kind == "void" and t.name == "img")
    return " ".join(token.get("alt") or token.get("src") for token in found)


def _take_maths(raw: str, hidden: bool, maths: bool, pieces: list[Piece]) -> bool:
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


def _apart(before: Piece, maths: bool) -> str:
    """What keeps the end of a gap from touching braces and colons before it."""
    if isinstance(before, Close) or (isinstance(before, str) and before.endswith(("}", ":"))):
        return " " if maths else _BREAK
    return ""


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
