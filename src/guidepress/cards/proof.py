"""Proof-reading: what can be read on a printed page, and which of the author's words are missing there.

The page is read as a viewer would: its content stream with fonts, transformations and clipping. What lies under
a clip is not there.
"""

from __future__ import annotations

import io
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pikepdf

from guidepress.book.model import Html
from guidepress.book.tree import parse
from guidepress.pdf import FontUse, Fragment, Section, compile_section

# a, b, c, d, e, f of a transformation; left, bottom, right, top of a box. Points.
Matrix = tuple[float, float, float, float, float, float]
Box = tuple[float, float, float, float]

# How far the shapes of letters reach above and below the base line, in ems: capitals and the tails of letters.
_ASCENT, _DESCENT = 0.7, 0.2
# Rounding, and the overhang of slanted letters: half a mm.
_SLACK = 1.5

# A line may be broken at any of these, and fonts draw them alike.
_HYPHENS = str.maketrans("\u2010\u2011", "--")
# What lists print beside the author's words.
_MARKERS = frozenset("0123456789.-–•◦▪()")

_IDENTITY: Matrix = (1, 0, 0, 1, 0, 0)
_PAINT = frozenset(("f", "F", "f*", "S", "s", "B", "B*", "b", "b*", "n"))


@dataclass(frozen=True, slots=True)
class Print:
    """What is on a page: its text without white space, in the order of painting; the box around text and images.

    `lines` are the heights of its base lines, rounded; `clipped` is text that a clip hides. Points, from the
    bottom left.
    """

    text: str
    clipped: str = ""
    extent: Box | None = None
    lines: tuple[int, ...] = ()

    def is_inside(self, box: Box) -> bool:
        """Whether everything lies in a box, and nothing under a clip."""
        return not self.clipped and (self.extent is None or _holds(box, self.extent))


@dataclass(frozen=True, slots=True)
class SetPages:
    """A section that was set, and what is on each of its pages."""

    fragment: Fragment
    prints: tuple[Print, ...]


def set_and_read(section: Section) -> SetPages:
    """Compile a section and read it back; a pure function, run in any process. Raises EngineError."""
    fragment = compile_section(section)
    with pikepdf.open(io.BytesIO(fragment.pdf)) as pdf:
        return SetPages(fragment, tuple(read(page, fragment.fonts) for page in pdf.pages))


def read(page: pikepdf.Page, fonts: Mapping[str, FontUse]) -> Print:
    """Read a page of a fragment."""
    reader = _Reader(fonts)
    reader.content(page.obj, page.obj.Resources, _IDENTITY, None)
    lines = tuple(sorted(reader.lines, reverse=True))
    return Print("".join(reader.text), "".join(reader.clipped), reader.extent, lines)


def missing(html: Html, found: Print) -> str:
    """The first words of a side's HTML that are not on its page, empty if all are.

    Characters are counted, not their order: that is the painter's.
    """
    there, wanted = Counter(_compared(found.text)), Counter(_letters(html))
    lost = wanted - there
    # Characters that look alike may share a glyph, and then stand for each other.
    others = sum(count for char, count in (there - wanted).items() if char not in _MARKERS)
    return _first_lost(html, lost) if lost.total() > others else ""


def unsaid(text: Html, html: Html) -> str:
    """The first words of a text that `html` does not say, empty if it says all, one after the other."""
    letters, there = _letters(text), _letters(html)
    return "" if letters in there else _first_lost(text, Counter(letters) - Counter(there))


def words(html: Html) -> str:
    """The text of HTML."""
    text: str = parse(html).text_content() if "<" in html or "&" in html else html
    return text


def _letters(html: Html) -> str:
    return _compared(words(html))


def _compared(text: str) -> str:
    """The characters of a text that are compared: no white space and nothing invisible, either case."""
    folded = unicodedata.normalize("NFKD", text).casefold().translate(_HYPHENS)
    return "".join(c for c in folded if not c.isspace() and not _is_invisible(c))


def _is_invisible(character: str) -> bool:
    # Soft hyphens, joiners, marks of direction; variation selectors.
    return unicodedata.category(character) == "Cf" or "\ufe00" <= character <= "\ufe0f"


def _first_lost(html: Html, lost: Counter[str]) -> str:
    """The first word of which all characters are lost, or else one, with those after it."""
    every = words(html).split()
    whole = (i for i, word in enumerate(every) if Counter(_compared(word)) <= lost)
    partly = (i for i, word in enumerate(every) if not lost.keys().isdisjoint(_compared(word)))
    first = next(whole, next(partly, 0))
    return " ".join(every[first : first + 5])


@dataclass(slots=True)
class _Mark:
    """Marked content: the text that it stands for, None where its glyphs say it."""

    text: str | None
    said: bool = False


@dataclass(slots=True)
class _State:
    """What `q` saves: the transformation and the clip."""

    matrix: Matrix
    clip: Box | None


@dataclass(slots=True)
class _Reader:
    fonts: Mapping[str, FontUse]
    text: list[str] = field(default_factory=list)
    clipped: list[str] = field(default_factory=list)
    extent: Box | None = None
    lines: set[int] = field(default_factory=set)

    def content(self, holder: Any, resources: Any, matrix: Matrix, clip: Box | None) -> None:
        """Read the content of a page or of a form."""
        state = _State(matrix, clip)
        saved: list[_State] = []
        text: Matrix = _IDENTITY
        font: FontUse | None = None
        size, rise = 0.0, 0.0
        marks: list[_Mark] = []
        path: list[tuple[float, float]] = []
        clips = False
        for instruction in pikepdf.parse_content_stream(holder):
            operator, values = str(instruction.operator), instruction.operands
            match operator:
                case "q":
                    saved.append(_State(state.matrix, state.clip))
                case "Q":
                    state = saved.pop()
                case "cm":
                    state.matrix = _product(_matrix(values), state.matrix)
                case "BT":
                    text = _IDENTITY
                case "Tm":
                    text = _matrix(values)
                case "Tf":
                    font, size = self.fonts.get(str(values[0])[1:]), float(values[1])
                case "Ts":
                    rise = float(values[0])
                case "Tj" | "TJ" if font is not None:
                    mark = next((mark for mark in marks if mark.text is not None), None)
                    pieces = values if operator == "Tj" else values[0]
                    matrix = _product(text, state.matrix)
                    width = self.show(pieces, font, size, rise, matrix, state.clip, mark)
                    text = _product((1, 0, 0, 1, width, 0), text)
                case "BDC" | "BMC":
                    marks.append(_Mark(_actual_text(values[1]) if len(values) > 1 else None))
                case "EMC" if marks:
                    marks.pop()
                case "m" | "l":
                    path.append((float(values[0]), float(values[1])))
                case "re":
                    x, y, w, h = (float(v) for v in values)
                    path += [(x, y), (x + w, y + h), (x + w, y), (x, y + h)]
                case "c" | "v" | "y":
                    path += [
                        (float(a), float(b)) for a, b in zip(values[::2], values[1::2], strict=True)
                    ]
                case "W" | "W*":
                    clips = True
                case "Do":
                    self.paint(resources, str(values[0]), state)
            if operator in _PAINT:
                if clips and path:
                    state.clip = _within(state.clip, _bounds(path, state.matrix))
                path, clips = [], False

    def show(
        self,
        pieces: Iterable[Any],
        font: FontUse,
        size: float,
        rise: float,
        matrix: Matrix,
        clip: Box | None,
        mark: _Mark | None,
    ) -> float:
        """Note the characters of a text operator; returns how far the pen moves."""
        pen = 0.0
        step = 1 if font.attributes.get("bitmap") else 2
        for piece in pieces:
            if not isinstance(piece, pikepdf.String):
                pen -= float(piece) * size / 1000
                continue
            codes = bytes(piece)
            for at in range(0, len(codes), step):
                glyph = int.from_bytes(codes[at : at + step], "big")
                width = font.widths.get(glyph, 0.0) * size / 1000
                said = font.text.get(glyph, "")
                if mark is not None:
                    said, mark.said = "" if mark.said else mark.text or "", True
                if said and not said.isspace():
                    low, high = rise - _DESCENT * size, rise + _ASCENT * size
                    corners = [(pen, low), (pen + width, high), (pen, high), (pen + width, low)]
                    self.note(said, _bounds(corners, matrix), clip)
                    self.lines.add(round(matrix[5]))
                pen += width
        return pen

    def note(self, said: str, bounds: Box, clip: Box | None) -> None:
        """Note a glyph, and whether it is to be seen."""
        x, y = (bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2
        if clip is not None and not _holds(clip, (x, y, x, y)):
            self.clipped.append(said)
            return
        self.text.append(said)
        self.extent = _around(self.extent, bounds)

    def paint(self, resources: Any, name: str, state: _State) -> None:
        """Read a form; note the place of an image."""
        item = resources.XObject[name]
        if item.get("/Subtype") == pikepdf.Name.Image:
            bounds = _bounds([(0, 0), (1, 1), (0, 1), (1, 0)], state.matrix)
            self.extent = _around(self.extent, bounds)
            return
        matrix = _product(_matrix(item.get("/Matrix", _IDENTITY)), state.matrix)
        left, bottom, right, top = (float(v) for v in item.BBox)
        corners = [(left, bottom), (right, top), (left, top), (right, bottom)]
        clip = _within(state.clip, _bounds(corners, matrix))
        self.content(item, item.get("/Resources", resources), matrix, clip)


def _actual_text(properties: Any) -> str | None:
    if not isinstance(properties, pikepdf.Dictionary):
        return None
    text = properties.get("/ActualText")
    return None if text is None else str(text)


def _matrix(values: Iterable[Any]) -> Matrix:
    a, b, c, d, e, f = (float(v) for v in values)
    return a, b, c, d, e, f


def _product(first: Matrix, second: Matrix) -> Matrix:
    """The transformation that is `first`, then `second`."""
    a, b, c, d, e, f = first
    p, q, r, s, t, u = second
    return (
        a * p + b * r,
        a * q + b * s,
        c * p + d * r,
        c * q + d * s,
        e * p + f * r + t,
        e * q + f * s + u,
    )


def _bounds(points: Iterable[tuple[float, float]], matrix: Matrix) -> Box:
    a, b, c, d, e, f = matrix
    xs, ys = zip(*((a * x + c * y + e, b * x + d * y + f) for x, y in points), strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def _around(outer: Box | None, inner: Box) -> Box:
    if outer is None:
        return inner
    return (
        min(outer[0], inner[0]),
        min(outer[1], inner[1]),
        max(outer[2], inner[2]),
        max(outer[3], inner[3]),
    )


def _within(outer: Box | None, inner: Box) -> Box:
    if outer is None:
        return inner
    return (
        max(outer[0], inner[0]),
        max(outer[1], inner[1]),
        min(outer[2], inner[2]),
        min(outer[3], inner[3]),
    )


def _holds(outer: Box, inner: Box) -> bool:
    return (
        inner[0] >= outer[0] - _SLACK
        and inner[1] >= outer[1] - _SLACK
        and inner[2] <= outer[2] + _SLACK
        and inner[3] <= outer[3] + _SLACK
    )
