"""The bar code of a book: EAN-13 (ISO/IEC 15420), as bars for a drawing of the layout.

Its digits are the ISBN's. The first is not drawn: it says which of two alphabets each of the next six is of.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

# The odd alphabet of the left half, by digit. The right one has its negatives, the even alphabet those from behind.
_ODD = [
    "0001101",
    "0011001",
    "0010011",
    "0111101",
    "0100011",
    "0110001",
    "0101111",
    "0111011",
    "0110111",
    "0001011",
]
# Which digits of the left half are even, by the first digit.
_EVEN = [
    "000000",
    "001011",
    "001101",
    "001110",
    "010011",
    "011001",
    "011100",
    "010101",
    "010110",
    "011010",
]
_GUARD, _CENTRE = "101", "01010"
# The width of the narrowest bar at full size, and the height of bars, of those of the guards, mm.
MODULE, HEIGHT, TALL = 0.33, 22.85, 24.5
# The white that scanners need before and behind, in widths of the narrowest bar.
BEFORE, BEHIND = 11, 7


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar, in mm: where it begins, how wide and how high it is."""

    left: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Barcode:
    """A bar code in mm, with the white that belongs to it, and the digits below it in their three groups."""

    width: float
    height: float
    bars: tuple[Bar, ...]
    groups: tuple[str, str, str]


def modules(digits: str) -> str:
    """The thirteen digits as narrow stripes, 1 for black."""
    first, left, right = int(digits[0]), digits[1:7], digits[7:]
    halves = [
        _even(digit) if even == "1" else _ODD[int(digit)]
        for digit, even in zip(left, _EVEN[first], strict=True)
    ]
    return "".join(
        (_GUARD, *halves, _CENTRE, *(_negative(_ODD[int(digit)]) for digit in right), _GUARD)
    )


def barcode(digits: str) -> Barcode:
    """The bar code of an ISBN of thirteen digits."""
    stripes = modules(digits)
    # Guards at both ends and in the middle reach down between the digits.
    tall = {*range(3), *range(45, 50), *range(92, 95)}
    bars, at = [], 0
    for black, run in groupby(stripes):
        count = len(list(run))
        if black == "1":
            left = round((BEFORE + at) * MODULE, 3)
            height = TALL if at in tall else HEIGHT
            bars.append(Bar(left, round(count * MODULE, 3), height))
        at += count
    width = round((BEFORE + len(stripes) + BEHIND) * MODULE, 3)
    return Barcode(width, TALL, tuple(bars), (digits[0], digits[1:7], digits[7:]))


def _negative(stripes: str) -> str:
    return stripes.translate(str.maketrans("01", "10"))


def _even(digit: str) -> str:
    return _negative(_ODD[int(digit)])[::-1]
