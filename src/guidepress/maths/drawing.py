"""Drawings of formulas, remembered: in the process, and in the cache between builds."""

from __future__ import annotations

import pickle
from dataclasses import dataclass, field
from functools import cache as once
from functools import lru_cache
from importlib.metadata import version

from guidepress.cache import Cache, code_digest, digest

# What the look of a formula depends on, besides our own code.
_ENGINE = ("latex2mathml", "ziafont", "ziamath")


@dataclass(frozen=True, slots=True)
class Drawing:
    """A formula as it looks. Lengths are in em of the text around it; `depth` is what is below the base line.

    `shapes` are SVG elements without colours, in the units of `box`, the view box.
    """

    width: float
    height: float
    depth: float
    box: str
    shapes: str

    def svg(self, colour: str) -> str:
        """The file, in a colour of CSS. The same formula gives the same characters, always."""
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{self.box}" width="{self.width:.3f}em" '
            f'height="{self.height:.3f}em" fill="{colour}" color="{colour}">{self.shapes}</svg>'
        )


@dataclass(frozen=True, slots=True)
class Invalid:
    """What is wrong with a formula, as a sentence without a period, and what may help."""

    message: str
    hints: tuple[str, ...] = ()


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
            data = self.cache.get(key)
            if data is None:
                found = _drawn(tex, display)
                self.cache.put(key, pickle.dumps(found, protocol=5))
            else:
                found = pickle.loads(data)  # the cache has checked its hash
            self._known[call] = found
        return self._known[call]


@lru_cache(maxsize=4096)
def _drawn(tex: str, display: bool) -> Drawing | Invalid:
    # A guide without formulas must not pay for fonts and tables of them.
    from guidepress.maths import engine

    return engine.draw(tex, display)


@once
def _versions() -> str:
    return " ".join(version(name) for name in _ENGINE)
