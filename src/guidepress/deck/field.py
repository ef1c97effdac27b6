"""The content of a Book as the HTML of a field of an Anki note.

Only what cannot live in a collection is changed: references and index marks become plain text, anchors and the
compiler's own attributes go, pictures point to media, formulas are TeX between Anki's marks.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape

from guidepress.book.model import Image, Sound
from guidepress.content import (
    Code,
    Content,
    Element,
    Formula,
    Gap,
    Node,
    NoteCall,
    RecordBlock,
    Reference,
    Text,
)
from guidepress.content import Image as Picture
from guidepress.content.html import VOID, quoted
from guidepress.content.marks import folded, may_fold
from guidepress.content.sounds import KEY, sound_key
from guidepress.content.walk import INLINE, text
from guidepress.deck.formulas import with_gaps
from guidepress.deck.media import media_name
from guidepress.deck.tokens import Html, Token

# Attributes that the style sheet needs.
_KEPT = frozenset(("data-language",))
_OUTSIDE = re.compile(r"(?:https?|mailto):", re.IGNORECASE)
# What Anki would take for a sound or for LaTeX to be run, where an author wrote about it ...
_SPECIAL = re.compile(r"\[(?=(?:sound|anki):|/?latex\]|/?\$\$?\])", re.IGNORECASE)
# ... and for a formula. MathJax reads on over comments; an element keeps the two signs apart.
_DELIMITER = re.compile(r"\\(?=[()\[\]])")
_TAG = re.compile(r"(<[^<>]*>)")
_DELIMITERS = ("(", ")", "[", "]")
_TITLE = '<p class="code-title">'


@dataclass(slots=True)
class Field:
    """A field in tokens, with the keys of its pictures and sounds and what could not be placed."""

    tokens: list[Token] = field(default_factory=list)
    images: list[str] = field(default_factory=list)
    unknown_images: list[str] = field(default_factory=list)
    blocks: int = 0

    @property
    def html(self) -> Html:
        """The field, gaps not marked."""
        return "".join([token.raw for token in self.tokens])


def field_of(
    content: Content, images: Mapping[str, Image], sounds: Mapping[str, Sound] | None = None
) -> Field:
    """The field; `images` and `sounds` are the book's. Pictures that are not among them keep what was written."""
    made = Field()
    _Writer(images, sounds or {}, made).nodes(content.nodes)
    return made


def literal(text: str) -> Html:
    """Plain words as a field or a template holds them: no tag, no formula, no sound, none of Anki's LaTeX."""
    return without_marks(escape(text, quote=False))


def without_marks(raw: Html) -> Html:
    """HTML whose words begin no formula, no sound and none of Anki's LaTeX any more; it has no formulas. Tags stay."""
    if "\\" not in raw and "[" not in raw:
        return raw
    pieces = _TAG.split(raw)
    pieces[::2] = [
        _DELIMITER.sub(r"<span>\\</span>", _SPECIAL.sub("[<!-- -->", piece))
        for piece in pieces[::2]
    ]
    return "".join(pieces)


def plain_html(content: Content) -> Html | None:
    """`field_of(content).html` in a fraction of the time, or None where there is more than words and plain elements.

    Nearly every field is such: no picture, no formula, no gap, nothing that Anki could take for a sound.
    """
    nodes = content.nodes
    # An element with nothing but words in it, as most fields are; the words as `_plain` has them.
    if len(nodes) == 1 and type(only := nodes[0]) is Element and len(only.children) == 1:
        words = only.children[0]
        if type(words) is Text and not only.attributes and only.name != "a":
            text = words.text
            if "[" in text or "\\" in text:
                return None
            if "&" in text or "<" in text or ">" in text:
                text = escape(text, quote=False)
            return f"<{only.name}>{text}</{only.name}>"
    out: list[str] = []
    return "".join(out) if _plain(nodes, out) else None


def _plain(nodes: Sequence[Node], out: list[str]) -> bool:
    """Write nodes into `out`; whether all of them could be written."""
    for node in nodes:
        if type(node) is Text:
            text = node.text
            # What Anki and MathJax look for may begin in one text and end in the next.
            if "[" in text or "\\" in text:
                return False
            if "&" in text or "<" in text or ">" in text:
                text = escape(text, quote=False)
            out.append(text)
        elif type(node) is Element or type(node) is Code:
            name = node.name
            if node.attributes or name == "a":
                if KEY in node.attributes:
                    return False
                if _is_transparent(node):
                    if not _plain(node.children, out):
                        return False
                    continue
                if title := _title(node):
                    if "[" in title or "\\" in title:
                        return False
                    out.append(f"{_TITLE}{escape(title, quote=False)}</p>")
                out.append(_tag(node))
            else:
                out.append(f"<{name}>")
            if name not in VOID:
                if not _plain(node.children, out):
                    return False
                out.append(f"</{name}>")
        elif type(node) is not Reference or not _plain(node.children, out):
            return False
    return True


@dataclass(frozen=True, slots=True)
class _Writer:
    images: Mapping[str, Image]
    sounds: Mapping[str, Sound]
    made: Field

    def nodes(self, nodes: Sequence[Node], code: bool = False) -> None:
        for node in nodes:
            if isinstance(node, Text):
                self._text(self._prose(node.text, code), node.text, code)
            else:
                self._element(node, code)

    def _prose(self, text: str, code: bool) -> Html:
        """A text that is no formula, and none with the text before it. MathJax passes over code."""
        raw = escape(text, quote=False)
        if code:
            return raw
        tokens = self.made.tokens
        if raw.startswith(_DELIMITERS) and tokens and tokens[-1].kind == "text":
            raw = f"<span></span>{raw}" if tokens[-1].raw.endswith("\\") else raw
        return _DELIMITER.sub(r"<span>\\</span>", raw) if "\\" in raw else raw

    def _text(self, raw: Html, words: str, code: bool = False) -> None:
        """Text, as one piece with the text before it: what Anki looks for may begin in one and end in the other."""
        tokens = self.made.tokens
        if tokens and (last := tokens[-1]).kind == "text" and last.code == code:
            raw, words = last.raw + raw, last.words + words
            tokens.pop()
        if "[" in raw:
            raw = _SPECIAL.sub("[<!-- -->", raw)
        tokens.append(Token("text", raw, words, code=code))

    def _element(self, node: Element, code: bool) -> None:
        put = self.made.tokens.append
        match node:
            case Formula():
                self._formula(node)
                return
            case NoteCall():
                put(Token("open", f'<sup class="footnote-ref">{node.number}</sup>'))
                return
            case Gap():
                put(Token("open", "", gap=node, code=code))
                self.nodes(node.children, code)
                put(Token("close", "", gap=node, code=code))
                return
            case Picture():
                self._picture(node)
                return
            case RecordBlock():
                self.made.blocks += 1
            case Element() if (sound := self.sounds.get(sound_key(node))) is not None:
                self._sound(sound, node)
                return
        if _is_transparent(node):
            self.nodes(node.children, code)
            return
        apart = "" if node.name in INLINE else " "
        if title := _title(node):
            put(Token("open", _TITLE, " "))
            self._text(self._prose(title, code), title)
            put(Token("close", "</p>", " "))
        put(Token("open", _tag(node), apart))
        if node.name not in VOID:
            self.nodes(node.children, code or node.name in ("code", "pre"))
            put(Token("close", f"</{node.name}>", apart))

    def _picture(self, picture: Picture) -> None:
        key = picture.src
        changes = {}
        if (image := self.images.get(key)) is not None:
            self.made.images.append(key)
            changes["src"] = media_name(image)
        else:
            self.made.unknown_images.append(key)
        called = picture.alt or changes.get("src", key)
        self.made.tokens.append(Token("open", _tag(picture, changes), " ", picture=called))

    def _sound(self, sound: Sound, node: Element) -> None:
        """A button in Anki; the words that stand for it elsewhere are what a gap with nothing else in it hides."""
        self.made.images.append(sound.key)
        raw = f"[sound:{media_name(sound)}]"
        self.made.tokens.append(Token("open", raw, " ", picture=text(node.children)))

    def _formula(self, formula: Formula) -> None:
        """TeX between Anki's marks; a display of its own is a block, so that the words around it stay apart."""
        block = formula.name == "div"
        if block:
            self.made.tokens.append(Token("open", "<div>", " "))
        for token in with_gaps(formula):
            if token.kind == "text":
                self._text(token.raw, token.words)
            else:
                self.made.tokens.append(token)
        if block:
            self.made.tokens.append(Token("close", "</div>", " "))


def _title(node: Element) -> str:
    """The title of code, which stands above it."""
    return node.attributes.get("data-title", "") if node.name == "pre" else ""


def _is_transparent(node: Element) -> bool:
    """Whether only the words of an element stay: links that lead nowhere in Anki, and index marks."""
    if isinstance(node, Reference):
        return True
    if node.name == "a":
        return not _OUTSIDE.match(node.attributes.get("href", ""))
    return node.name == "span" and "index" in node.classes


def _tag(node: Element, changes: Mapping[str, str] | None = None) -> Html:
    kept = {
        name: value
        for name, value in node.attributes.items()
        if name in _KEPT or not (name in ("id", "style") or name.startswith("data-"))
    }
    # As decks were always written, whose notes must not change: a tag that lost an attribute has its quotes escaped.
    anew = changes is not None or len(kept) < len(node.attributes) or "data-language" in kept
    write = escape if anew else quoted
    shown = {**kept, **(changes or {})}
    attributes = "".join(f' {name}="{write(value)}"' for name, value in shown.items())
    return f"<{node.name}{attributes}>"


_SPAN = re.compile(r"</?span\b[^>]*>")
_CODE = re.compile(r"(<pre\b.*?</pre>)", re.DOTALL)
# Tags, and what is not prose: marks count there.
_CAREFUL = re.compile(r"<(?:(?:pre|code|kbd|samp|var)\b|[^>]*=)")
_NO_PROSE = re.compile(r"(<(pre|code|kbd|samp|var)\b.*?</\2>|<[^>]*>)", re.DOTALL)


def canonical(field: Html) -> str:
    """What of a field counts as its content: neither spans of highlighted code nor, outside of it, the kind of
    white space or of typographic marks.

    So a later version of Pygments, of the serialiser or of `content.typography` does not touch every note of every
    learner; but code that is indented otherwise is other code.
    """
    field = with_marks(field)
    if not may_fold(field):
        return field
    # Of plain tags nothing is folded.
    if "<" not in field or not _CAREFUL.search(field):
        return folded(field)
    parts = _NO_PROSE.split(field)
    # Of each match there are the whole and its tag's name behind the prose before it.
    parts[::3] = map(folded, parts[::3])
    del parts[2::3]
    return "".join(parts)


def is_canonical(fields: str) -> bool:
    """Whether `canonical` surely changes none of the fields, which are apart by NUL: they hold ASCII, nothing that
    marks may stand for, no code and no white space but single spaces between words.

    Asked of all fields of a note at once, which costs a fraction.
    """
    # One by one: a generator would take longer than all of them. A sign that is not there is found out soonest.
    return not (
        "  " in fields
        or " \0" in fields
        or "\0 " in fields
        or ("-" in fields and "--" in fields)
        or "..." in fields
        or (":" in fields and " :" in fields)
        or (";" in fields and " ;" in fields)
        or ("!" in fields and " !" in fields)
        or ("?" in fields and " ?" in fields)
        or "<span" in fields
        or "<pre" in fields
        or fields[:1] == " "
        or fields[-1:] == " "
        or not fields.isascii()
        or "\t" in fields
        or "\x1f" in fields
        # All other white space of ASCII ends a line.
        or fields.splitlines() != [fields]
    )


def with_marks(field: Html) -> str:
    """The same, with marks as they are: what was hashed before the deck had typography."""
    if "<span" in field:
        field = _SPAN.sub("", field)
    if "<pre" not in field:
        return " ".join(field.split())
    # Blocks of code are the odd parts.
    parts = _CODE.split(field)
    parts[::2] = [" ".join(part.split()) for part in parts[::2]]
    return "".join(parts)
