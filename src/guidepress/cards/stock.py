"""What cards are printed on: sheets and cards that have a name, with their sizes in mm.

Sizes in inches are the makers'; sheets that are perforated come with the place of their cards.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from guidepress.cards.imposition import Grid, Point, Size
from guidepress.lengths import INCH

T = TypeVar("T")

# Upright; a word `landscape` after the name lays them on their side.
SHEETS: Mapping[str, Size] = {
    "A3": Size(297, 420),
    "A4": Size(210, 297),
    "A5": Size(148, 210),
    "Letter": Size(8.5 * INCH, 11 * INCH),
    "Legal": Size(8.5 * INCH, 14 * INCH),
    "Tabloid": Size(11 * INCH, 17 * INCH),
}

# On their side; a word `portrait` after the name stands them up.
CARDS: Mapping[str, Size] = {
    "A5": Size(210, 148),
    "A6": Size(148, 105),
    "A7": Size(105, 74),
    "A8": Size(74, 52),
    "3x5": Size(5 * INCH, 3 * INCH),
    "4x6": Size(6 * INCH, 4 * INCH),
    "poker": Size(3.5 * INCH, 2.5 * INCH),
    "business": Size(85, 55),
    "business-us": Size(3.5 * INCH, 2 * INCH),
    "credit": Size(85.6, 53.98),  # ISO/IEC 7810 ID-1, the size of card printers
}

# Sheets whose cards are perforated: nothing is to be chosen.
PERFORATED: Mapping[str, Grid] = {
    "avery-5388": Grid(
        sheet=SHEETS["Letter"],
        card=CARDS["3x5"],
        columns=1,
        rows=3,
        gutter=Point(0, 0),
        origin=Point(1.75 * INCH, 1 * INCH),
    ),
    "avery-5371": Grid(
        sheet=SHEETS["Letter"],
        card=CARDS["business-us"],
        columns=2,
        rows=5,
        gutter=Point(0, 0),
        origin=Point(0.75 * INCH, 0.5 * INCH),
    ),
}

# One card a page: the sheet is as large as the card.
SINGLE = "card"


@dataclass(frozen=True, slots=True)
class Preset:
    """A pair of names for `sheet` and `card` that is known to work, with what it is for."""

    sheet: str
    card: str
    purpose: str


PRESETS: Mapping[str, Preset] = {
    "a7": Preset("A4", "A7", "eight cards, cut by halving the sheet three times"),
    "index": Preset("Letter", "3x5", "four index cards with room to cut between them"),
    "avery-5388": Preset("avery-5388", "3x5", "three perforated index cards"),
    "avery-5371": Preset("avery-5371", "business-us", "ten perforated business cards"),
    "business": Preset("A4", "business", "ten business cards"),
    "poker": Preset(
        "A4 portrait", "poker", "eight playing cards, 6 mm apart, with a bleed of 3 mm"
    ),
    "single": Preset("card", "credit", "one card a page, for card printers"),
}


def named(name: str, table: Mapping[str, T]) -> T | None:
    """What has a name, however it is written: `Avery 5388` is `avery-5388`."""
    wanted = _plain(name)
    return next((value for known, value in table.items() if _plain(known) == wanted), None)


def oriented(name: str, table: Mapping[str, Size]) -> tuple[Size | None, str]:
    """The size that has a name, laid as the word after it says, and that word: `A4 landscape`."""
    words = name.split()
    way = words[-1].casefold() if words else ""
    if way not in ("portrait", "landscape"):
        return named(name, table), ""
    size = named(" ".join(words[:-1]), table)
    if size is not None and size.landscape != (way == "landscape"):
        size = size.turned
    return size, way


def _plain(name: str) -> str:
    return "-".join(name.casefold().split())
