"""Tables as they are printed: bars, units, and the rule below their heads."""

from __future__ import annotations

from pathlib import Path

import pypdfium2
import pytest

from tests.handbook.overlaps import words
from tests.project import Project

# Pixels in a point.
SCALE = 4
DATA = """\
kind: table
id: pay
title: Pay by town
columns:
  - {id: town, name: Town}
  - {id: low, name: Low, kind: money, unit: USD a year}
  - {id: high, name: High, kind: money, unit: USD a year}
rows:
  - [Ulm, 20000, 40000]
  - [Trier, 60000, 80000]
  - [Soest, 20000, 80000]
as_of: 2025
source: S
"""
CHAPTER = """# One

/// data | pay
///

/// table | Another
| Left | Centre | Right |
|:-----|:------:|------:|
| a    | b      | 1     |
///
"""
ACCENT = (15, 76, 92)


@pytest.fixture(scope="module")
def pdf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    project = Project(tmp_path_factory.mktemp("tables"))
    built = (
        project.write("data/pay.yaml", DATA)
        .chapter(CHAPTER)
        .build("--jobs", "1", "--only", "handbook")
    )
    assert built.status == 0, built.err
    return project.folder / "build" / "handbook.pdf"


def page_of(pdf: Path, word: str) -> int:
    return next(n for n, page in enumerate(words(pdf)) if any(text == word for _, text in page))


def rows(pdf: Path, page: int) -> list[list[tuple[int, int, int]]]:
    """The pixels of a page, row by row."""
    picture = pypdfium2.PdfDocument(pdf)[page].render(scale=SCALE).to_pil().convert("RGB")
    data = iter(picture.tobytes())
    pixels = list(zip(data, data, data, strict=True))
    return [pixels[at : at + picture.width] for at in range(0, len(pixels), picture.width)]


def runs(
    row: list[tuple[int, int, int]], wanted: tuple[int, int, int]
) -> list[tuple[float, float]]:
    """Where a row of pixels is of about a colour: from and to, pt. A seam between two cells is no gap."""
    found: list[tuple[float, float]] = []
    for at, pixel in enumerate(row):
        if any(abs(a - b) > 40 for a, b in zip(pixel, wanted, strict=True)):
            continue
        if found and at / SCALE - found[-1][1] < 1.5 / SCALE:
            found[-1] = found[-1][0], (at + 1) / SCALE
        else:
            found.append((at / SCALE, (at + 1) / SCALE))
    return [(left, right) for left, right in found if right - left > 2]


def test_two_amounts_are_drawn_as_a_range(pdf: Path) -> None:
    """From the lower to the higher, on the scale of the highest in the table."""
    page = page_of(pdf, "Trier")
    there = {text: box for box, text in words(pdf)[page]}
    pixels = rows(pdf, page)
    bars = {}
    for town in ("Ulm", "Trier", "Soest"):
        _, top, _, bottom = there[town]
        [bars[town]] = runs(pixels[round((top + bottom) / 2 * SCALE)], ACCENT)
    (ulm, trier, soest) = (bars[town] for town in ("Ulm", "Trier", "Soest"))
    whole = (soest[1] - soest[0]) / 0.75
    assert ulm[0] == pytest.approx(soest[0], abs=0.5)
    assert trier[1] == pytest.approx(soest[1], abs=0.5)
    for left, right in (ulm, trier):
        assert right - left == pytest.approx(whole / 4, abs=0.7)


def test_a_unit_stands_in_the_head_alone(pdf: Path) -> None:
    texts = [text for _, text in words(pdf)[page_of(pdf, "Trier")]]
    assert texts.count("USD") == 2
    assert "20,000" in texts


@pytest.mark.parametrize(("head", "body"), [("Town", "Ulm"), ("Left", "a")])
def test_the_rule_below_a_head_is_not_broken(pdf: Path, head: str, body: str) -> None:
    """It goes from the first column to the last, as the rule above it does."""
    page = page_of(pdf, head)
    there = {text: box for box, text in words(pdf)[page]}
    pixels = rows(pdf, page)
    below = pixels[round(there[head][3] * SCALE) : round(there[body][1] * SCALE)]
    ink = (26, 26, 26)
    longest = max((runs(row, ink) for row in below), key=lambda found: sum(b - a for a, b in found))
    above = pixels[round((there[head][1] - 30) * SCALE) : round(there[head][1] * SCALE)]
    rule = max((runs(row, ink) for row in above), key=lambda found: sum(b - a for a, b in found))
    assert len(longest) == len(rule) == 1, (longest, rule)
    assert longest[0] == pytest.approx(rule[0], abs=0.5)
