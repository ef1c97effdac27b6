"""Content streams for the press: colours become inks, thin lines are made as thick as a plate holds them.

A colour is written where something is painted with it, since what it is printed with depends on what that is: small
letters get one solid ink. Marked content goes, because a file for the press has no structure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pikepdf

from guidepress.pdf.printing.inks import RGB, Ink, Inks, Process, is_solid
from guidepress.pdf.space import Box, Matrix, bounds, corners, holds, matrix, product

# The thinnest line that a plate holds, pt: of one solid ink, and of dots, which a thin line tears apart.
SOLID_LINE, TINT_LINE = 0.25, 0.5
_PATH = frozenset(("m", "l", "c", "v", "y", "h", "re"))
_STROKES = frozenset(("S", "s", "B", "B*", "b", "b*"))
_FILLS = frozenset(("f", "F", "f*", "B", "B*", "b", "b*"))
_SHOWS = frozenset(("Tj", "TJ", "'", '"'))
_MARKED = frozenset(("BMC", "BDC", "EMC", "MP", "DP"))
_SLACK = 0.02

Instruction = tuple[Sequence[Any], str]
# A colour as the stream has it: of the screen, or operators for what is no such colour (patterns, Lab).
Paint = RGB | tuple[Instruction, ...]


class ColourError(Exception):
    """A colour that cannot be made of inks; the message says what it is."""


@dataclass(slots=True)
class _State:
    """What `q` saves. `fill` and `stroke` are wanted, `set_*` is what the stream written so far says."""

    matrix: Matrix
    fill: Paint | None = None
    stroke: Paint | None = None
    width: float = 1.0
    size: float = 0.0
    mode: int = 0
    set_fill: Ink | tuple[Instruction, ...] | None = None
    set_stroke: Ink | tuple[Instruction, ...] | None = None
    set_width: float | None = None
    space: dict[str, Instruction] = field(default_factory=dict)


@dataclass(slots=True)
class _Path:
    """A path that is not written yet."""

    instructions: list[Instruction] = field(default_factory=list)
    points: list[tuple[float, float]] = field(default_factory=list)
    clips: bool = False

    @property
    def is_rectangles(self) -> bool:
        return all(operator == "re" for _, operator in self.instructions)

    @property
    def box(self) -> Box | None:
        return bounds(self.points, (1, 0, 0, 1, 0, 0)) if self.points else None

    def add(self, values: Sequence[Any], operator: str) -> None:
        self.instructions.append((values, operator))
        numbers = [float(value) for value in values]
        if operator == "re":
            x, y, width, height = numbers
            self.points += corners((x, y, x + width, y + height))
        else:
            self.points += zip(numbers[::2], numbers[1::2], strict=True)


@dataclass(slots=True)
class Rewriting:
    """Rewrites the streams of one set of resources.

    `spot` gives the resource name of a spot ink's colour space. `used` gathers what a stream refers to, by category and
    name, with the transformation to the page at its first use.
    """

    inks: Inks
    spot: Callable[[str], str]
    used: dict[tuple[str, str], Matrix] = field(default_factory=dict)
    _out: list[Instruction] = field(default_factory=list)
    _state: _State = field(default_factory=lambda: _State((1, 0, 0, 1, 0, 0)))
    _saved: list[_State] = field(default_factory=list)
    _path: _Path = field(default_factory=_Path)
    # A clip as thin as a line that waits for what is painted through it.
    _slit: _Path | None = None
    _text: Matrix = (1, 0, 0, 1, 0, 0)

    def stream(self, holder: Any, outer: Matrix = (1, 0, 0, 1, 0, 0)) -> bytes:
        """The content of a page, a form, a pattern or a glyph, rewritten.

        `outer` leads from its space to that of the page. Raises ColourError.
        """
        self.used = {}
        self._out, self._saved, self._path, self._slit = [], [], _Path(), None
        self._state = _State(outer)
        for instruction in pikepdf.parse_content_stream(holder):
            self._take(list(instruction.operands), str(instruction.operator), instruction)
        return pikepdf.unparse_content_stream(self._out)  # type: ignore[arg-type]

    def _take(self, values: list[Any], operator: str, instruction: Any) -> None:
        state = self._state
        if operator in _MARKED:
            return
        if operator in _PATH:
            self._path.add(values, operator)
            return
        if operator in ("W", "W*"):
            self._path.clips = True
            self._path.instructions.append((values, operator))
            return
        match operator:
            case "q":
                self._flush()
                self._saved.append(replace(state, space=dict(state.space)))
            case "Q":
                self._slit = None
                if self._saved:
                    self._state = self._saved.pop()
            case "cm":
                self._flush()
                state.matrix = product(matrix(values), state.matrix)
            case "rg" | "RG" | "g" | "G" | "cs" | "CS" | "sc" | "SC" | "scn" | "SCN" | "k" | "K":
                self._colour(values, operator)
                return
            case "w":
                state.width, state.set_width = float(values[0]), None
                return
            case "Tf":
                state.size = float(values[1])
            case "Tr":
                state.mode = int(values[0])
            case "BT":
                # A text object holds no path.
                self._flush()
                self._text = (1, 0, 0, 1, 0, 0)
            case "Tm":
                self._text = matrix(values)
            case "gs":
                self.used.setdefault(("/ExtGState", str(values[0])), state.matrix)
            case "sh":
                self.used.setdefault(("/Shading", str(values[0])), state.matrix)
                self._flush()
            case "Do":
                self.used.setdefault(("/XObject", str(values[0])), state.matrix)
                self._flush()
                self._set_fill(self._graphic(state.fill))
                self._set_stroke(self._graphic(state.stroke))
            case "BI" | "INLINE IMAGE":
                raise ColourError("a picture within the content")
        if operator in _SHOWS:
            self._show()
        elif operator in _STROKES or operator in _FILLS or operator == "n":
            self._paint(operator)
            return
        self._out.append((values, operator))

    def _colour(self, values: list[Any], operator: str) -> None:
        """Note a colour. Of a space that stays as it is (Lab, a pattern), its operators."""
        state = self._state
        fill = operator.islower()
        paint: Paint
        match operator.lower():
            case "rg":
                red, green, blue = (min(1.0, max(0.0, float(value))) for value in values)
                paint = (red, green, blue)
            case "g":
                paint = (float(values[0]),) * 3
            case "k":
                paint = ((values, operator),)
            case "cs":
                state.space["fill" if fill else "stroke"] = (values, operator)
                paint = ((values, operator),)
            case _:
                space = state.space.get("fill" if fill else "stroke")
                if space is None:
                    raise ColourError("a colour without a colour space")
                paint = (space, (values, operator))
        if fill:
            state.fill = paint
        else:
            state.stroke = paint

    def _graphic(self, paint: Paint | None) -> Ink | tuple[Instruction, ...] | None:
        if paint is None or not isinstance(paint[0], float):
            return paint
        return self.inks.of(paint)

    def _show(self) -> None:
        """Before letters are shown: their colour."""
        state = self._state
        self._flush()
        a, b, c, d, *_ = product(self._text, state.matrix)
        size = state.size * abs(a * d - b * c) ** 0.5

        def ink(paint: Paint | None) -> Ink | tuple[Instruction, ...] | None:
            if paint is not None and not isinstance(paint[0], float):
                return paint
            return None if paint is None else self.inks.of_text(paint, size)

        if state.mode in (0, 2, 4, 6):
            self._set_fill(ink(state.fill))
        if state.mode in (1, 2, 5, 6):
            self._set_stroke(ink(state.stroke))
            self._set_width(state.width)

    def _paint(self, operator: str) -> None:
        """A path is painted, or clips."""
        state, path = self._state, self._path
        self._path = _Path()
        if path.clips and operator == "n":
            self._flush()
            if self._is_thin(path.box, TINT_LINE):
                path.instructions.append(([], "n"))
                self._slit = path
            else:
                self._out += [*path.instructions, ([], "n")]
            return
        if operator in _FILLS:
            ink = self._graphic(state.fill)
            if operator in ("f", "F", "f*") and self._line(path, ink):
                return
            self._flush()
            self._set_fill(ink)
        else:
            self._flush()
        if operator in _STROKES:
            ink = self._graphic(state.stroke)
            self._set_stroke(ink)
            scale = self._scale
            thinnest = _thinnest(ink) / scale if scale else 0.0
            self._set_width(max(state.width, thinnest - 1e-6))
        self._out += [*path.instructions, ([], operator)]

    def _line(self, path: _Path, ink: Ink | tuple[Instruction, ...] | None) -> bool:
        """Whether a filled area is a line that is too thin, and has been drawn thicker."""
        box, slit = path.box, self._slit
        if box is None or path.clips or not path.is_rectangles:
            return False
        if slit is not None:
            # Borders are rings that are painted through the outline of one side.
            seen = slit.box
            grown = (box[0] - _SLACK, box[1] - _SLACK, box[2] + _SLACK, box[3] + _SLACK)
            if seen is None or not holds(grown, seen):
                return False
            box = seen
        elif len(path.instructions) > 1:
            return False
        if not self._is_thin(box, _thinnest(ink)):
            return False
        x, y, width, height = self._thickened(box, _thinnest(ink))
        self._set_fill(ink)
        self._out += [((x, y, width, height), "re"), ((), "f")]
        return True

    def _is_thin(self, box: Box | None, least: float) -> bool:
        if box is None:
            return False
        across, down = (box[2] - box[0]) * self._scale, (box[3] - box[1]) * self._scale
        # What is small in both directions is a dot.
        return 0 < min(across, down) < least - 0.005 and max(across, down) > 2 * least

    def _thickened(self, box: Box, least: float) -> tuple[float, float, float, float]:
        """`box` as a rectangle with the least width, about the middle of the line."""
        thick = least / self._scale
        x, y, width, height = box[0], box[1], box[2] - box[0], box[3] - box[1]
        if width < height:
            return round(x + (width - thick) / 2, 6), y, round(thick, 6), height
        return x, round(y + (height - thick) / 2, 6), width, round(thick, 6)

    @property
    def _scale(self) -> float:
        a, b, c, d, *_ = self._state.matrix
        return float(abs(a * d - b * c) ** 0.5)

    def _flush(self) -> None:
        """Write the clip that has been waiting."""
        if self._slit is not None:
            self._out += self._slit.instructions
            self._slit = None

    def _set_fill(self, ink: Ink | tuple[Instruction, ...] | None) -> None:
        if ink is not None and ink != self._state.set_fill:
            self._state.set_fill = ink
            self._out += self._written(ink, False)

    def _set_stroke(self, ink: Ink | tuple[Instruction, ...] | None) -> None:
        if ink is not None and ink != self._state.set_stroke:
            self._state.set_stroke = ink
            self._out += self._written(ink, True)

    def _set_width(self, width: float) -> None:
        if width != self._state.set_width:
            self._state.set_width = width
            self._out.append(((round(width, 6),), "w"))

    def _written(self, ink: Ink | tuple[Instruction, ...], strokes: bool) -> Iterable[Instruction]:
        if isinstance(ink, tuple):
            return ink
        if isinstance(ink, Process):
            return [(ink.shares, "K" if strokes else "k")]
        space = pikepdf.Name(self.spot(ink.name))
        return [
            ((space,), "CS" if strokes else "cs"),
            ((ink.tint,), "SCN" if strokes else "scn"),
        ]


def _thinnest(ink: Ink | tuple[Instruction, ...] | None) -> float:
    """The least width of a line in an ink, pt."""
    solid = isinstance(ink, tuple) or ink is None or is_solid(ink)
    return SOLID_LINE if solid else TINT_LINE
