"""Images and tables: how wide they stand, and what a printer or a screen reader needs to know of them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lxml.html import HtmlElement

from guidepress.book.model import Image
from guidepress.content.working import elements, has_class, text_of
from guidepress.handbook.composer import Composer
from guidepress.handbook.geometry import Geometry
from guidepress.handbook.proof import FLOATS

# Pixels a printed inch for images that do not say how large they want to be.
PRINT_DPI = 200
# CSS pixels in an inch.
CSS_DPI = 96
_LENGTH = re.compile(r"^\s*(\d+(?:\.\d+)?)\s*(px|%|)\s*$")
# Tables of so many rows move to the next page rather than break.
WHOLE_ROWS = 16
# Words of more characters than this, such as addresses, may break anywhere in a cell.
LONG_WORD = 24
# Between two columns, mm.
CELL_GAP = 2.5
_NUMBER = re.compile(r"^[~≈<>+\-−]?[\s$€£¥₹]*\d[\d.,\s\u2009\u202f%kKM+\-–]*$")


def image_url(key: str) -> str:
    """The URL by which a section names an image of the book."""
    return f"image:{key}"


def set_images(root: HtmlElement, composer: Composer) -> None:
    """Point images at their files; large ones in a figure span the notes column."""
    geometry = composer.geometry
    for picture in list(elements(root, "img")):
        source = picture.get("src") or ""
        image = composer.book.images.get(source)
        if image is None:
            continue
        picture.set("src", image_url(source))
        if image.width:
            width = printed_width(
                picture.get("width") or "",
                image,
                geometry,
                cells=_cells_around(picture),
                in_figure=next(picture.iterancestors("figure"), None) is not None,
            )
            picture.set("style", f"width: {width:.1f}mm")
            for name in ("width", "height"):
                picture.attrib.pop(name, None)
            frame = picture.getparent()
            if frame is not None and has_class(frame, "occlusion"):
                # Its masks lie in parts of the frame, which so has to be as wide as the picture.
                frame.set("style", picture.attrib.pop("style"))
                continue
            if width > geometry.text and geometry.notes:
                _add_class(_figure(picture), "wide")


def printed_width(
    asked_for: str, image: Image, geometry: Geometry, *, cells: int = 0, in_figure: bool = False
) -> float:
    """The width of an image in print, mm: what the author asked for, or its natural one, as far as it fits.

    `cells` is how many there are in its row of a table, 0 outside of any.
    """
    asked = _LENGTH.match(asked_for)
    if asked is None:
        # Vector drawings are authored at 96 px to the inch; they stay sharp at any size.
        density = CSS_DPI if image.key.lower().endswith(".svg") else PRINT_DPI
        width = image.width / density * 25.4
    elif asked[2] == "%":
        width = geometry.text * float(asked[1]) / 100
    else:
        width = float(asked[1]) / CSS_DPI * 25.4
    if cells:
        # WeasyPrint gives a picture all the width that it asks for, and moves the other columns off the page.
        return min(width, geometry.text / cells - CELL_GAP)
    return min(width, geometry.wide if in_figure else geometry.text)


def _cells_around(picture: HtmlElement) -> int:
    """How many cells share the row that a picture is in; 0 where it is in none."""
    if (cell := next(picture.iterancestors("td", "th"), None)) is None:
        return 0
    row = cell.getparent()
    return len(row) if row is not None else 1


def set_tables(root: HtmlElement, composer: Composer) -> None:
    """Columns of numbers align right; tables too wide for the measure span the notes column."""
    for table in list(elements(root, "table")):
        rows = list(elements(table, "tr"))
        if not rows:
            continue
        for cell in elements(table, "th"):
            if "scope" not in cell.attrib:
                head = cell.getparent()
                inside = head is not None and _has_ancestor(cell, "thead")
                cell.set("scope", "col" if inside else "row")
        _align_numbers(rows)
        if len(rows) <= WHOLE_ROWS:
            _add_class(_figure(table), "whole")
        for cell in elements(table, "td", "th"):
            if _longest_word(text_of(cell)) > LONG_WORD:
                _add_class(cell, "breakable")
        width, wide = _needed(rows, composer), composer.geometry.wide
        if composer.geometry.notes and width.comfort > composer.geometry.text:
            _add_class(_figure(table), "wide")
        if width.least > wide:
            # Better a broken word than one off the page.
            _add_class(table, "dense")


def let_move(root: HtmlElement, composer: Composer) -> None:
    """Mark the figures that need not stand where they were written: whole ones of the text itself, without notes."""
    for figure in root:
        if figure.tag != "figure" or has_class(figure, "here"):
            continue
        whole = has_class(figure, "whole") or not has_class(figure, "table")
        if whole and not any(has_class(call, "footnote-ref") for call in elements(figure, "sup")):
            _add_class(figure, FLOATS)


def _figure(element: HtmlElement) -> HtmlElement:
    parent = element.getparent()
    while parent is not None and parent.tag != "figure":
        parent = parent.getparent()
    return element if parent is None else parent


def _add_class(element: HtmlElement, name: str) -> None:
    if not has_class(element, name):
        element.set("class", f"{element.get('class') or ''} {name}".strip())


def _has_ancestor(element: HtmlElement, tag: str) -> bool:
    return next(element.iterancestors(tag), None) is not None


def _align_numbers(rows: list[HtmlElement]) -> None:
    body = [row for row in rows if not _has_ancestor(row, "thead")]
    columns = max((len(row) for row in rows), default=0)
    for column in range(columns):
        cells = [row[column] for row in body if len(row) > column]
        words = [text_of(cell) for cell in cells]
        filled = [w for w in words if w]
        if filled and all(_NUMBER.match(w) for w in filled):
            for row in rows:
                if len(row) > column and "style" not in row[column].attrib:
                    _add_class(row[column], "number")


@dataclass(frozen=True, slots=True)
class _Width:
    """Millimetres that a table needs: for its longest words, and for its texts in three lines a cell."""

    least: float
    comfort: float


def _needed(rows: list[HtmlElement], composer: Composer) -> _Width:
    # Half an em is about the mean advance of a sans-serif letter.
    letter = composer.geometry.type.table[0] * 0.5 * 25.4 / 72
    least = comfort = 0.0
    for column in range(max(len(row) for row in rows)):
        texts = [text_of(row[column]) for row in rows if len(row) > column]
        word = min(max((_longest_word(text) for text in texts), default=0), LONG_WORD)
        text = max((len(text) for text in texts), default=0)
        least += word * letter + CELL_GAP
        comfort += max(word, text / 3) * letter + CELL_GAP
    return _Width(least, comfort)


def _longest_word(text: str) -> int:
    return max((len(word) for word in text.split()), default=0)
