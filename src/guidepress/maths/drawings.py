"""Drawings of formulas, remembered: in the process, and in the cache between builds; and which cannot be made."""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache as once
from functools import lru_cache
from importlib.metadata import version

from guidepress.book.model import FormulaUse
from guidepress.cache import Cache, code_digest, digest
from guidepress.diagnostics import Diagnostic, error
from guidepress.maths.drawing import Drawing, Invalid

# What the look of a formula depends on, besides our own code.
_ENGINE = ("latex2mathml", "ziafont", "ziamath")


@dataclass(frozen=True, slots=True)
class _Kept:
    """An entry of the cache: one of the two."""

    drawing: Drawing | None = None
    invalid: Invalid | None = None


@dataclass(slots=True)
class Drawings:
    """Draws formulas. What `cache` holds is not drawn again, and the engine not loaded for it."""

    cache: Cache = field(default_factory=lambda: Cache(None))
    _known: dict[tuple[str, bool], Drawing | Invalid] = field(default_factory=dict)

    def of(self, tex: str, display: bool) -> Drawing | Invalid:
        """The drawing of a formula; with `display`, as it stands on lines of its own. Never raises on any TeX."""
        call = (tex, display)
        if call not in self._known:
            key = digest("maths", _versions(), code_digest(), tex, str(display))
            kept = self.cache.memo(key, lambda: _kept(_drawn(tex, display)), _Kept)
            self._known[call] = kept.drawing or kept.invalid or _drawn(tex, display)
        return self._known[call]


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


@lru_cache(maxsize=4096)
def _drawn(tex: str, display: bool) -> Drawing | Invalid:
    # A guide without formulas must not pay for fonts and tables of them.
    with warnings.catch_warnings():
        # It finds its fonts in a way that Python 3.11 and 3.12 call outdated, and 3.13 no longer does.
        warnings.simplefilter("ignore", DeprecationWarning)
        from guidepress.maths import engine

    return engine.draw(tex, display)


def _kept(drawn: Drawing | Invalid) -> _Kept:
    return _Kept(drawing=drawn) if isinstance(drawn, Drawing) else _Kept(invalid=drawn)


@once
def _versions() -> str:
    return " ".join(version(name) for name in _ENGINE)
