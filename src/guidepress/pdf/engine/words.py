"""Lines broken and painted from the shapes of words, each shaped once a style, as browsers do.

WeasyPrint 70 has Pango shape a line about five times: to break it, to try the next word on it, to hyphenate that, to
measure what is left, and to paint it. For text of one font that runs from left to right, all of that follows from
the shapes of its words: kerning reaches no further than to the spaces beside a word. Whatever is not known to be of
that kind is left to Pango, and counted.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from math import inf
from typing import Any

from weasyprint.layout.percent import percentage
from weasyprint.text import line_break
from weasyprint.text.ffi import FROM_UNITS, TO_UNITS, ffi, gobject, pango

from guidepress.pdf.engine import shaping
from guidepress.pdf.engine.glyphs import GLYPH, OWN_SIZE, Piece, known_glyph
from guidepress.pdf.engine.measuring import Line, Split
from guidepress.pdf.engine.shaping import Setup, Styles

# Tells texts of Latin letters, digits and the punctuation of Western languages; no soft hyphens, no tabs, no line ends.
is_plain = re.compile("[ -~\u00a0-\u00ac\u00ae-\u024f\u2010-\u201e\u2022\u2026]+").fullmatch
_TOKENS = re.compile(" +|[^ ]+").findall
# What was done from shapes, and what was left to Pango: lines broken ("broken", "left"), lines painted ("painted",
# "left unpainted"). Since the process began; the bench reads it.
COUNTS: Counter[str] = Counter()


@dataclass(frozen=True, slots=True)
class Shape:
    """Glyphs in a row: how far they reach, in Pango's units, and each with its advance and its text."""

    advance: int
    glyphs: tuple[tuple[int, int, str], ...]


_Reach = tuple[int, int]
# Whether a space is on its left, a word, and whether one is on its right.
_Token = tuple[bool, str, bool]


class Shapes:
    """The shapes of words in one style."""

    def __init__(self, setup: Setup) -> None:
        self._layout = setup.new_layout()
        self._known: dict[tuple[bool, str, bool], Shape | None] = {}
        # How far words reach, as the first of a line and as later ones: see `reach`.
        self._reaches: tuple[dict[str, _Reach | None], ...] = ({}, {})
        self._widths: dict[str, float | None] = {}
        self.font: Any = None
        self.height = self.baseline = 0.0
        pango.pango_layout_set_text(self._layout, b" ", -1)
        line = pango.pango_layout_get_line_readonly(self._layout, 0)
        if line.runs[0] != ffi.NULL:
            # A reference: Pango keeps the fonts of some 250 styles, and another one would get this one's address.
            font = gobject.g_object_ref(line.runs[0].data.item.analysis.font)
            self.font = ffi.gc(ffi.cast("PangoFont *", font), gobject.g_object_unref)
            self.height = shaping.line_height(line)
            self.baseline = pango.pango_layout_get_baseline(self._layout) * FROM_UNITS
        self.space = self.shape(False, " ", False)
        self.usable = self.space is not None

    def has(self, tokens: list[_Token]) -> bool:
        """Whether all words of a line are glyphs in a row."""
        known = self._known.get
        return all(known(token) is not None or self.shape(*token) is not None for token in tokens)

    def shape(self, left: bool, word: str, right: bool) -> Shape | None:
        """A word, behind the space on its left if there is one, and kerned with the one on its right; None where
        more goes on than glyphs in a row, each as wide as it is.
        """
        key = left, word, right
        if key in self._known:
            return self._known[key]
        shape = self._ask((" " if left else "") + word + (" " if right else ""))
        if shape is not None and right:
            *glyphs, last = shape.glyphs
            shape = Shape(shape.advance - last[1], tuple(glyphs)) if last[2] == " " else None
        self._known[key] = shape
        return shape

    def reach(self, left: bool, word: str) -> _Reach | None:
        """The advances of a word that ends its line, and of one that a space follows, without that."""
        known = self._reaches[left]
        if word in known:
            return known[word]
        closed, opened = self.shape(left, word, False), self.shape(left, word, True)
        reach = None
        if closed is not None and opened is not None:
            reach = closed.advance, opened.advance
        known[word] = reach
        return reach

    def width(self, word: str) -> float | None:
        """How wide a word is by itself, in pixels; None where Pango has to be asked."""
        if word in self._widths:
            return self._widths[word]
        shape = self.shape(False, word, False)
        width = self._widths[word] = None if shape is None else float(shape.advance * FROM_UNITS)
        return width

    def _ask(self, text: str) -> Shape | None:
        data = text.encode()
        pango.pango_layout_set_text(self._layout, data, -1)
        line = pango.pango_layout_get_line_readonly(self._layout, 0)
        run = line.runs[0]
        if run == ffi.NULL or run.next != ffi.NULL or line.length != len(data):
            return None
        item = run.data
        if item.item.analysis.font != self.font or item.item.analysis.level % 2:
            return None
        if shaping.line_height(line) != self.height:
            return None
        count = item.glyphs.num_glyphs
        clusters = [*ffi.unpack(item.glyphs.log_clusters, count), len(data)]
        info = ffi.buffer(item.glyphs.glyphs, GLYPH.size * count)
        glyphs = []
        for index, (glyph, width, x, y) in enumerate(GLYPH.iter_unpack(info)):
            if x or y or glyph == pango.PANGO_GLYPH_EMPTY or glyph & pango.PANGO_GLYPH_UNKNOWN_FLAG:
                return None
            glyphs.append((glyph, width, data[clusters[index] : clusters[index + 1]].decode()))
        return Shape(sum(width for _, width, _ in glyphs), tuple(glyphs))


def shapes_of(setup: Setup, style: Any) -> Shapes | None:
    """The shapes of words in a style; None where its words are no glyphs in a row."""
    if setup.shapes is None:
        if setup.letter_spacing or setup.word_spacing or style["direction"] != "ltr":
            setup.shapes = False
        else:
            kept = style.font_config.shapes
            key = tuple(shaping.hashable(style[name]) for name in shaping.SHAPING)
            if key not in kept:
                kept[key] = Shapes(setup)
            setup.shapes = kept[key] if kept[key].usable else False
    return setup.shapes or None


class Words:
    """Breaks the lines of one document."""

    def __init__(self, styles: Styles, layouts: type[shaping.Layout]) -> None:
        self._styles = styles
        self._layouts = layouts

    def splitting(self, split_first_line: Split) -> Split:
        """WeasyPrint's function, asked only for lines that are not broken from shapes."""

        def split(
            text: str,
            style: Any,
            context: Any,
            max_width: float | None,
            justification_spacing: float,
            is_line_start: bool = True,
            minimum: bool = False,
        ) -> Line:
            found = None
            if not justification_spacing:
                found = self._split(text, style, context, max_width)
            COUNTS["left" if found is None else "broken"] += 1
            if found is not None:
                return found
            options = (max_width, justification_spacing, is_line_start, minimum)
            return split_first_line(text, style, context, *options)

        return split

    def _split(self, text: str, style: Any, context: Any, max_width: float | None) -> Line | None:
        if not is_plain(text) or style["word_break"] != "normal" or not style["font_size"]:
            return None
        white_space = style["white_space"]
        if white_space == "normal" and "  " in text:
            return None
        setup = self._styles.setup(style)
        shapes = shapes_of(setup, style)
        if shapes is None:
            return None
        broken: _Broken | None
        if white_space == "normal":
            if max_width == 0:
                broken = _narrowest(text, shapes, style)
            else:
                broken = _Break(text, shapes, style, context, max_width).line()
        elif white_space in _KEPT:
            broken = _kept(text, shapes, max_width if _KEPT[white_space] else None)
        else:
            return None
        if broken is None:
            return None
        shown, length, resume, advance = broken
        layout = self._layouts.unasked(setup, shown, max_width)
        width = advance * FROM_UNITS
        return layout, length, resume, width, shapes.height, shapes.baseline


# What a line shows, how many bytes of the text that is, where the next one starts, and the advance of the line.
_Broken = tuple[str, int, int | None, int]


# Where spaces or lines are kept as they are, and whether lines are broken nevertheless.
_KEPT = {"pre-wrap": True, "pre": False, "nowrap": False}


def _kept(text: str, shapes: Shapes, max_width: float | None) -> _Broken | None:
    """A line that is kept as it is; None where it does not fit."""
    total = 0
    for token in _line_tokens(text, spaced=False):
        shape = shapes.shape(*token)
        if shape is None:
            return None
        total += shape.advance
    if max_width is not None and total > max_width * TO_UNITS:
        return None
    return text, len(text.encode()), None, total


def _narrowest(text: str, shapes: Shapes, style: Any) -> _Broken | None:
    """The first word of a text, where nothing fits; None where it may be broken."""
    if style["hyphens"] == "auto" or style["overflow_wrap"] != "normal":
        return None
    word, *behind = text.split(" ")
    if not word or (behind and not (behind[0] and breaks(word, behind[0], style))):
        return None
    if inner_breaks(word, style):
        return None
    shape = shapes.shape(False, word, False)
    if shape is None:
        return None
    length = len(word.encode())
    return word, length, length + 1 if behind else None, shape.advance


class _Break:
    """Finds where one line of a text ends."""

    def __init__(
        self, text: str, shapes: Shapes, style: Any, context: Any, max_width: float | None
    ) -> None:
        self.text = text
        self.tokens = text.split(" ")
        self.shapes = shapes
        self.style = style
        self.context = context
        self.room = inf if max_width is None else max_width
        self.limit = self.room * TO_UNITS

    def line(self) -> _Broken | None:
        """The line, None where Pango has to be asked."""
        reach, tokens, limit = self.shapes.reach, self.tokens, self.limit
        assert self.shapes.space is not None
        last = len(tokens) - 1
        # The words so far, each kerned with the space behind it; the line, if it ended before the word.
        total = end = 0
        for index, token in enumerate(tokens):
            if not token:
                if index == last:
                    # White space at the end, which may stick out of a line or not.
                    total += self.shapes.space.advance
                    return self._whole(total) if total <= limit else None
                if index:
                    return None
                continue
            reached = reach(index > 0, token)
            if reached is None:
                return None
            if total + reached[0] > limit:
                return self._at(index, total, end)
            end = total + reached[0]
            total += reached[1]
        return self._whole(end)

    def _whole(self, advance: int) -> _Broken:
        return self.text, len(self.text.encode()), None, advance

    def _at(self, index: int, total: int, end: int) -> _Broken | None:
        """The line that ends before or in the word at an index, whatever of it fits."""
        tokens = self.tokens
        if index == 0 or not end or not breaks(tokens[index - 1], tokens[index], self.style):
            return None
        word = tokens[index]
        behind = tokens[index + 1] if index + 1 < len(tokens) else ""
        if behind and not breaks(word, behind, self.style):
            return None
        head = " ".join(tokens[:index])
        start, width = 0, end
        stops = inner_breaks(word, self.style)
        for stop in stops:
            part = self.shapes.shape(True, word[:stop], False)
            if part is None:
                return None
            if total + part.advance > self.limit:
                break
            start, width = stop, total + part.advance
        ahead = [stop for stop in stops if stop > start]
        if ahead and ahead[0] - start == 1:
            # WeasyPrint looks for a word to hyphenate all through the text then.
            return None
        following = word[start : ahead[0] - 1] if ahead else word[start:]
        hyphenated = self._hyphenated(head, word[:start], following, total, width)
        if hyphenated is None or hyphenated:
            return hyphenated or None
        shown = f"{head} {word[:start]}" if start else head
        length = len(shown.encode())
        return shown, length, length if start else length + 1, width

    def _hyphenated(
        self, head: str, before: str, following: str, total: int, width: int
    ) -> _Broken | tuple[()] | None:
        """The line with as much of the next word as fits; () where it is not hyphenated, None for Pango."""
        style = self.style
        lang = style["lang"] and line_break.pyphen.language_fallback(style["lang"])
        if style["hyphens"] != "auto" or not lang:
            return ()
        zone = percentage(style["hyphenate_limit_zone"], style, self.room)
        if zone:
            return None
        if self.limit == width:
            # Whether there is room is a matter of the last bit.
            return None
        found = self._parts(following, lang)
        if found is None:
            return ()
        at, parts = found
        hyphen = style["hyphenate_character"]
        for part in parts:
            piece = before + following[:at] + part
            shape = self.shapes.shape(True, piece + hyphen, False)
            if shape is None:
                return None
            if total + shape.advance <= self.limit:
                shown = f"{head} {piece}"
                length = len(shown.encode())
                return shown + hyphen, length, length, total + shape.advance
        return ()

    def _parts(self, text: str, lang: str) -> tuple[int, list[str]] | None:
        """Where in a text the first word begins that may be hyphenated, and its beginnings, the longest first."""
        total, left, right = self.style["hyphenate_limit_chars"]
        at = 0
        while text:
            bounds = line_break.get_next_word_boundaries(text, lang)
            if not bounds:
                return None
            start, stop = bounds
            if stop - start >= total:
                key = lang, left, right, total
                dictionary = self.context.dictionaries.get(key)
                if dictionary is None:
                    dictionary = line_break.pyphen.Pyphen(lang=lang, left=left, right=right)
                    self.context.dictionaries[key] = dictionary
                return at + start, [part for part, _ in dictionary.iterate(text[start:stop])]
            text = text[stop:]
            at += stop
        return None


# Answers of Pango that depend on a few letters, or on a word; forgotten when there are too many of them.
_MOST = 50_000
_BETWEEN: dict[tuple[str, str, str], bool] = {}
_INNER: dict[tuple[str, str], tuple[int, ...]] = {}


def breaks(before: str, behind: str, style: Any) -> bool:
    """Whether a line may end between two words: the letters on both sides of the space decide that."""
    key = before[-2:], behind[:2], style["lang"]
    known = _BETWEEN.get(key)
    if known is None:
        if len(_BETWEEN) >= _MOST:
            _BETWEEN.clear()
        attributes = line_break.get_log_attrs(f"{key[0]} {key[1]}", style["lang"])
        known = _BETWEEN[key] = bool(attributes[len(key[0]) + 1].is_line_break)
    return known


def inner_breaks(word: str, style: Any) -> tuple[int, ...]:
    """Where a line may end in a word."""
    key = word, style["lang"]
    known = _INNER.get(key)
    if known is None:
        if len(_INNER) >= _MOST:
            _INNER.clear()
        attributes = line_break.get_log_attrs(word, style["lang"])
        places = (at for at in range(1, len(word)) if attributes[at].is_line_break)
        known = _INNER[key] = tuple(places)
    return known


class Writer:
    """Paints the lines of one document from shapes."""

    def __init__(self, styles: Styles) -> None:
        self._styles = styles
        # The words of a font of the document in a style and a size, as they are in a stream.
        self._pens: dict[tuple[int, int, float], _Pen] = {}

    def shown(
        self, stream: Any, layout: Any, style: Any, size: float
    ) -> list[tuple[Any, float, str]] | None:
        """The font, its size and the glyphs of a line that Pango was not asked for; None where it has to be."""
        found = self._shown(stream, layout, style, size)
        COUNTS["left unpainted" if found is None else "painted"] += 1
        return found

    def _shown(
        self, stream: Any, layout: Any, style: Any, size: float
    ) -> list[tuple[Any, float, str]] | None:
        text = layout.text
        if not isinstance(layout, shaping.Layout) or layout.is_asked or not is_plain(text):
            return None
        shapes = shapes_of(self._styles.setup(style), style)
        if shapes is None:
            return None
        spacing = layout.justification_spacing if layout.is_justified else 0
        if spacing and "\u00a0" in text:
            return None
        tokens = _line_tokens(text, bool(spacing))
        if not shapes.has(tokens):
            return None
        font, own_size = stream.add_font(shapes.font)
        if font.bitmap or font.svg or font.png or font.colr:
            return None
        font_size = own_size if OWN_SIZE else size
        key = id(shapes), id(font), font_size
        pen = self._pens.get(key)
        if pen is None:
            pen = self._pens[key] = _Pen(shapes, font, font_size)
        wider = int(spacing * TO_UNITS)
        string = pen.justified(stream, tokens, wider) if spacing else pen.plain(stream, tokens)
        return [(font, font_size, string)]


def _line_tokens(text: str, spaced: bool) -> list[_Token]:
    """The words of a line with the spaces that they are kerned with; where spaces are wider, nothing is kerned."""
    if spaced:
        return [(False, token, False) for token in _TOKENS(text)]
    words = text.split(" ")
    last = len(words) - 1
    tokens: list[_Token] = []
    for index, word in enumerate(words):
        if word:
            tokens.append((index > 0, word, index < last))
        elif index:
            # A space without a word behind it.
            tokens.append((False, " ", False))
    return tokens


class _Pen:
    """Writes words of a style in a font of the document and a size. Shapes and font are kept, lest others get their
    identities.
    """

    def __init__(self, shapes: Shapes, font: Any, size: float) -> None:
        self._shapes = shapes
        self._font = font
        self._size = size
        self._pieces: dict[_Token, Piece] = {}
        # Words of justified lines as runs of their own, and spaces by what they are wider by and where they stand.
        self._runs: dict[_Token, str] = {}
        self._gaps: dict[tuple[int, bool, bool], str] = {}

    def _piece(self, stream: Any, token: _Token) -> Piece:
        piece = self._pieces.get(token)
        if piece is None:
            shape = self._shapes.shape(*token)
            assert shape is not None
            font = self._shapes.font
            piece = "".join(
                [
                    known_glyph(stream, self._font, font, self._size, *glyph)
                    for glyph in shape.glyphs
                ]
            )
            self._pieces[token] = piece
        return piece

    def plain(self, stream: Any, tokens: list[_Token]) -> str:
        """A line with spaces as wide as they are."""
        known = self._pieces.get
        pieces = [known(token) or self._piece(stream, token) for token in tokens]
        return _closed("<" + "".join(pieces))

    def justified(self, stream: Any, tokens: list[_Token], spacing: int) -> str:
        """A line whose spaces are wider by so many of Pango's units: each word and each space is a run of its own."""
        last = len(tokens) - 1
        runs = []
        for index, token in enumerate(tokens):
            run = self._runs.get(token)
            if run is None:
                if token[1][0] == " ":
                    run = self._gap(stream, token, spacing, first=index == 0, last=index == last)
                else:
                    run = self._runs[token] = _closed("<" + self._piece(stream, token))
            runs.append(run)
        return "".join(runs)

    def _gap(self, stream: Any, token: _Token, spacing: int, *, first: bool, last: bool) -> str:
        """A space as Pango widens it: by half on either side; at the ends of a text, by all of it on the inside."""
        key = spacing, first, last
        gap = self._gaps.get(key)
        if gap is not None:
            return gap
        self._piece(stream, token)
        assert self._shapes.space is not None
        [(glyph, width, _)] = self._shapes.space.glyphs
        added = spacing * (2 if first or last else 1)
        # As C divides.
        left = int(added / 2)
        if not added % TO_UNITS:
            # Whole pixels are kept whole.
            left = (left + TO_UNITS // 2) // TO_UNITS * TO_UNITS
        right = added - left
        offset = 0 if first else left
        width += (0 if first else left) + (0 if last else right)
        shift = offset / self._size
        kerning = self._font.widths[glyph] + shift - width * 1000 * FROM_UNITS / self._size
        piece = f"<>{-shift}<{glyph:04x}" if offset else f"<{glyph:04x}"
        if kerning:
            piece += f">{int(kerning)}<"
        gap = self._gaps[key] = _closed(piece)
        return gap


def _closed(string: str) -> str:
    return string[:-1] if string.endswith("<") else string + ">"
