"""What is wrong with the formulas of a guide."""

from __future__ import annotations

from collections.abc import Iterable

from guidepress.book.model import FormulaUse
from guidepress.diagnostics import Diagnostic, error
from guidepress.maths.drawing import Invalid
from guidepress.maths.drawings import Drawings


def check(formulas: Iterable[FormulaUse], drawings: Drawings) -> list[Diagnostic]:
    """An error, `maths-invalid`, for each formula that cannot be drawn; one a place."""
    problems: dict[object, Diagnostic] = {}
    for formula in formulas:
        # One with gaps is drawn in several ways.
        drawn = drawings.of(formula.tex, formula.display)
        if isinstance(drawn, Invalid):
            problem = error("maths-invalid", drawn.message, formula.span, hints=drawn.hints)
            problems.setdefault(formula.span, problem)
    return list(problems.values())
