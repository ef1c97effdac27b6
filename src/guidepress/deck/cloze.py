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


def gaps(fragment: Html) -> tuple[Gap, ...]:
    """The gaps of a card, in order of appearance. A mark without a number belongs to number 1."""
    found: dict[int, list[str]] = {}
    opened: list[tuple[int | None, list[str]]] = []
    for token in tokens(fragment):
        if token.kind == "open" and token.name == "mark":
            number = _number(token) if token.has_class("cloze") else None
            if number is not None:
                found.setdefault(number, [])
            opened.append((number, []))
        elif token.kind == "close" and token.name == "mark" and opened:
            number, inner = opened.pop()
            if number is not None:
                found[number].append(text("".join(inner)) or _pictures(inner))
        for _, inner in opened:
            inner.append(token.raw)
    return tuple(Gap(number, " … ".join(texts)) for number, texts in found.items())


def has_empty_gap(fragment: Html) -> bool:
    """Whether a mark hides nothing."""
    return any(not part.strip() for gap in gaps(fragment) for part in gap.text.split(" … "))


def _pictures(inner: Sequence[str]) -> str:
    """What a gap without words hides: the names of its pictures."""
    found = (t for raw in inner for t in tokens(raw) if t.kind == "void" and t.name == "img")
    return " ".join(token.get("alt") or token.get("src") for token in found)


def _number(token: Token) -> int:
    value = token.get("data-cloze")
    return int(value) if value.isdigit() and int(value) > 0 else 1


def assign(found: Sequence[Gap], known: Sequence[str | None]) -> dict[int, int]:
    """Permanent numbers for authored ones. `known[n - 1]` is what number n hid, None once that is gone.

    A gap keeps the number that hid the same text, else a similar one, else the number it is written
    under if that one has lost its text; any other gap gets a number that was never used. Without
    `known` the authored numbers stay as they are.
    """
    free = {n: hidden for n, hidden in enumerate(known, 1) if hidden is not None}
    given: dict[int, int] = {}
    for gap in found:
        same = [n for n, hidden in free.items() if hidden == gap.text]
        if same:
            given[gap.number] = gap.number if gap.number in same else same[0]
            del free[given[gap.number]]
    left = [gap for gap in found if gap.number not in given]
    alike = sorted(
        (-_similarity(gap.text, hidden), gap.number, n)
        for gap in left
        for n, hidden in free.items()
    )
    for score, number, n in alike:
        if -score >= _ALIKE and number not in given and n in free:
            given[number] = n
            del free[n]
    for gap in left:
        if gap.number not in given and gap.number in free:
            given[gap.number] = gap.number
            del free[gap.number]
    last = len(known)
    for gap in left:
        if gap.number not in given:
            # A number written by the author that was never used stays; the next free one otherwise.
            taken = set(given.values())
            fresh = gap.number if gap.number > len(known) and gap.number not in taken else last + 1
            while fresh in taken:
                fresh += 1
            given[gap.number] = fresh
            last = max(last, fresh)
    return given


def _similarity(one: str, other: str) -> float:
    return difflib.SequenceMatcher(None, one.casefold(), other.casefold()).ratio()


def remembered(
    found: Sequence[Gap], given: Mapping[int, int], known: Sequence[str | None]
) -> tuple[str | None, ...]:
    """What the lock keeps: for every number ever used, the text it hides now or None."""
    now = {given[gap.number]: gap.text for gap in found}
    return (
        tuple(now.get(n) for n in range(1, max([len(known), *now]) + 1))
        if now
        else (None,) * len(known)
    )


def write(fragment: Html, given: Mapping[int, int]) -> Html:
    """The fragment with its gaps in Anki's syntax; nothing else in it can be taken for one.

    In maths braces are set apart by a space, which TeX ignores; elsewhere by an empty comment,
    which no browser shows and Anki's editor keeps.
    """
    out: list[str] = []
    marks: list[str | None] = []  # the hint of each open gap; None for a mark that is no gap
    depth = code = 0
    maths = False
    for token in tokens(fragment):
        if token.kind == "text":
            if code:
                out.append(_set_apart(token.raw, bool(depth), _BREAK))
            else:
                maths = _write_text(token.raw, bool(depth), maths, out)
            continue
        if token.name in ("code", "pre"):
            code += {"open": 1, "close": -1}.get(token.kind, 0)
        if token.name == "mark" and token.kind == "open":
            if token.has_class("cloze"):
                marks.append(token.get("data-hint"))
                depth += 1
                out.append(f"{{{{c{given[_number(token)]}::")
                continue
            marks.append(None)
        elif token.name == "mark" and token.kind == "close" and marks:
            hint = marks.pop()
            if hint is not None:
                depth -= 1
                out.append(_closing(hint, out[-1][-1:], maths))
                continue
        out.append(_write_tag(token) if depth or "{{" in token.raw else token.raw)
    return "".join(out)


def _write_text(raw: str, hidden: bool, maths: bool, out: list[str]) -> bool:
    """Write text outside of code; returns whether it ends inside maths."""
    start = 0
    for match in _MATHS.finditer(raw):
        out.append(_set_apart(raw[start : match.start()], hidden, " " if maths else _BREAK))
        out.append(match[0])
        maths = match[0][1] in "(["
        start = match.end()
    out.append(_set_apart(raw[start:], hidden, " " if maths else _BREAK))
    return maths


def _set_apart(raw: str, hidden: bool, by: str) -> str:
    if "{{" in raw or "}}" in raw or (hidden and "::" in raw):
        return (_BRACE_OR_COLON if hidden else _BRACE).sub(lambda match: match[0] + by, raw)
    return raw


def _closing(hint: str, before: str, maths: bool) -> str:
    """The end of a gap: braces and colons must not touch the same signs of the text before."""
    apart = (" " if maths else _BREAK) if before in ("}", ":") else ""
    if not hint:
        return apart + "}}"
    written = _set_apart(hint.replace("&", "&amp;").replace("<", "&lt;"), True, _BREAK)
    return f"{apart}::{written}{_BREAK if written.endswith('}') else ''}}}}}"


def _write_tag(token: Token) -> str:
    """A tag whose attributes hold no braces or colons in pairs; comments cannot stand there, entities can."""
    if token.kind not in ("open", "void") or not any(s in token.raw for s in ("{{", "}}", "::")):
        return token.raw
    written = tag(token.name, token.values)
    return written.replace("{", "&#123;").replace("}", "&#125;").replace("::", "&#58;&#58;")
