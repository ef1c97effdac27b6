"""What is wrong with the formulas of a guide."""

from __future__ import annotations

from collections.abc import Iterable

from guidepress.diagnostics import Diagnostic, error
from guidepress.maths.drawing import Drawings, Invalid
from guidepress.markdown import Formula


def check(formulas: Iterable[Formula], drawings: Drawings) -> list[Diagnostic]:
    """An error, `maths-invalid`, for each formula that cannot be drawn; one a place, though it may be drawn in parts."""
    problems: dict[object, Diagnostic] = {}
    for formula in formulas:
        drawn = drawings.of(formula.tex, formula.display)
        if isinstance(drawn, Invalid):
            told = error("maths-invalid", drawn.message, formula.span, hints=drawn.hints)
            problems.setdefault(formula.span, told)
    return list(problems.values())
