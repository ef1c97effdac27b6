"""The text that stands on the pages of a fragment, read back from its PDF: what a reader can see.

Glyphs outside of the page box and text in the margins (running heads, folios: artifacts) do not count.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import pikepdf

from guidepress.pdf import Fragment

Matrix = tuple[float, float, float, float, float, float]
IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
# A glyph whose origin is this far outside (pt) is off the page; side bearings may stick out by less.
SLACK = 2.0


def page_texts(fragment: Fragment) -> list[str]:
    """The text of each page, in the order of painting, without spaces between the pieces."""
    with pikepdf.open(io.BytesIO(fragment.pdf)) as pdf:
        return [_Reader(fragment, _box(page)).read(page) for page in pdf.pages]


@dataclass(slots=True)
class _State:
    """The graphics state, so far as text needs it."""

    matrix: Matrix = IDENTITY
    font: str = ""
    size: float = 0.0


@dataclass(slots=True)
class _Reader:
    fragment: Fragment
    box: tuple[float, float, float, float]
    pieces: list[str] = field(default_factory=list)
    # Depth of marked content; where artifacts and replacement texts began, 0 outside of any.
    _depth: int = 0
    _artifact: int = 0
    _replaced: int = 0

    def read(self, page: pikepdf.Page) -> str:
        self._stream(page, page.obj.get("/Resources"), _State())
        return "".join(self.pieces)

    def _stream(
        self,
        content: pikepdf.Page | pikepdf.Object,
        resources: pikepdf.Object | None,
        state: _State,
    ) -> None:
        stack: list[_State] = []
        line: Matrix = IDENTITY
        for instruction in pikepdf.parse_content_stream(content):
            operands = list(instruction.operands)
            match str(instruction.operator):
                case "q":
                    stack.append(_State(state.matrix, state.font, state.size))
                case "Q":
                    state = stack.pop() if stack else state
                case "cm":
                    state.matrix = _multiply(_matrix(operands), state.matrix)
                case "BT":
                    line = IDENTITY
                case "Tm":
                    line = _matrix(operands)
                case "Tf":
                    state.font, state.size = str(operands[0])[1:], float(operands[1])
                case "TJ":
                    self._show(operands[0], line, state)
                case "BDC" | "BMC":
                    self._begin(operands)
                case "EMC":
                    self._end()
                case "Do":
                    self._form(operands[0], resources, state)

    def _begin(self, operands: Sequence[Any]) -> None:
        self._depth += 1
        if str(operands[0]) == "/Artifact":
            self._artifact = self._artifact or self._depth
        elif len(operands) > 1 and isinstance(operands[1], pikepdf.Dictionary):
            text = operands[1].get("/ActualText")
            if text is not None and not self._replaced:
                self._replaced = self._depth
                if not self._artifact:
                    self.pieces.append(str(text))

    def _end(self) -> None:
        if self._artifact == self._depth:
            self._artifact = 0
        if self._replaced == self._depth:
            self._replaced = 0
        self._depth -= 1

    def _form(self, name: pikepdf.Object, resources: pikepdf.Object | None, state: _State) -> None:
        if resources is None or "/XObject" not in resources:
            return
        form = resources["/XObject"].get(str(name))
        if form is None or form.get("/Subtype") != "/Form":
            return
        own = form.get("/Matrix")
        matrix = IDENTITY if own is None else _matrix(list(own.as_list()))
        inner = _State(_multiply(matrix, state.matrix), state.font, state.size)
        self._stream(form, form.get("/Resources", resources), inner)

    def _show(self, items: pikepdf.Object, line: Matrix, state: _State) -> None:
        if self._artifact or self._replaced:
            return
        use = self.fragment.fonts.get(state.font)
        if use is None:
            return
        matrix = _multiply(line, state.matrix)
        position = 0.0
        for item in items.as_list():
            if not isinstance(item, pikepdf.String):
                position -= float(item) / 1000 * state.size
                continue
            for glyph in _glyphs(bytes(item)):
                x = matrix[0] * position + matrix[4]
                y = matrix[1] * position + matrix[5]
                if self._on_page(x, y):
                    self.pieces.append(use.text.get(glyph, ""))
                position += use.widths.get(glyph, 0.0) / 1000 * state.size

    def _on_page(self, x: float, y: float) -> bool:
        left, bottom, right, top = self.box
        return left - SLACK <= x <= right + SLACK and bottom - SLACK <= y <= top + SLACK


def _box(page: pikepdf.Page) -> tuple[float, float, float, float]:
    """The page as it is cut: text in the bleed is lost too."""
    left, bottom, right, top = (float(x) for x in page.trimbox)
    return left, bottom, right, top


def _matrix(operands: Sequence[Any]) -> Matrix:
    a, b, c, d, e, f = (float(value) for value in operands)
    return a, b, c, d, e, f


def _multiply(one: Matrix, other: Matrix) -> Matrix:
    a, b, c, d, e, f = one
    u, v, w, x, y, z = other
    return (
        a * u + b * w,
        a * v + b * x,
        c * u + d * w,
        c * v + d * x,
        e * u + f * w + y,
        e * v + f * x + z,
    )


def _glyphs(data: bytes) -> Iterator[int]:
    """Two bytes a glyph, as in every font that the engine writes."""
    for position in range(0, len(data) - 1, 2):
        yield data[position] << 8 | data[position + 1]
