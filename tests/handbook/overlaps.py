"""What is printed over something else on a page: words over words, words over pictures."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pikepdf

from guidepress.pdf.space import IDENTITY, Box, Matrix, bounds, corners, matrix, product

_WORD = re.compile(
    r'<word xMin="([\d.-]+)" yMin="([\d.-]+)" xMax="([\d.-]+)" yMax="([\d.-]+)">(.*?)</word>'
)
# Icons of this height, in points, stand beside words, not under them.
ICON = 14.0


def words(path: Path, last: int = 0) -> list[list[tuple[Box, str]]]:
    """The words of each page, or of those to the `last`, with the boxes around their letters, from the top left."""
    only = ["-l", str(last)] if last else []
    done = subprocess.run(
        ["pdftotext", "-bbox", *only, str(path), "-"], check=True, capture_output=True, text=True
    )
    pages = done.stdout.split("<page ")[1:]
    return [
        [
            ((float(m[1]), float(m[2]), float(m[3]), float(m[4])), unescape(m[5]))
            for m in _WORD.finditer(page)
        ]
        for page in pages
    ]


def overlaps(path: Path) -> list[str]:
    """Each overlap, as the page (from 1) and what stands there."""
    found = []
    for number, page in enumerate(words(path), 1):
        found += [f"p. {number}: {text!r} over {below!r}" for text, below in _covering(page)]
    with pikepdf.open(path) as pdf:
        for number, one_page in enumerate(pdf.pages, 1):
            pictures, origins = _painted(one_page.obj)
            for left, bottom, right, top in pictures:
                found += [
                    f"p. {number}: words at {x:.0f}, {y:.0f} over a picture"
                    for x, y in origins
                    if left - 0.5 < x < right - 1 and bottom + 1 < y < top - 1
                ]
    return found


def _covering(page: list[tuple[Box, str]]) -> list[tuple[str, str]]:
    """The pairs of words that cover each other, in the order of the page."""
    boxes = [_letters(box) for box, _ in page]
    # A page has some 100,000 pairs; of these, only few stand at the same height.
    falling = sorted(range(len(page)), key=lambda n: boxes[n][1])
    pairs = []
    for at, one in enumerate(falling):
        for other in falling[at + 1 :]:
            if boxes[other][1] >= boxes[one][3]:
                break
            if _cover(boxes[one], boxes[other]):
                pairs.append(sorted((one, other)))
    return [(page[one][1], page[other][1]) for one, other in sorted(pairs)]


def _letters(box: Box) -> Box:
    """The part of a word's box where its letters are, without the room for accents and tails."""
    left, top, right, bottom = box
    height = bottom - top
    return left + 0.5, top + 0.35 * height, right - 0.5, bottom - 0.3 * height


def _cover(one: Box, other: Box) -> bool:
    return (
        min(one[2], other[2]) > max(one[0], other[0])
        and min(one[3], other[3]) > max(one[1], other[1])
    )  # fmt: skip


def _painted(page: Any) -> tuple[list[Box], list[tuple[float, float]]]:
    """The boxes of pictures on a page, and where the texts begin that do not belong to one."""
    pictures: list[Box] = []
    origins: list[tuple[float, float]] = []
    saved: list[Matrix] = []
    marks: list[str] = []
    state, text = IDENTITY, IDENTITY
    for instruction in pikepdf.parse_content_stream(page):
        operator, values = str(instruction.operator), instruction.operands
        match operator:
            case "q":
                saved.append(state)
            case "Q" if saved:
                state = saved.pop()
            case "cm":
                state = product(matrix(values), state)
            case "Tm":
                text = matrix(values)
            case "TJ" | "Tj":
                origins.append(product(text, state)[4:])
            case "BDC" | "BMC":
                marks.append(str(values[0]))
            case "EMC" if marks:
                marks.pop()
            # The ground of a box is an artifact, and words stand on it.
            case "Do" if "/Artifact" not in marks and marks:
                pictures += _picture(page.Resources.XObject[str(values[0])], state)
    return pictures, origins


def _picture(item: Any, state: Matrix) -> Iterator[Box]:
    if item.get("/Subtype") == pikepdf.Name.Image:
        box = bounds(corners((0, 0, 1, 1)), state)
    else:
        left, bottom, right, top = (float(edge) for edge in item.BBox)
        inner = product(matrix(item.get("/Matrix", IDENTITY)), state)
        box = bounds(corners((left, bottom, right, top)), inner)
    if box[3] - box[1] > ICON:
        yield box
