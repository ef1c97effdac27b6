"""Lines of text on the pages of a finished PDF: where they stand, how wide their word spaces are, what they belong to.

Reads content streams and the structure tree of a tagged PDF whose fonts are of two bytes a glyph, as guidepress
writes them. Lengths in points, from the bottom left.
"""

from __future__ import annotations

import io
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from math import inf
from pathlib import Path
from statistics import median
from typing import Any

import pikepdf
from fontTools.pens.boundsPen import BoundsPen
from fontTools.ttLib import TTFont

from guidepress.pdf.space import (
    IDENTITY,
    Box,
    Matrix,
    around,
    bounds,
    corners,
    matrix,
    product,
)

# How far letters reach above and below the base line without the tails of the few: what may not overlap.
_HIGH, _LOW = 0.62, 0.12
# Spaces that a line may be widened at.
SPACES = " \u00a0"
# A rule across the page is no higher and longer than this, in points.
_FLAT, _RULE = 0.1, 20.0
_INLINE = frozenset(("Span", "Quote", "Reference", "Code", "Link", "Lbl"))
# Figures are as high as capitals where they reach so far up, as a share of them, and no further down, in ems.
_AS_HIGH, _AS_LOW = 0.93, -0.04
_CAPITALS = "HEITLFDBNM"
_HEX = re.compile(rb"<([0-9A-Fa-f]*)>")
_CMAP = re.compile(rb"begin(bfchar|bfrange)(.*?)endbf", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Font:
    """Its name; the texts and the widths (thousandths of the em) of its glyphs, and which are old-style figures."""

    name: str
    texts: dict[int, str]
    widths: dict[int, float]
    default: float
    mono: bool
    old_style: frozenset[int] = frozenset()

    @property
    def space(self) -> float:
        """The width of a space, 0 where the font has none."""
        glyphs = (glyph for glyph, text in self.texts.items() if text in (" ", "\u00a0"))
        return next((self.widths.get(glyph, self.default) for glyph in glyphs), 0.0)


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, heading, cell or the like in the structure: its place in reading order, the roles around and of it,
    outermost first, the number of its section, and whether it holds a link.
    """

    number: int
    roles: tuple[str, ...]
    section: int
    linked: bool = False

    @property
    def kind(self) -> str:
        """`head`, `table`, `note`, `list`, `caption`, `prose`, or `other` for what is in boxes of another kind."""
        role = self.roles[-1] if self.roles else ""
        if any(re.fullmatch("H[1-6]?", one) for one in self.roles):
            return "head"
        for kind, among in _KINDS:
            if among & set(self.roles):
                return kind
        return "prose" if role == "P" else "other"


_KINDS = (
    ("table", {"Table"}),
    ("note", {"Note"}),
    ("list", {"L", "TOC"}),
    ("caption", {"Caption"}),
)


# Room between words that is so wide, in em, is left to write in.
_BLANK = 3.0


@dataclass(slots=True)
class Line:
    """A line of text of one block, or of none in running heads and figures.

    `gaps` are its word spaces, each with what the font has for it, in points; `code` is true where all of it is, and
    `plain` is its text outside code. `pieces` are the boxes of what is painted at once. `old_style` are the names of
    the fonts in which it has figures that are not as high as capitals.
    """

    block: Block | None
    box: Box
    base: float
    size: float
    text: str
    gaps: list[tuple[float, float]] = field(default_factory=list)
    code: bool = False
    plain: str = ""
    pieces: list[Box] = field(default_factory=list)
    old_style: set[str] = field(default_factory=set)

    @property
    def ratio(self) -> float:
        """What most of its word spaces are by those of the font; 1 where it has none. A blank to write in is none."""
        spaces = [gap / wide for gap, wide in self.gaps if gap < _BLANK * self.size]
        return median(spaces) if spaces else 1.0


@dataclass(slots=True)
class Sheet:
    """A page: its trim box, its lines in the order of painting, the box of what is no artifact, its section.

    `foot` is where the lowest of its text, or of the grounds that text stands on, ends. `anchors` are the names that
    links may lead to on it; `links` are the places of the pages that its own lead to, each with the words of the link.
    """

    trim: Box
    lines: list[Line] = field(default_factory=list)
    extent: Box | None = None
    foot: float = inf
    section: int | None = None
    anchors: tuple[str, ...] = ()
    links: tuple[tuple[int, str], ...] = ()


def sheets(path: Path) -> list[Sheet]:
    """Read every page of a PDF."""
    with pikepdf.open(path) as pdf:
        structure = _Structure(pdf)
        fonts: dict[Any, Font] = {}
        anchors = _anchors(pdf)
        places = {page.obj.objgen: place for place, page in enumerate(pdf.pages)}
        found = [_Page(structure, fonts, page).sheet() for page in pdf.pages]
        for sheet, page in zip(found, pdf.pages, strict=True):
            sheet.anchors = tuple(anchors[page.obj.objgen])
            sheet.links = tuple(_links(page, places))
        return found


def _anchors(pdf: pikepdf.Pdf) -> dict[Any, list[str]]:
    """The named destinations on each page."""
    found: dict[Any, list[str]] = defaultdict(list)
    if "/Names" in pdf.Root and "/Dests" in pdf.Root.Names:
        for name, place in pikepdf.NameTree(pdf.Root.Names.Dests).items():
            place = place.D if isinstance(place, pikepdf.Dictionary) else place
            found[place[0].objgen].append(str(name))
    return found


def _links(page: pikepdf.Page, places: dict[Any, int]) -> Iterator[tuple[int, str]]:
    """Where the links of a page lead within the file, by the place of that page, with their words."""
    for link in page.get("/Annots", ()):
        goal, words = link.get("/Dest"), link.get("/Contents")
        if isinstance(goal, pikepdf.Array) and words is not None:
            yield places[goal[0].objgen], str(words)


class _Structure:
    """The block, and whether it is code, of each mark of each page."""

    def __init__(self, pdf: pikepdf.Pdf) -> None:
        self.marks: dict[tuple[Any, int], tuple[Block, bool]] = {}
        self.sections: dict[Any, int] = {}
        self._blocks = 0
        root = pdf.Root.get("/StructTreeRoot")
        document = _kids(root)[0] if root is not None else None
        parts = _kids(document) if document is not None else []
        for number, part in enumerate(parts):
            self._visit(part, (), number, None, code=False)

    def _visit(
        self, element: Any, roles: tuple[str, ...], section: int, block: Block | None, *, code: bool
    ) -> None:
        role = str(element.get("/S", ""))[1:]
        if role in ("Figure", "Formula"):
            return
        code = code or role == "Code"
        if role not in _INLINE or block is None:
            roles = (*roles, role)
            kids = [kid for kid in _kids(element) if isinstance(kid, pikepdf.Dictionary)]
            linked = any(kid.get("/S") == pikepdf.Name.Link for kid in kids)
            self._blocks += 1
            block = Block(self._blocks, roles, section, linked)
        for kid in _kids(element):
            if isinstance(kid, pikepdf.Dictionary) and kid.get("/Type") != pikepdf.Name.MCR:
                if "/S" in kid:
                    self._visit(kid, roles, section, block, code=code)
                continue
            marked = isinstance(kid, pikepdf.Dictionary)
            page = kid.get("/Pg", element.get("/Pg")) if marked else element.get("/Pg")
            number = int(kid.MCID) if marked else int(kid)
            if page is not None:
                self.marks[page.objgen, number] = block, code
                self.sections.setdefault(page.objgen, section)


def _kids(element: Any) -> list[Any]:
    kids = element.get("/K")
    if kids is None:
        return []
    return list(kids) if isinstance(kids, pikepdf.Array) else [kids]


@dataclass(slots=True)
class _State:
    matrix: Matrix
    font: Font | None = None
    size: float = 0.0
    rise: float = 0.0


@dataclass(frozen=True, slots=True)
class _Mark:
    artifact: bool = False
    block: Block | None = None
    code: bool = False


class _Page:
    """Reads one page."""

    def __init__(self, structure: _Structure, fonts: dict[Any, Font], page: pikepdf.Page) -> None:
        self.structure = structure
        self.fonts = fonts
        self.page = page
        left, bottom, right, top = (float(edge) for edge in page.trimbox)
        self.found = Sheet((left, bottom, right, top))
        # The last line of each block; leaders may come between its pieces.
        self._open: dict[Block | None, Line] = {}

    def sheet(self) -> Sheet:
        self._content(self.page.obj, self.page.obj.get("/Resources"), _State(IDENTITY), _Mark())
        self.found.section = self.structure.sections.get(self.page.obj.objgen)
        return self.found

    def _content(self, holder: Any, resources: Any, state: _State, mark: _Mark) -> None:
        saved: list[_State] = []
        marks = [mark]
        text: Matrix = IDENTITY
        pen = (0.0, 0.0)
        fonts = resources.get("/Font", {}) if resources is not None else {}
        for instruction in pikepdf.parse_content_stream(holder):
            operator, values = str(instruction.operator), list(instruction.operands)
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
                    state.font = self._font(fonts[str(values[0])])
                    state.size = float(values[1])
                case "Ts":
                    state.rise = float(values[0])
                case "Tj" | "TJ" if state.font is not None:
                    pieces = values if operator == "Tj" else values[0].as_list()
                    wide = self._show(pieces, state.font, state, text, marks[-1])
                    text = product((1, 0, 0, 1, wide, 0), text)
                case "re":
                    left, low, wide, high = (float(value) for value in values)
                    box = (left, low, left + wide, low + high)
                    self._ground(bounds(corners(box), state.matrix))
                case "m":
                    pen = (float(values[0]), float(values[1]))
                case "l":
                    end = (float(values[0]), float(values[1]))
                    self._rule(bounds((pen, end), state.matrix))
                    pen = end
                case "BDC" | "BMC":
                    marks.append(self._inner(marks[-1], values))
                case "EMC" if len(marks) > 1:
                    marks.pop()
                case "Do":
                    self._paint(resources.XObject[str(values[0])], resources, state, marks[-1])

    def _inner(self, mark: _Mark, values: Sequence[Any]) -> _Mark:
        if str(values[0]) == "/Artifact":
            return replace(mark, artifact=True)
        known = None
        if len(values) > 1 and isinstance(values[1], pikepdf.Dictionary) and "/MCID" in values[1]:
            known = self.structure.marks.get((self.page.obj.objgen, int(values[1].MCID)))
        return _Mark(mark.artifact, *known) if known else mark

    def _paint(self, item: Any, resources: Any, state: _State, mark: _Mark) -> None:
        if item.get("/Subtype") == pikepdf.Name.Image:
            self._reach(bounds(corners((0, 0, 1, 1)), state.matrix), mark)
            return
        to_page = product(matrix(item.get("/Matrix", IDENTITY)), state.matrix)
        left, bottom, right, top = (float(edge) for edge in item.BBox)
        self._reach(bounds(corners((left, bottom, right, top)), to_page), mark)
        inner = replace(state, matrix=to_page)
        self._content(item, item.get("/Resources", resources), inner, replace(mark, block=None))

    def _rule(self, box: Box) -> None:
        """Note a rule across the page: a form is full as far as its rows reach, though nothing is written in them."""
        if self._inside(box) and box[3] - box[1] < _FLAT and box[2] - box[0] > _RULE:
            self.found.extent = around(self.found.extent, box)
            self.found.foot = min(self.found.foot, box[1])

    def _ground(self, box: Box) -> None:
        if self._inside(box) and box[2] - box[0] > _RULE:
            self.found.foot = min(self.found.foot, box[1])

    def _inside(self, box: Box) -> bool:
        left, bottom, right, top = self.found.trim
        return left < box[0] and bottom < box[1] and box[2] < right and box[3] < top

    def _reach(self, box: Box, mark: _Mark) -> None:
        if not mark.artifact:
            self.found.extent = around(self.found.extent, box)
            self.found.foot = min(self.found.foot, box[1])

    def _font(self, font: Any) -> Font:
        key = font.objgen
        if key not in self.fonts:
            self.fonts[key] = _read_font(font)
        return self.fonts[key]

    def _show(
        self, pieces: Iterable[Any], font: Font, state: _State, text: Matrix, mark: _Mark
    ) -> float:
        """Note the words of an operator; returns how far the pen moves."""
        scale = state.size / 1000
        pen = 0.0
        letters: list[tuple[str, float, float]] = []
        old_style = False
        for piece in pieces:
            if not isinstance(piece, pikepdf.String):
                pen -= float(piece) * scale
                continue
            codes = bytes(piece)
            for at in range(0, len(codes) - 1, 2):
                glyph = codes[at] << 8 | codes[at + 1]
                width = font.widths.get(glyph, font.default) * scale
                letters.append((font.texts.get(glyph, ""), pen, pen + width))
                old_style = old_style or glyph in font.old_style
                pen += width
        shown = [letter for letter in letters if letter[0].strip()]
        to_page = product(text, state.matrix)
        if shown:
            low, high = state.rise - _LOW * state.size, state.rise + _HIGH * state.size
            box = bounds(corners((shown[0][1], low, shown[-1][2], high)), to_page)
            self._reach(box, mark)
            line = self._add(letters, box, font, state, to_page, mark)
            line.old_style |= {font.name} if old_style else set()
        elif letters and (line := self._open.get(mark.block)) is not None:
            line.text += "".join(said for said, _, _ in letters)
        return pen

    def _add(
        self,
        letters: list[tuple[str, float, float]],
        box: Box,
        font: Font,
        state: _State,
        to_page: Matrix,
        mark: _Mark,
    ) -> Line:
        """Make a line of what an operator shows, or make it part of the line before; returns the line."""
        factor = (to_page[0] ** 2 + to_page[1] ** 2) ** 0.5
        size, natural = state.size * factor, font.space * state.size * factor / 1000
        said = "".join(letter for letter, _, _ in letters)
        code = mark.code or font.mono
        line = self._open.get(mark.block)
        here = Line(mark.block, box, to_page[5], size, said, code=code)
        here.gaps = list(_gaps(letters, natural, factor))
        here.plain = "" if code else said
        here.pieces.append(box)
        if line is None or not _continues(line, here):
            here.text = here.text.lstrip(SPACES)
            self.found.lines.append(here)
            self._open[mark.block] = here
            return here
        between = box[0] - line.box[2]
        # With a space on both sides, there is a picture between.
        spaced = (line.text[-1:] in SPACES) != (said[:1] in SPACES)
        # Spans of code have room around them.
        if natural and spaced and between > 0 and not code and line.plain[-1:] == line.text[-1:]:
            line.gaps.append((between, natural))
        line.gaps += here.gaps
        line.text += said
        line.plain += here.plain
        if size > line.size:
            line.base, line.size = here.base, size
        line.box = around(line.box, box)
        line.pieces.append(box)
        line.code = line.code and code
        return line


def _continues(line: Line, here: Line) -> bool:
    """Whether what is painted next stands on the same line."""
    size = max(line.size, here.size)
    return (
        line.block is here.block
        and abs(line.base - here.base) < 0.5 * size
        # Text without a block, in running heads and figures, is close by or something else.
        and (here.block is not None or abs(here.box[0] - line.box[2]) < size)
    )


def _gaps(
    letters: list[tuple[str, float, float]], natural: float, factor: float
) -> Iterator[tuple[float, float]]:
    """The spaces between the words of an operator."""
    if not natural:
        return
    end, spaces = None, 0
    for said, left, right in letters:
        if said and said in SPACES:
            spaces += 1
        elif said:
            if spaces and end is not None:
                yield (left - end) * factor, spaces * natural
            end, spaces = right, 0


def _read_font(font: Any) -> Font:
    name = str(font.get("/BaseFont", ""))[1:]
    texts: dict[int, str] = {}
    if "/ToUnicode" in font:
        for kind, body in _CMAP.findall(font.ToUnicode.read_bytes()):
            codes = _HEX.findall(body)
            if kind == b"bfchar":
                for code, said in zip(codes[::2], codes[1::2], strict=False):
                    texts[int(code, 16)] = _decoded(said)
            else:
                for first, last, said in zip(codes[::3], codes[1::3], codes[2::3], strict=False):
                    start, base = int(first, 16), _decoded(said)
                    for code in range(start, int(last, 16) + 1):
                        texts[code] = base[:-1] + chr(ord(base[-1]) + code - start)
    inner = font.DescendantFonts[0] if "/DescendantFonts" in font else None
    if inner is None:
        return Font(name, {}, {}, 0.0, mono=False)
    widths = dict(_widths(inner.get("/W", [])))
    letters = {width for glyph, width in widths.items() if texts.get(glyph, "").isalnum()}
    fixed = bool(int(inner.FontDescriptor.get("/Flags", 0)) & 1)
    mono = fixed or (len(letters) == 1 and len(widths) > 4)
    old_style = frozenset(_old_style(inner.FontDescriptor, texts))
    return Font(name, texts, widths, float(inner.get("/DW", 1000)), mono, old_style)


def _old_style(descriptor: Any, texts: dict[int, str]) -> Iterator[int]:
    """The glyphs of figures that are lower than capitals, or reach below the line."""
    if "/FontFile2" not in descriptor:
        return
    program = TTFont(io.BytesIO(descriptor.FontFile2.read_bytes()))
    glyphs, em = program.getGlyphSet(), program["head"].unitsPerEm
    names = program.getGlyphOrder()

    def reach(glyph: int) -> tuple[float, float]:
        pen = BoundsPen(glyphs)
        glyphs[names[glyph]].draw(pen)
        return (pen.bounds[1] / em, pen.bounds[3] / em) if pen.bounds else (0.0, 1.0)

    figures = {glyph: reach(glyph) for glyph, said in texts.items() if said in set("0123456789")}
    capitals = [reach(glyph)[1] for glyph, said in texts.items() if said in set(_CAPITALS)]
    high = max(capitals or [top for _, top in figures.values()], default=0.0)
    for glyph, (low, top) in figures.items():
        if low < _AS_LOW or top < _AS_HIGH * high:
            yield glyph


def _decoded(codes: bytes) -> str:
    return bytes.fromhex(codes.decode()).decode("utf-16-be", "replace")


def _widths(array: Any) -> Iterator[tuple[int, float]]:
    items: list[Any] = list(array)
    while items:
        first = int(items.pop(0))
        following = items.pop(0)
        if isinstance(following, pikepdf.Array):
            for at, width in enumerate(following):
                yield first + at, float(width)
        else:
            width = float(items.pop(0))
            for glyph in range(first, int(following) + 1):
                yield glyph, width
