r"""A formula as words, for where none can be drawn: bookmarks, names of decks, tags, the text of a title.

`\frac{a}{b} \le x^2` becomes `a/b ≤ x²`. It is for reading along, not for calculating: TeX is two-dimensional.
"""

from __future__ import annotations

import logging
import re
from functools import lru_cache

# Groups in groups; a reader that follows each by a call of its own runs out of stack long before its memory.
MAX_DEPTH = 50
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_LOWERED = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_POWER = re.compile(r"(?<=[^\s^_])\^(\d+)(?![\w.])")
# `n\log n` is read with a space that TeX draws by itself.
_FUNCTION = re.compile(r"(?<=[\w)}])(?=\\(?:cos|det|exp|gcd|lg|ln|log|max|min|sin|tan)\b)")
_INDEX = re.compile(r"(?<=[^\s^_])_(\d+)(?![\w.])")


@lru_cache(maxsize=4096)
def readable(tex: str) -> str:
    """The formula in Unicode, on one line; the TeX itself where nothing better is known."""
    if depth(tex) > MAX_DEPTH:
        return tex
    # A guide without formulas does not pay for it.
    from pylatexenc.latex2text import LatexNodes2Text

    # What it thinks of a formula without its arguments is no message of ours.
    logging.getLogger("pylatexenc").setLevel(logging.CRITICAL)
    reader = LatexNodes2Text(math_mode="text", strict_latex_spaces="based-on-source")
    try:
        text: str = reader.latex_to_text(_FUNCTION.sub(" ", tex), tolerant_parsing=True)
    except Exception:
        # Authors write anything; what is wrong with the TeX is reported where formulas are checked.
        return tex
    if "%s" in text:  # that was one
        return tex
    text = " ".join(text.split())
    text = _POWER.sub(lambda match: match[1].translate(_RAISED), text)
    text = _INDEX.sub(lambda match: match[1].translate(_LOWERED), text)
    return text or tex


def depth(tex: str) -> int:
    """How deep braces nest at the deepest place."""
    deepest = now = 0
    for character in tex:
        if character == "{":
            now += 1
            deepest = max(deepest, now)
        elif character == "}":
            now -= 1
    return deepest
