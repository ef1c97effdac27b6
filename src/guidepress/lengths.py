"""Lengths as authors write them: a number with mm, cm, in or pt."""

from __future__ import annotations

import re

INCH = 25.4  # mm
MM_PER = {"mm": 1.0, "cm": 10.0, "in": INCH, "pt": INCH / 72}
PT_PER_MM = 72 / INCH

_LENGTH = re.compile(r"^\s*([+-]?(?:\d+(?:\.\d+)?|\.\d+))\s*(mm|cm|in|pt)\s*$")
_ZERO = re.compile(r"^\s*[+-]?0+(?:\.0+)?\s*$")


def millimetres(text: str) -> float:
    """The mm of a length such as `6mm`, `0.25in` or `-0.5 mm`; ValueError for anything else.

    Nothing but zero may stand without a unit.
    """
    if _ZERO.match(text):
        return 0.0
    if (match := _LENGTH.match(text)) is None:
        raise ValueError(f"`{text}` is no length; a length is a number with mm, cm, in or pt")
    return float(match[1]) * MM_PER[match[2]]
