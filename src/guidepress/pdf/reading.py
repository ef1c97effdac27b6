"""What can be read on the pages of a fragment: its content streams with fonts, transformations and clips.

A page is read as a viewer shows it. What lies under a clip is not there.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pikepdf

from guidepress.pdf.model import FontUse, Fragment
from guidepress.pdf.space import (
    IDENTITY,
    Box,
    Matrix,
    around,
    bounds,
    corners,
    grown,
    holds,
    matrix,
    product,
    transformed,
    within,
)

# How far the shapes of letters reach above and below the base line, in ems: capitals and the tails of letters.
ASCENT, DESCENT = 0.7, 0.2
# Rounding, and the overhang of slanted letters: half a mm.
SLACK = 1.5
_PAINT = frozenset(("f", "F", "f*", "S", "s", "B", "B*", "b", "b*", "n"))


@dataclass(frozen=True, slots=True)
class Print:
    """What is on a page: its text without white space, in the order of painting; the box around text and images.

    `lines` are the heights of its base lines, rounded; `clipped` is text that a clip hides; `formulas` are the
    descriptions of the formulas that are wholly on it; `smallest` is the size of the smallest letters as they are
    painted, 0 where there are none. Points, from the bottom left. Artifacts (running heads, folios) take room, but
    are not of the text.
    """

    text: str
    clipped: str = ""
    extent: Box | None = None
    lines: tuple[int, ...] = ()
    formulas: tuple[str, ...] = ()
    smallest: float = 0.0

    def is_inside(self, box: Box) -> bool:
        """Whether everything lies in a box, and nothing under a clip."""
        return not self.clipped and (self.extent is None or holds(grown(box, SLACK), self.extent))


def read_pages(fragment: Fragment, *, trimmed: bool = False) -> tuple[Print, ...]:
    """Read a fragment back; `trimmed` ones as they are cut: what is in the bleed is clipped."""
    with pikepdf.open(io.BytesIO(fragment.pdf)) as pdf:
        drawn = formulas_by_page(pdf)
        return tuple(
            read_page(
                page,
                fragment.fonts,
                trim_box(page) if trimmed else None,
                drawn.get(page.obj.objgen, []),
            )
            for page in pdf.pages
        )


def formulas_by_page(pdf: pikepdf.Pdf) -> dict[tuple[int, int], list[tuple[str, Box]]]:
    """Page -> its formulas, with their descriptions and boxes; an element without content is not in the tree."""
    found: dict[tuple[int, int], list[tuple[str, Box]]] = {}
    todo = [pdf.Root.StructTreeRoot] if "/StructTreeRoot" in pdf.Root else []
    while todo:
        element = todo.pop()
        if element.get("/S") == pikepdf.Name.Formula and "/Pg" in element:
            left, bottom, right, top = (float(edge) for edge in element.A.BBox)
            words = str(element.get("/Alt", ""))
            found.setdefault(element.Pg.objgen, []).append((words, (left, bottom, right, top)))
        kids = element.get("/K")
        todo += [
            kid
            for kid in (kids if isinstance(kids, pikepdf.Array) else [kids])
            if isinstance(kid, pikepdf.Dictionary)
        ]
    return found


def read_page(
    page: pikepdf.Page,
    fonts: Mapping[str, FontUse],
    clip: Box | None,
    formulas: Iterable[tuple[str, Box]] = (),
) -> Print:
    """Read a page; what is beyond `clip` is clipped."""
    reader = _Reader(fonts)
    reader.content(page.obj, page.obj.get("/Resources"), _State(IDENTITY, clip), _Mark())
    lines = tuple(sorted(reader.lines, reverse=True))
    room = grown(clip or trim_box(page), SLACK)
    shown = []
    for words, box in formulas:
        reader.extent = around(reader.extent, box)
        if holds(room, box):
            shown.append(words)
    text, clipped = "".join(reader.text), "".join(reader.clipped)
    smallest = min(reader.sizes, default=0.0)
    return Print(text, clipped, reader.extent, lines, tuple(sorted(shown)), smallest)


def trim_box(page: pikepdf.Page) -> Box:
    """What is left of a page when it is cut."""
    left, bottom, right, top = (float(edge) for edge in page.trimbox)
    return left, bottom, right, top


@dataclass(slots=True)
class _Replacement:
    """A text that glyphs stand for; it is said by the first of them."""

    text: str
    said: bool = False


@dataclass(frozen=True, slots=True)
class _Mark:
    """Marked content, with what holds for all in it."""

    artifact: bool = False
    replacement: _Replacement | None = None

    def inner(self, tag: str, properties: Any) -> _Mark:
        """Marked content inside of this."""
        replacement = self.replacement
        if replacement is None and isinstance(properties, pikepdf.Dictionary):
            text = properties.get("/ActualText")
            replacement = None if text is None else _Replacement(str(text))
        return _Mark(self.artifact or tag == "/Artifact", replacement)


@dataclass(slots=True)
class _State:
    """What `q` saves, so far as text needs it; sizes in points."""

    matrix: Matrix
    clip: Box | None
    font: FontUse | None = None
    size: float = 0.0
    rise: float = 0.0


@dataclass(slots=True)
class _Reader:
    fonts: Mapping[str, FontUse]
    text: list[str] = field(default_factory=list)
    clipped: list[str] = field(default_factory=list)
    extent: Box | None = None
    lines: set[int] = field(default_factory=set)
    sizes: set[float] = field(default_factory=set)

    def content(self, holder: Any, resources: Any, state: _State, mark: _Mark) -> None:
        """Read the content of a page or of a form."""
        saved: list[_State] = []
        marks = [mark]
        text: Matrix = IDENTITY
        path: list[tuple[float, float]] = []
        clips = False
        for instruction in pikepdf.parse_content_stream(holder):
            operator, values = str(instruction.operator), instruction.operands
            match operator:
                case "q":
                    saved.append(replace(state))
                case "Q" if saved:
                    state = saved.pop()
                case "cm":
                    state.matrix = product(matrix(values), state.matrix)
                case "BT":
                    text = IDENTITY
                case "Tm":
                    text = matrix(values)
                case "Tf":
                    state.font = self.fonts.get(str(values[0])[1:])
                    state.size = float(values[1])
                case "Ts":
                    state.rise = float(values[0])
                case "Tj" | "TJ" if state.font is not None:
                    pieces = values if operator == "Tj" else values[0].as_list()
                    pen = self.show(pieces, state.font, state, text, marks[-1])
                    text = product((1, 0, 0, 1, pen, 0), text)
                case "BDC" | "BMC":
                    marks.append(
                        marks[-1].inner(str(values[0]), values[1] if len(values) > 1 else None)
                    )
                case "EMC" if len(marks) > 1:
                    marks.pop()
                case "m" | "l":
                    path.append((float(values[0]), float(values[1])))
                case "re":
                    x, y, w, h = (float(v) for v in values)
                    path += corners((x, y, x + w, y + h))
                case "c" | "v" | "y":
                    path += [
                        (float(a), float(b)) for a, b in zip(values[::2], values[1::2], strict=True)
                    ]
                case "W" | "W*":
                    clips = True
                case "Do":
                    self.paint(resources, str(values[0]), state, marks[-1])
            if operator in _PAINT:
                if clips and path:
                    state.clip = within(state.clip, bounds(path, state.matrix))
                path, clips = [], False

    def show(
        self, pieces: Iterable[Any], font: FontUse, state: _State, text: Matrix, mark: _Mark
    ) -> float:
        """Note the characters of a text operator; returns how far the pen moves."""
        scale = state.size / 1000
        low, high = state.rise - DESCENT * state.size, state.rise + ASCENT * state.size
        to_page = product(text, state.matrix)
        # Whether a glyph is seen is decided at its middle, so far along the base line.
        a, b = to_page[:2]
        [middle] = transformed([(0, (low + high) / 2)], to_page)
        clip = state.clip and grown(state.clip, SLACK)
        start, end = float("inf"), float("-inf")
        pen, shows = 0.0, False
        widths, texts, replacement = font.widths, font.text, mark.replacement
        step = 1 if font.attributes.bitmap else 2
        for piece in pieces:
            if not isinstance(piece, pikepdf.String):
                pen -= float(piece) * scale
                continue
            codes = bytes(piece)
            for at in range(0, len(codes), step):
                glyph = int.from_bytes(codes[at : at + step], "big")
                width = widths.get(glyph, 0.0) * scale
                said = texts.get(glyph, "")
                if replacement is not None:
                    said, replacement.said = "" if replacement.said else replacement.text, True
                if said and not said.isspace():
                    shows = True
                    along = pen + width / 2
                    x, y = middle[0] + a * along, middle[1] + b * along
                    seen = clip is None or (clip[0] <= x <= clip[2] and clip[1] <= y <= clip[3])
                    if seen:
                        start, end = min(start, pen), max(end, pen + width)
                    if not mark.artifact:
                        (self.text if seen else self.clipped).append(said)
                pen += width
        if shows:
            self.lines.add(round(to_page[5]))
        if start <= end and not font.attributes.bitmap:
            a, b, c, d = to_page[:4]
            self.sizes.add(round(state.size * abs(a * d - b * c) ** 0.5, 2))
        if start <= end:
            self.extent = around(self.extent, bounds(corners((start, low, end, high)), to_page))
        return pen

    def paint(self, resources: Any, name: str, state: _State, mark: _Mark) -> None:
        """Read a form; note the place of an image."""
        item = resources.XObject[name]
        if item.get("/Subtype") == pikepdf.Name.Image:
            place = bounds(corners((0, 0, 1, 1)), state.matrix)
            self.extent = around(self.extent, place)
            return
        to_page = product(matrix(item.get("/Matrix", IDENTITY)), state.matrix)
        left, bottom, right, top = (float(edge) for edge in item.BBox)
        clip = within(state.clip, bounds(corners((left, bottom, right, top)), to_page))
        inner = replace(state, matrix=to_page, clip=clip)
        self.content(item, item.get("/Resources", resources), inner, mark)
