"""Typographic marks for those of a typewriter: `"it's" -- 5 MB...` as “it’s” – 5 MB…, in the way of its language.

Marks are set once, in the trees that Markdown became, so that every product has the same. A quotation is found across
the elements that stand in a sentence (`"*word*"`); code, formulas, addresses and attributes stay as they are. A `Text`
that was changed remembers what was typed: names that are made of words (anchors, entries of deck.lock) come from that.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, field
from functools import cache
from itertools import accumulate

from msgspec.structs import replace

from guidepress.content.marks import APOSTROPHE, NO_BREAK, Marks, marks_of
from guidepress.content.nodes import (
    Element,
    Formula,
    Gap,
    Image,
    Node,
    NoteCall,
    Quote,
    Reference,
    Text,
)
from guidepress.content.tree import Content
from guidepress.content.walk import INLINE, joined

# Text in these is no prose.
VERBATIM = frozenset({"code", "kbd", "pre", "samp", "var"})
_INLINE = INLINE | {"data", "img", "input", "rp", "rt", "ruby", "time", "wbr"}
# What stands for a thing in a sentence that is no text: a formula, code, an address.
_THING = "\N{OBJECT REPLACEMENT CHARACTER}"
_ADDRESS = re.compile(
    r"(?:[a-z][a-z0-9+.-]*://|www\.)(?:[^\s\"'<>“”]|(?<=\w)'(?=\w))*[^\s\"'<>“”.,;:!?)…]"
    r"|[\w.+-]+(?:'[\w.+-]+)*@[\w-]+(?:\.[\w-]+)+",
    re.IGNORECASE,
)
_OPENING = frozenset("([{<«“„‚‘‹「『¿¡")
# After these a quotation may begin, or end.
_EITHER = frozenset("-–—/=|")
_CLOSING = frozenset(".,;:!?)]}»”’…%°\"'")
_CJK = re.compile(r"[\u3000-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uff60]")
_HEBREW = re.compile(r"[\u05d0-\u05ea]")
# Three figures of a large number, as Swiss books have them: 1'000'000.
_GROUP = re.compile(r"\d{3}(?!\d)")
_DECADE = re.compile(r"\d\ds?(?![\w'])")
_LATER_END = re.compile(r"(?<=\S)'(?!\w)")
_DASHES = re.compile(r"(?<![-<!=|+])-{2,3}(?![->=|+])")
_SPACED_DASH = re.compile(r"(?<=\S) [–—](?=\s)")
_DOTS = re.compile(r"(?<![./\\])\.{3,4}(?![./\\])")
_SIX_DOTS = re.compile(r"(?<![./\\])(?:\.{3}){1,2}(?![./\\])")
_UNITS = (
    "%|‰|°[CF]?|[kMGTP]?i?B|[KMGT]iB|[kMGT]?bit(?:/s)?|[kMGT]?B/s|[kMG]bps|ns|µs|μs|ms|s|min|h|[kMG]?Hz|[kMG]?W|[kM]?Wh"
    "|m?V|m?A|[nµμmck]?m|[km]?g|m?l|L|K|px|pt|dpi|fps|rpm|[€$£¥₹]|USD|EUR|GBP|INR|CHF|CAD|AUD|JPY"
)
_UNIT = re.compile(rf"(?<=\d) (?=(?:{_UNITS})(?![\w'’-]))|(?<=[€$£¥₹]) (?=\d)")
_SPACED = re.compile("[;:!?«»]")
# Whether there is anything to do at all.
_ANY = re.compile(r"[\"']|--|\.\.\.| [–—]\s|\d [%‰°\w€$£¥₹]|[€$£¥₹] \d")
_ANY_SPACED = re.compile(rf"{_ANY.pattern}|[;:!?«»]")


@dataclass(slots=True)
class _Piece:
    """A text of a sentence, or a thing in it, which is not changed."""

    text: str
    prose: bool = True


@dataclass(frozen=True, slots=True)
class Typography:
    """Sets the marks of a BCP 47 language; of an empty one it leaves everything as it was typed."""

    language: str
    _marks: Marks = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_marks", marks_of(self.language))

    def text(self, text: str) -> str:
        """A line of plain text."""
        if not self.language or not self._any(text):
            return text
        piece = _Piece(text)
        self._set([piece])
        return piece.text

    def content(self, content: Content) -> Content:
        """A piece of authored text."""
        if not content.nodes:
            return content
        made = self.nodes(content.nodes)
        return content if made is content.nodes else Content(made)

    def nodes(self, nodes: Sequence[Node]) -> tuple[Node, ...]:
        """A new tree, which shares what did not change."""
        whole = nodes if isinstance(nodes, tuple) else tuple(nodes)
        if not self.language:
            return whole
        sentences: list[list[_Piece]] = [[]]
        foreign = self._gather(whole, sentences)
        pieces = [piece for sentence in sentences for piece in sentence if piece.prose]
        if not foreign and not self._any("".join([piece.text for piece in pieces])):
            return whole
        for sentence in sentences:
            self._set(sentence)
        return self._made(whole, iter(pieces))

    def _any(self, text: str) -> bool:
        spaced = self._marks.inside or self._marks.before or self._marks.colon
        return (_ANY_SPACED if spaced else _ANY).search(text) is not None

    def _gather(self, nodes: Sequence[Node], sentences: list[list[_Piece]]) -> bool:
        """The texts in order, those of each block apart; whether there are elements in other languages."""
        foreign = False
        for node in nodes:
            if isinstance(node, Text):
                sentences[-1].append(_Piece(node.text))
                continue
            inline = node.name in _INLINE and not (isinstance(node, Formula) and node.display)
            left = self._is_left(node)
            foreign = foreign or (left and self._is_foreign(node))
            if node.name == "br":
                sentences[-1].append(_Piece("\n", prose=False))
            elif isinstance(node, NoteCall) or (inline and _is_empty(node)):
                pass
            elif inline and left:
                sentences[-1].append(_Piece(_THING, prose=False))
            elif inline:
                foreign = self._gather(node.children, sentences) or foreign
            else:
                sentences.append([])
                foreign = (not left and self._gather(node.children, sentences)) or foreign
                sentences.append([])
        return foreign

    def _is_left(self, node: Element) -> bool:
        """Whether what is in an element is no text of this language."""
        if isinstance(node, Formula | Quote | Image) or node.name in VERBATIM:
            return True
        # A reference without words gets those of its target.
        return (isinstance(node, Reference) and not node.children) or self._is_foreign(node)

    def _is_foreign(self, node: Element) -> bool:
        return node.attributes.get("lang", self.language) != self.language

    def _made(self, nodes: tuple[Node, ...], pieces: Iterator[_Piece]) -> tuple[Node, ...]:
        made: list[Node] = []
        for node in nodes:
            new: Node = node
            if isinstance(node, Text):
                text = next(pieces).text
                if text != node.text:
                    new = Text(text, node.typed or node.text)
            elif isinstance(node, NoteCall) or not node.children:
                pass
            elif not self._is_left(node):
                children = self._made(node.children, pieces)
                new = node if children is node.children else replace(node, children=children)
            elif self._is_foreign(node) and node.name not in VERBATIM:
                children = typography(node.attributes["lang"]).nodes(node.children)
                new = node if children is node.children else replace(node, children=children)
            made.append(new)
        same = all(new is old for new, old in zip(made, nodes, strict=True))
        return nodes if same else tuple(made)

    def _set(self, sentence: Sequence[_Piece]) -> None:
        """Set the marks of a sentence, across all that stands in it."""
        whole = "".join([piece.text for piece in sentence])
        if not self._any(whole):
            return
        ends = frozenset(accumulate(len(piece.text) for piece in sentence))
        bare = whole
        if "://" in whole or "www." in whole or "@" in whole:
            bare = _ADDRESS.sub(lambda m: _THING * len(m[0]), whole)
        edits = _Edits(bare, self._marks, ends)
        at = 0
        for piece in sentence:
            end = at + len(piece.text)
            if piece.prose and piece.text:
                piece.text = edits.applied(whole, at, end)
            at = end


@cache
def typography(language: str) -> Typography:
    """What sets the marks of a language."""
    return Typography(language)


def _is_empty(node: Element) -> bool:
    """Whether an element, such as a mark of the index, takes no place in a sentence."""
    return not node.children and node.name in ("a", "span", "wbr") and not isinstance(
        node, Reference | Formula | Quote
    )  # fmt: skip


class _Edits:
    """What is to be changed in a sentence: places, and what stands there then."""

    def __init__(self, text: str, marks: Marks, ends: Set[int]) -> None:
        self._text = text
        self._marks = marks
        # Where its parts end: what reaches over an end stays.
        self._ends = ends
        # How each quotation mark was taken: `open`, `close`, or as an apostrophe or prime.
        self._taken: dict[int, str] = {}
        self._made: dict[int, tuple[int, str]] = {}
        if '"' in text or "'" in text:
            self._quotes()
        if "--" in text or "–" in text or "—" in text:
            self._dashes()
        if "..." in text:
            self._dots()
        for match in _UNIT.finditer(text):
            self._put(match.start(), match.end(), NO_BREAK)
        if marks.inside or marks.before or marks.colon:
            self._spaces()
        self._order = sorted(self._made)

    def applied(self, whole: str, start: int, end: int) -> str:
        """A part of the whole sentence with its changes."""
        out: list[str] = []
        at = start
        for place in self._order:
            stop, new = self._made[place]
            if start <= place < end and at <= place:
                out += (whole[at:place], new)
                at = stop
        return "".join((*out, whole[at:end]))

    def _put(self, start: int, end: int, new: str) -> bool:
        """Note a change; whether it can be made."""
        if any(place in self._ends for place in range(start + 1, end)):
            return False
        self._made.setdefault(start, (end, new))
        return True

    def _at(self, place: int) -> str:
        return self._text[place] if 0 <= place < len(self._text) else ""

    def _quotes(self) -> None:
        open_: list[str] = []
        begin, end = self._marks.double
        for match in re.finditer(f"[\"'{begin}{end}]", self._text):
            at, sign = match.start(), match[0]
            if sign not in ('"', "'"):
                # One that the author set. Where both are the same it tells nothing.
                if begin != end and sign == begin:
                    open_.append('"')
                elif begin != end and '"' in open_:
                    _close(open_, '"')
                continue
            if sign in (self._at(at - 1), self._at(at + 1)) and sign not in open_:
                # An empty string of a programmer.
                continue
            taken = self._double(at, open_) if sign == '"' else self._single(at, open_)
            if taken in ("open", "close"):
                self._pair(at, sign, taken, open_)
            elif taken:
                self._put(at, at + 1, taken)
                self._taken[at] = "other"

    def _pair(self, at: int, sign: str, taken: str, open_: list[str]) -> None:
        marks = self._marks
        self._taken[at] = taken
        opens = taken == "open"
        if not opens and sign in open_:
            _close(open_, sign)
        pair = marks.single if sign == "'" else marks.double
        if sign == '"' and '"' in open_ and marks.inner:
            pair = marks.inner
        if opens:
            open_.append(sign)
        space = marks.inside if pair == marks.double else ""
        self._put(at, at + 1, pair[0] + space if opens else space + pair[1])

    def _double(self, at: int, open_: Sequence[str]) -> str:
        before, after = self._at(at - 1), self._following(at)
        if self._can_open(at):
            return "close" if before in _EITHER and before and '"' in open_ else "open"
        if not self._can_close(at):
            return ""
        if '"' in open_:
            return "close"
        if _HEBREW.match(before) and _HEBREW.match(after):
            return "\N{HEBREW PUNCTUATION GERSHAYIM}"
        if before.isdigit():
            return "\N{DOUBLE PRIME}"
        # Between Chinese letters there are no spaces that would tell an opening mark from a closing one.
        inside = bool(after) and not after.isspace()
        if inside and (_CJK.match(before) or (before == _THING and _is_word(after))):
            return "open"
        begins = _is_word(after) and not _is_word(before) and before not in ".!?)]}…%"
        return "open" if begins else "close"

    def _single(self, at: int, open_: Sequence[str]) -> str:
        before, after = self._at(at - 1), self._at(at + 1)
        if _HEBREW.match(before) and "'" not in open_:
            return "\N{HEBREW PUNCTUATION GERESH}"
        if _CJK.match(before) and self._following(at).strip():
            return "close" if "'" in open_ else "open"
        if _is_word(before) and _is_word(after):
            both = before.isdigit() and after.isdigit()
            return "\N{PRIME}" if both and not _GROUP.match(self._text, at + 1) else APOSTROPHE
        if self._can_open(at):
            rest = self._text[at + 1 :]
            if self._marks.elisions.match(rest) or _DECADE.match(rest):
                return APOSTROPHE
            return "open" if _LATER_END.search(self._text, at + 1) else APOSTROPHE
        if not self._can_close(at):
            return ""
        if "'" in open_:
            return "close"
        return "\N{PRIME}" if before.isdigit() else APOSTROPHE

    def _can_open(self, at: int) -> bool:
        before, after = self._at(at - 1), self._following(at)
        begins = not before or before.isspace() or before in _OPENING or before in _EITHER
        return (begins or self._taken.get(at - 1) == "open") and bool(after) and not after.isspace()

    def _can_close(self, at: int) -> bool:
        before = self._at(at - 1)
        blank = not before or before.isspace() or before in _OPENING
        return not blank and self._taken.get(at - 1) != "open"

    def _following(self, at: int) -> str:
        """The first character behind a quotation mark, and others beside it."""
        at += 1
        while self._at(at) in ('"', "'"):
            at += 1
        return self._at(at)

    def _dashes(self) -> None:
        marks = self._marks
        spaced = marks.dash != "——"
        for match in _SPACED_DASH.finditer(self._text) if spaced else ():
            self._put(match.start(), match.start() + 1, NO_BREAK)
        for match in _DASHES.finditer(self._text):
            start, end = match.span()
            before, after = self._at(start - 1), self._at(end)
            long = end - start == 3
            if after.isspace() and (not before or before.isspace()):
                put = self._put(start, end, marks.long if long else marks.dash)
                if put and before == " " and start > 1 and spaced:
                    self._put(start - 1, start, NO_BREAK)
            elif self._joins(start, end):
                digits = before.isdigit() and after.isdigit() and not long
                self._put(start, end, "–" if digits else marks.long if long else marks.joint)

    def _joins(self, start: int, end: int) -> bool:
        """Whether dashes without spaces stand between words, and do not begin the name of an option."""
        before, after = self._at(start - 1), self._at(end)
        if not (_is_word(before) or before in _CLOSING) or self._taken.get(start - 1) == "open":
            return False
        return bool(after) and (_is_word(after) or after in _OPENING or after in "\"'")

    def _dots(self) -> None:
        long = self._marks.ellipsis == "……"
        for match in (_SIX_DOTS if long else _DOTS).finditer(self._text):
            start, end = match.span()
            if not (self._at(start - 1).isdigit() and self._at(end).isdigit()):
                stop = "." if end - start == 4 else ""
                self._put(start, end, self._marks.ellipsis + stop)

    def _spaces(self) -> None:
        """The spaces that French puts inside of its quotation marks, and before high points."""
        marks = self._marks
        for match in _SPACED.finditer(self._text):
            at, sign = match.start(), match[0]
            before, after = self._at(at - 1), self._at(at + 1)
            if sign == "«" and after == " ":
                self._put(at + 1, at + 2, marks.inside)
            elif sign == "«" and after and not after.isspace():
                self._put(at, at + 1, sign + marks.inside)
            elif sign == "»":
                self._space(at, marks.inside, bool(before))
            elif sign != "«" and (not after or after.isspace() or after in "\"'»)]!?…"):
                smile = sign in ":;" and after == ")"
                ends = _is_word(before) or (before and before in "»)]}”’…%°")
                space = marks.colon if sign == ":" else marks.before
                if not smile:
                    self._space(at, space, bool(ends) or self._ends_quote(at - 1))

    def _ends_quote(self, at: int) -> bool:
        return self._at(at) in ('"', "'") and self._taken.get(at) != "open"

    def _space(self, at: int, space: str, wanted: bool) -> None:
        """Put a space before a sign, in place of a plain one; or, where one is `wanted`, of none."""
        before = self._at(at - 1)
        if before == " " and at > 1 and space:
            self._put(at - 1, at, space)
        elif wanted and space and not before.isspace():
            self._put(at, at + 1, space + self._text[at])


def _close(open_: list[str], sign: str) -> None:
    """Close the innermost quotation of a sign, and those in it."""
    while open_.pop() != sign:
        pass


def _is_word(character: str) -> bool:
    """Whether a character is a part of a word: a letter, a digit, a sign above one, or a thing."""
    return character != "" and (
        character.isalnum()
        or character == _THING
        or unicodedata.category(character).startswith("M")
    )


def typed(nodes: Sequence[Node]) -> tuple[Node, ...]:
    """The nodes with every mark as it was typed; what did not change is shared."""
    if not _has_typed(nodes):
        return nodes if isinstance(nodes, tuple) else tuple(nodes)
    made: list[Node] = []
    changed = False
    for node in nodes:
        new: Node = node
        if isinstance(node, Text):
            if node.typed:
                new = Text(node.typed)
        else:
            children = typed(node.children) if node.children else node.children
            if children is not node.children:
                new = replace(node, children=children)
            if isinstance(new, Gap) and new.typed_hint:
                new = replace(new, hint=new.typed_hint, typed_hint="")
        changed = changed or new is not node
        made.append(new)
    if not changed:
        return nodes if isinstance(nodes, tuple) else tuple(nodes)
    return joined(made)


def typed_line(nodes: Sequence[Node]) -> str:
    """What `walk.line` gives of the nodes with every mark as it was typed."""
    out: list[str] = []
    _typed_line(nodes, out)
    return " ".join("".join(out).split())


def _typed_line(nodes: Sequence[Node], out: list[str]) -> None:
    for node in nodes:
        if type(node) is Text:
            out.append(node.typed or node.text)
        elif node.name in INLINE:  # type: ignore[union-attr]
            _typed_line(node.children, out)  # type: ignore[union-attr]
        else:
            out.append(" ")
            _typed_line(node.children, out)  # type: ignore[union-attr]
            out.append(" ")


def _has_typed(nodes: Sequence[Node]) -> bool:
    """Whether any mark in the nodes is not as it was typed, which is found out sooner than new nodes are made."""
    for node in nodes:
        if type(node) is Text:
            if node.typed:
                return True
        elif node.children and _has_typed(node.children):  # type: ignore[union-attr]
            return True
    return False


def typed_content(content: Content) -> Content:
    """A piece of authored text with every mark as it was typed."""
    nodes = typed(content.nodes)
    return content if nodes is content.nodes else Content(nodes)
