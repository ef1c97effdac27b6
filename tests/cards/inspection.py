"""Look into sheets: where each side is painted, and what it says there."""

from __future__ import annotations

import ctypes
import io
import math
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
from pypdfium2 import raw

MM = 72 / 25.4
_PAINTED = re.compile(rb"q (\S+) (\S+) (\S+) (\S+) (\S+) (\S+) cm /(\S+) Do Q")
Matrix = tuple[float, float, float, float, float, float]


@dataclass(frozen=True)
class Painted:
    """A side on a sheet. Points, from the bottom left of the page."""

    page: int
    matrix: Matrix
    size: tuple[float, float]

    def at(self, u: float, v: float) -> tuple[float, float]:
        """Where a point of the side's own page is."""
        a, b, c, d, e, f = self.matrix
        return a * u + c * v + e, b * u + d * v + f

    @property
    def box(self) -> tuple[float, float, float, float]:
        (x, y), (z, w) = self.at(0, 0), self.at(*self.size)
        return min(x, z), min(y, w), max(x, z), max(y, w)


def opened(pdf: bytes) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(pdf))


def painted(pdf: bytes) -> dict[str, Painted]:
    """Every side by its name (`front-1`)."""
    found = {}
    with opened(pdf) as document:
        for number, page in enumerate(document.pages):
            for match in _PAINTED.finditer(page.Contents.read_bytes()):
                *values, name = match.groups()
                a, b, c, d, e, f = (float(value) for value in values)
                form: Any = page.Resources.XObject["/" + name.decode()]
                size = float(form.BBox[2]), float(form.BBox[3])
                found[name.decode()] = Painted(number, (a, b, c, d, e, f), size)
    return found


def sheet_size(pdf: bytes) -> tuple[float, float]:
    with opened(pdf) as document:
        box = document.pages[0].MediaBox
        return float(box[2]), float(box[3])


def text_in(pdf: bytes, folder: Path, side: Painted) -> str:
    """What a viewer finds in the place of a side."""
    path = folder / "sheets.pdf"
    path.write_bytes(pdf)
    left, bottom, right, top = side.box
    height = sheet_size(pdf)[1]
    # At 720 dots to the inch: pdftotext takes whole dots only.
    area = [round(v * 10) for v in (left, height - top, right - left, top - bottom)]
    options = [
        part for name, value in zip("xyWH", area, strict=True) for part in (f"-{name}", str(value))
    ]
    page = str(side.page + 1)
    done = subprocess.run(
        ["pdftotext", "-r", "720", "-f", page, "-l", page, *options, str(path), "-"],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    return done.stdout


def ticks(pdf: bytes, page: int = 0) -> list[tuple[float, float, float, float]]:
    """The lines drawn on a page besides the cards, in mm from the top left."""
    with opened(pdf) as document:
        data = document.pages[page].Contents.read_bytes().decode()
    height = sheet_size(pdf)[1]
    found = re.findall(r"(\S+) (\S+) m (\S+) (\S+) l", data)
    return sorted(
        {
            (float(x) / MM, (height - float(y)) / MM, float(z) / MM, (height - float(w)) / MM)
            for x, y, z, w in found
        }
    )


@dataclass(frozen=True)
class Letter:
    """A letter as it is printed: its size in pt, the name of its font, where it stands on the page, in pt."""

    text: str
    size: float
    font: str
    x: float
    y: float


@dataclass(frozen=True)
class Row:
    """Letters of a page at one height: where they begin, in pt from the left, their size in pt, their text."""

    left: float
    size: float
    text: str


def letters(page: pypdfium2.PdfPage) -> Iterator[Letter]:
    """All letters of a page, as pdfium reads them."""
    text = page.get_textpage()
    name, x, y = ctypes.create_string_buffer(80), ctypes.c_double(), ctypes.c_double()
    matrix = raw.FS_MATRIX()
    for at in range(text.count_chars()):
        letter = chr(raw.FPDFText_GetUnicode(text.raw, at))
        if letter.isspace():
            continue
        raw.FPDFText_GetFontInfo(text.raw, at, name, len(name), None)
        raw.FPDFText_GetCharOrigin(text.raw, at, x, y)
        raw.FPDFText_GetMatrix(text.raw, at, matrix)
        size = raw.FPDFText_GetFontSize(text.raw, at) * math.hypot(matrix.b, matrix.d)
        yield Letter(letter, size, name.value.decode(), x.value, y.value)


def rows(pdf: bytes, page: int, above: float, font: str = "") -> list[Row]:
    """The rows of letters larger than `above` pt in fonts whose names have `font` in them, from the top."""
    found: dict[float, list[Letter]] = {}
    for letter in letters(pypdfium2.PdfDocument(pdf)[page]):
        if letter.size > above and font in letter.font:
            found.setdefault(round(letter.y, 1), []).append(letter)
    ordered = [
        sorted(found[height], key=lambda letter: letter.x) for height in sorted(found, reverse=True)
    ]
    return [Row(row[0].x, row[0].size, "".join(one.text for one in row)) for row in ordered]


def type_sizes(pdf: bytes, page: int) -> dict[str, set[float]]:
    """The sizes in pt in which each letter of a page is set."""
    found: dict[str, set[float]] = {}
    for letter in letters(pypdfium2.PdfDocument(pdf)[page]):
        found.setdefault(letter.text, set()).add(letter.size)
    return found
