"""Cards as Anki shows them: its template language filled with the fields of a note.

The rules are those of Anki's `template.rs`, `template_filters.rs` and `cloze.rs`; a test compares each side with what
the real Anki makes of it. Formulas stay TeX between Anki's marks, as MathJax gets them.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from guidepress.deck.generation import is_empty_field
from guidepress.deck.notes import Note
from guidepress.diagnostics import Span

_TAG = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
_CLOZE = re.compile(r"\{\{c([0-9,]+)::|\}\}")
_MARKUP = re.compile(r"<!--.*?-->|<[^<>]*>", re.DOTALL)
_MATHS = re.compile(r"\\\(.*?\\\)|\\\[.*?\\\]", re.DOTALL)
_SOUND = re.compile(r"\[sound:([^\]]+)\]")
_SPEECH = re.compile(r"\[anki:tts lang=([\w-]+)[^\]]*\](.*?)\[/anki:tts\]", re.DOTALL)
_SPEAKS = "\N{BLACK RIGHT-POINTING TRIANGLE}"
_OCCLUSION = "image-occlusion:"
_PROPERTIES = {"oi": "occludeInactive"}
_HIDDEN = "[...]"


@dataclass(frozen=True, slots=True)
class ShownCard:
    """A card: its note's id, its number among the note's cards from 0, both sides as HTML inside of Anki's page.

    `css` is the style sheet of the note type, `span` where the note was written, `title` its first words.
    """

    note: str
    ordinal: int
    front: str
    back: str
    css: str
    title: str
    span: Span | None


@dataclass(frozen=True, slots=True)
class Filling:
    """What a template is filled with: the fields of a note by name, and the number of the card from 0.

    `gapped` says whether the note type makes a card of each gap.
    """

    fields: Mapping[str, str]
    ordinal: int
    gapped: bool = False

    def front(self, template: str) -> str:
        """The question side of a template."""
        return self._render(template, True)

    def back(self, template: str, front: str) -> str:
        """The answer side of a template, whose question side is `front`."""
        return self._render(template, False, front)

    def _render(self, template: str, question: bool, front: str = "") -> str:
        pieces: list[str] = []
        # Whether each open condition holds; what is in one that does not is left out.
        shown: list[bool] = []
        position = 0
        for tag in _TAG.finditer(template):
            if all(shown):
                pieces.append(template[position : tag.start()])
            position = tag.end()
            sign, name = tag[1].strip()[:1], tag[1].strip()[1:].strip()
            if sign in ("#", "^"):
                shown.append(self._filled(name) is (sign == "#"))
            elif sign == "/":
                shown.pop()
            elif sign != "!" and all(shown):
                pieces.append(self._field(tag[1].strip(), question, front))
        pieces.append(template[position:])
        return "".join(pieces)

    def _filled(self, name: str) -> bool:
        if self.gapped and name == f"c{self.ordinal + 1}":
            return True
        return not is_empty_field(self.fields.get(name, ""))

    def _field(self, tag: str, question: bool, front: str) -> str:
        if tag == "FrontSide":
            return "" if question else front
        *filters, name = (part.strip() for part in tag.split(":"))
        value = self.fields.get(name, "")
        typed = "type" in filters
        for one in reversed(filters):
            if one == "cloze":
                value = self._cloze(value, question, typed)
            elif one.startswith("tts "):
                value = f"[anki:tts lang={one.split()[1]}]{value}[/anki:tts]"
            elif one == "text":
                value = html.unescape(_MARKUP.sub("", value))
            elif one == "hint" and value.strip():
                value = (
                    f'<details class="hint"><summary>{html.escape(name)}</summary>{value}</details>'
                )
        return _typed(value, question) if typed else value

    def _cloze(self, text: str, question: bool, answers_only: bool) -> str:
        """A text with its gaps as one card shows them; with `answers_only`, what is in the gaps of the card."""
        number = self.ordinal + 1
        root = _Gap(frozenset())
        stack = [root]
        position = 0
        for mark in _CLOZE.finditer(text):
            stack[-1].pieces.append(text[position : mark.start()])
            position = mark.end()
            if mark[1] is not None:
                stack.append(_Gap(frozenset(int(n) for n in mark[1].split(",") if n)))
            elif len(stack) > 1:
                gap = stack.pop()
                stack[-1].pieces.append(gap)
            else:
                root.pieces.append(mark[0])
        stack[-1].pieces.append(text[position:])
        if len(stack) > 1:
            # What is never closed is text, as it stands.
            return text
        if answers_only:
            return ", ".join(dict.fromkeys(_words(gap) for gap in root.of(number)))
        if not any(True for _ in root.of(number)):
            return ""
        shown = "".join(_shown(piece, number, question) for piece in root.pieces)
        return _MATHS.sub(lambda found: _MARKUP.sub("", found[0]), shown)


class _Gap:
    """A gap of a cloze text: the cards that ask for it, and what is in it."""

    def __init__(self, numbers: frozenset[int]) -> None:
        self.numbers = numbers
        self.pieces: list[str | _Gap] = []

    def of(self, number: int) -> Iterator[_Gap]:
        """The gaps in it that a card asks for."""
        for piece in self.pieces:
            if isinstance(piece, _Gap):
                if number in piece.numbers:
                    yield piece
                else:
                    yield from piece.of(number)

    @property
    def hint(self) -> str:
        last = self.pieces[-1] if self.pieces else ""
        return last.partition("::")[2] if isinstance(last, str) else ""


def _inside(gap: _Gap, number: int, question: bool) -> str:
    """What is in a gap, without its hint."""
    pieces = list(gap.pieces)
    if pieces and isinstance(pieces[-1], str):
        pieces[-1] = pieces[-1].partition("::")[0]
    return "".join(_shown(piece, number, question) for piece in pieces)


def _words(gap: _Gap) -> str:
    # The last piece is text, if only an empty one; a hint is in it.
    *inner, last = gap.pieces
    text = "".join(_words(piece) if isinstance(piece, _Gap) else piece for piece in inner)
    text += str(last).partition("::")[0]
    return html.unescape(_MARKUP.sub("", text))


def _shown(piece: str | _Gap, number: int, question: bool) -> str:
    if isinstance(piece, str):
        return piece
    ordinal = ",".join(map(str, sorted(piece.numbers)))
    if mask := _mask(piece):
        kind = "cloze-inactive"
        if number in piece.numbers:
            kind = "cloze" if question else "cloze-highlight"
        return f'<div class="{kind}" data-ordinal="{ordinal}" {mask}></div>'
    if number not in piece.numbers:
        text = _inside(piece, number, question)
        return f'<span class="cloze-inactive" data-ordinal="{ordinal}">{text}</span>'
    if not question:
        text = _inside(piece, number, question)
        return f'<span class="cloze" data-ordinal="{ordinal}">{text}</span>'
    hint = f"[{piece.hint}]" if piece.hint else _HIDDEN
    return f'<span class="cloze" data-ordinal="{ordinal}">{hint}</span>'


def _mask(gap: _Gap) -> str:
    """Where a mask of a picture lies, as attributes; empty where a gap is none. Anki writes it so, for its script."""
    text = "".join(piece for piece in gap.pieces if isinstance(piece, str)).partition("::")[0]
    if not text.startswith(_OCCLUSION):
        return ""
    shape, *properties = text.removeprefix(_OCCLUSION).split(":")
    pairs = [("shape", shape), *(one.partition("=")[::2] for one in properties)]
    named = ((_PROPERTIES.get(name, name), html.escape(value)) for name, value in pairs)
    return "".join(f'data-{name}="{value}" ' for name, value in named)


def _typed(value: str, question: bool) -> str:
    """The box for an answer that is typed and, on the back, the answer where nothing was typed."""
    words = html.unescape(_MARKUP.sub("", value)).strip()
    if not words:
        return ""
    if question:
        return '<input type="text" id="typeans" aria-label="…" disabled>'
    return f'<code id="typeans">{html.escape(words, quote=False)}</code>'


def shown_card(note: Note, filling: Filling, front: str, back: str, css: str) -> ShownCard:
    """A card of a note; `front` and `back` are the templates."""
    asked = filling.front(front)
    answered = filling.back(back, asked)
    sides = (with_players(asked), with_players(answered))
    return ShownCard(note.id, filling.ordinal, *sides, css, note.title, note.span)


def with_players(text: str) -> str:
    """HTML in which each of Anki's sounds is a player of the file of that name, and what it reads aloud is a sign."""

    def player(match: re.Match[str]) -> str:
        return f'<audio controls src="{html.escape(html.unescape(match[1]))}"></audio>'

    def sign(match: re.Match[str]) -> str:
        words = " ".join(html.unescape(_MARKUP.sub(" ", match[2])).split())
        lang = match[1].replace("_", "-")
        return f'<span class="speech" lang="{lang}" title="{html.escape(words)}">{_SPEAKS}</span>'

    return _SPEECH.sub(sign, _SOUND.sub(player, text))
