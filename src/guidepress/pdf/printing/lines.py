"""Lines of a finished page that are too thin for a plate: strokes, and areas as thin as lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import pikepdf
from pikepdf import Dictionary, Name

from guidepress.pdf.space import Box, Matrix, bounds, corners, matrix, product, within

# What a plate holds at least, pt: a line of one solid ink, and one of dots. A hundredth is rounding.
SOLID, TINT = 0.25, 0.5
_ROUNDING = 0.01
_STROKES = frozenset(("S", "s", "B", "B*", "b", "b*"))
_FILLS = frozenset(("f", "F", "f*"))
_PAINTS = _STROKES | _FILLS | {"n"}


@dataclass(slots=True)
class _State:
    matrix: Matrix
    # Whether a colour is one ink at its full strength, or none.
    fill: bool = True
    stroke: bool = True
    width: float = 1.0
    clip: Box | None = None


def thin_lines(holder: Any, resources: Any, outer: Matrix = (1, 0, 0, 1, 0, 0)) -> set[float]:
    """How thick the lines of a page or of a form are that are too thin, pt."""
    found: set[float] = set()
    state, saved = _State(outer), list[_State]()
    points: list[tuple[float, float]] = []
    clips = False
    for instruction in pikepdf.parse_content_stream(holder):
        operator, values = str(instruction.operator), list(instruction.operands)
        match operator:
            case "q":
                saved.append(replace(state))
            case "Q" if saved:
                state = saved.pop()
            case "cm":
                state.matrix = product(matrix(values), state.matrix)
            case "w":
                state.width = float(values[0])
            case "k" | "g" | "scn":
                state.fill = _is_solid(operator, values)
            case "K" | "G" | "SCN":
                state.stroke = _is_solid(operator.lower(), values)
            case "m" | "l":
                points.append((float(values[0]), float(values[1])))
            case "c" | "v" | "y":
                numbers = [float(value) for value in values]
                points += zip(numbers[::2], numbers[1::2], strict=True)
            case "re":
                x, y, across, down = (float(value) for value in values)
                points += corners((x, y, x + across, y + down))
            case "W" | "W*":
                clips = True
            case "Do":
                item = resources.XObject[str(values[0])]
                if item.get("/Subtype") == Name.Form:
                    inner = product(matrix(item.get("/Matrix", (1, 0, 0, 1, 0, 0))), state.matrix)
                    found |= thin_lines(item, item.get("/Resources", Dictionary()), inner)
        if operator not in _PAINTS:
            continue
        box = bounds(points, state.matrix) if points else None
        if operator in _STROKES and points:
            found |= _thin(state.width * _scale(state.matrix), state.stroke)
        if operator in _FILLS and box is not None:
            seen = within(state.clip, box)
            across, down = seen[2] - seen[0], seen[3] - seen[1]
            # What is small in both directions is a dot.
            if max(across, down) > 4 * TINT and min(across, down) > 0:
                found |= _thin(min(across, down), state.fill)
        if clips and box is not None:
            state.clip = within(state.clip, box)
        points, clips = [], False
    return found


def _thin(thickness: float, solid: bool) -> set[float]:
    least = SOLID if solid else TINT
    return {round(thickness, 2)} if thickness < least - _ROUNDING else set()


def _is_solid(operator: str, values: Sequence[Any]) -> bool:
    if values and isinstance(values[-1], Name):
        return True
    shares = [float(value) for value in values]
    if operator == "g":
        shares = [1 - shares[0]]
    return [share for share in shares if share] in ([1.0], [])


def _scale(of: Matrix) -> float:
    a, b, c, d, *_ = of
    return float(abs(a * d - b * c) ** 0.5)
