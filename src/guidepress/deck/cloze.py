"""Clozes: `<mark class="cloze">` as Anki's `{{c1::text::hint}}`, under numbers that are never given twice.

Anki schedules the number. An author's `==…==` are numbered by where they stand, so a gap put before another
would hand its history on; the lock remembers what each number hid, and a gap keeps its number through edits.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from html import escape

from msgspec import Struct

from guidepress.content import Code, Element, Gap, Node, Text
from guidepress.content.html import VOID
from guidepress.content.marks import folded
from guidepress.content.walk import INLINE
from guidepress.deck.field import without_marks
from guidepress.deck.tokens import Html, Token, words

# How alike two hidden texts must be to count as one, edited (difflib's own measure of "close").
_ALIKE = 0.6

_SPECIAL = re.compile(r"\\|\{\{|\}\}|::")
_MATHS = re.compile(r"\\[()\[\]]")
_BREAK = "<!-- -->"
# A pair of braces is a cloze to Anki, a pair of colons inside one a hint.
_BRACE = re.compile(r"\{(?=\{)|\}(?=\})")
_BRACE_OR_COLON = re.compile(r"\{(?=\{)|\}(?=\})|:(?=:)")


class GapText(Struct, frozen=True, gc=False):
    """All marks of a card under one authored number: they are hidden together."""

    number: int
    text: str


class Close(Struct, frozen=True, gc=False):
    """The end of a gap: what must stand between it and the text before, and its hint."""

    apart: str
    hint: str


Piece = str | int | Close


class ClozeText(Struct, frozen=True, gc=False):
    """The text of a cloze card, taken apart.

    `gaps` are in order of appearance, `visible` are the words outside of them, `plain` says that they
    hold nothing but words. `pieces` are the text, with the authored number of a gap where it begins, and its end.
    """

    pieces: tuple[Piece, ...]
    gaps: tuple[GapText, ...]
    visible: str
    plain: bool = False

    def write(self, given: Mapping[int, int]) -> Html:
        """The text in Anki's syntax, its gaps under the numbers that `assign` gave them."""
        return "".join(
            [piece if type(piece) is str else _written(piece, given) for piece in self.pieces]
        )


def _written(piece: Piece, given: Mapping[int, int]) -> str:
    if isinstance(piece, str):
        return piece
    return f"{{{{c{given[piece]}::" if isinstance(piece, int) else f"{piece.apart}{piece.hint}}}}}"


def parse(tokens: Sequence[Token]) -> ClozeText:
    """Take the text of a cloze card apart.

    Nothing but its gaps can then be taken for one. In maths braces are set apart by a space, which TeX ignores;
    elsewhere by an empty comment, which no browser shows and Anki's editor keeps.
    """
    pieces: list[Piece] = []
    hidden: dict[int, list[str]] = {}
    shown: list[Token] = []
    # What is inside of the open gaps so far.
    inside: list[list[Token]] = []
    maths, plain = False, True
    for token in tokens:
        raw = token.raw
        plain = plain and not _SPECIAL.search(raw)
        if (gap := token.gap) is not None:
            if token.kind == "open":
                plain = plain and not inside and not gap.hint
                hidden.setdefault(gap.number, [])
                pieces.append(gap.number)
                inside.append([])
                continue
            within = inside.pop()
            hidden[gap.number].append(words(within) or _pictures(within))
            last = pieces[-1]
            plain = plain and isinstance(last, str) and not last.endswith(("}", ":"))
            pieces.append(Close(_apart(last, maths), _hint(gap.hint)))
            continue
        if token.kind == "text":
            if token.code or not (maths or "\\" in raw):
                pieces.append(_set_apart(raw, bool(inside), _BREAK))
            else:
                maths = _take_maths(raw, bool(inside), maths, pieces)
        else:
            plain = plain and not inside
            pieces.append(_tag(raw) if inside or "{{" in raw else raw)
        for within in inside:
            within.append(token)
        if not inside:
            shown.append(token)
    return ClozeText(
        tuple(pieces),
        tuple([GapText(number, " … ".join(texts)) for number, texts in hidden.items()]),
        words(shown),
        plain,
    )


def parse_plain(nodes: Sequence[Node]) -> ClozeText | None:
    """What `parse` gives, in a fraction of the time; None where there is more than words, plain elements around them
    and gaps of words alone, or a sign that could mean something to Anki.
    """
    pieces: list[Piece] = []
    hidden: dict[int, list[str]] = {}
    shown: list[str] = []
    if not _take_plain(nodes, pieces, hidden, shown):
        return None
    gaps = tuple([GapText(number, " … ".join(texts)) for number, texts in hidden.items()])
    return ClozeText(tuple(pieces), gaps, " ".join("".join(shown).split()), True)


def _take_plain(
    nodes: Sequence[Node], pieces: list[Piece], hidden: dict[int, list[str]], shown: list[str]
) -> bool:
    for node in nodes:
        if type(node) is Text:
            if not _put_plain(node.text, pieces):
                return False
            shown.append(node.text)
        elif type(node) is Element or type(node) is Code:
            name = node.name
            if node.attributes or name == "a" or name in VOID:
                return False
            apart = "" if name in INLINE else " "
            pieces.append(f"<{name}>")
            shown.append(apart)
            if not _take_plain(node.children, pieces, hidden, shown):
                return False
            pieces.append(f"</{name}>")
            shown.append(apart)
        elif type(node) is Gap and not node.hint and len(node.children) == 1:
            (inner,) = node.children
            pieces.append(node.number)
            if type(inner) is not Text or not _put_plain(inner.text, pieces):
                return False
            hides = " ".join(inner.text.split())
            if not hides:
                return False
            hidden.setdefault(node.number, []).append(hides)
            pieces.append("}}")
        else:
            return False
    return True


def _put_plain(text: str, pieces: list[Piece]) -> bool:
    """Write a text, unless something in it may mean anything to Anki, by itself or where it meets the next."""
    if "\\" in text or "{" in text or "}" in text or "[" in text:
        return False
    if ":" in text and ("::" in text or text[0] == ":" or text[-1] == ":"):
        return False
    if "&" in text or "<" in text or ">" in text:
        text = escape(text, quote=False)
    pieces.append(text)
    return True


def assign(
    found: Sequence[GapText],
    known: Sequence[str | None],
    visible: str = "",
    gone: Mapping[int, str] | None = None,
) -> dict[int, int]:
    """Permanent numbers for authored ones. `known[n - 1]` is what number n hid, None once that is gone; `gone` has
    the words of those, as far as they are known.

    A gap keeps the number that hid the same text, and gets back the one that did before it was taken out; else it
    keeps one that hid a similar text. One whose text is all new keeps the number
    it is written under if it can only be an edit of what that number hid: there are as many gaps as before, and
    the old text does not stand in the open now (`visible` is what the card shows). Any other gap gets a number
    that was never used. Without `known` the authored numbers stay as they are.
    """
    if not known:
        return {gap.number: gap.number for gap in found}
    free = {n: hidden for n, hidden in enumerate(known, 1) if hidden is not None}
    as_many = len(found) == len(free)
    given: dict[int, int] = {}

    def give(gap: GapText, number: int) -> None:
        given[gap.number] = number
        free.pop(number, None)

    for gap in found:
        if same := [n for n, hidden in free.items() if folded(hidden) == folded(gap.text)]:
            give(gap, gap.number if gap.number in same else same[0])
    for gap in found:
        back = [n for n, hidden in (gone or {}).items() if folded(hidden) == folded(gap.text)]
        if gap.number not in given and (unused := sorted(set(back) - set(given.values()))):
            give(gap, unused[0])
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
    found: Sequence[GapText], given: Mapping[int, int], known: Sequence[str | None]
) -> tuple[str | None, ...]:
    """What the lock keeps: for every number ever used, the text it hides now or None."""
    now = {given[gap.number]: gap.text for gap in found}
    return tuple([now.get(n) for n in range(1, max(len(known), *now, 0) + 1)])


def withdrawn(
    clozes: Sequence[str | None], known: Sequence[str | None], gone: Mapping[int, str]
) -> dict[int, str]:
    """What the numbers that hide nothing now (`clozes`) hid last; `known` and `gone` are as before this edit."""
    if None not in clozes:
        return {}
    last = {**gone, **{n: hidden for n, hidden in enumerate(known, 1) if hidden is not None}}
    return {n: last[n] for n, hidden in enumerate(clozes, 1) if hidden is None and n in last}


def _similarity(one: str, other: str) -> float:
    return difflib.SequenceMatcher(None, one.casefold(), other.casefold()).ratio()


def _pictures(inside: Sequence[Token]) -> str:
    """What a gap without words hides: the names of its pictures."""
    return " ".join(token.picture for token in inside if token.picture)


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
    words = without_marks(hint.replace("&", "&amp;").replace("<", "&lt;"))
    written = _set_apart(words, True, _BREAK)
    return f"::{written}{_BREAK if written.endswith('}') else ''}"


def _tag(raw: Html) -> Html:
    """A tag whose attributes hold no braces or colons in pairs; comments cannot stand there, entities can."""
    if not any(sign in raw for sign in ("{{", "}}", "::")):
        return raw
    written = raw.replace("'", "&#x27;")
    return written.replace("{", "&#123;").replace("}", "&#125;").replace("::", "&#58;&#58;")
