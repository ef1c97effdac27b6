"""Preflight: what will print badly though nothing is lost, found while the pages are composed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from guidepress.book.model import Book, Chapter
from guidepress.content import Element, Image
from guidepress.content.walk import line_of, placed, text
from guidepress.diagnostics import Diagnostic, Span, warning
from guidepress.handbook.figures import printed_width
from guidepress.handbook.geometry import Geometry

# Below this, pixels show in print.
LEAST_DPI = 150
_PIXELS = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".bmp", ".tif", ".tiff")
_CELLS = ("td", "th")


def preflight(book: Book, geometry: Geometry) -> list[Diagnostic]:
    """A warning for each line of code that has to wrap and each image with too few pixels."""
    return [problem for chapter in book.chapters() for problem in _look(chapter, book, geometry)]


def _look(chapter: Chapter, book: Book, geometry: Geometry) -> Iterator[Diagnostic]:
    every = list(placed(chapter.body.nodes))
    for element, above in every:
        if element.name == "pre":
            yield from _wide_lines(element, above, chapter, geometry)
    for element, above in every:
        if isinstance(element, Image):
            yield from _coarse(element, above, chapter, book, geometry)


def _wide_lines(
    block: Element, above: Sequence[Element], chapter: Chapter, geometry: Geometry
) -> Iterator[Diagnostic]:
    columns = geometry.columns(geometry.wide, geometry.smallest_code)
    for number, line in enumerate(text(block.children).split("\n"), 1):
        if (characters := len(line)) > columns:
            yield warning(
                "handbook-code-wide",
                f"this line of code has {characters} characters and wraps; {columns} fit on the page",
                _span(block, above, chapter, number),
            )


def _coarse(
    picture: Image, above: Sequence[Element], chapter: Chapter, book: Book, geometry: Geometry
) -> Iterator[Diagnostic]:
    image = book.images.get(picture.src)
    if image is None or not image.width or not image.key.lower().endswith(_PIXELS):
        return
    at = next((n for n in reversed(range(len(above))) if above[n].name in _CELLS), None)
    row = above[at - 1].children if at else ()
    width = printed_width(
        picture.attributes.get("width", ""),
        image,
        geometry,
        cells=0 if at is None else sum(isinstance(one, Element) for one in row) or 1,
        in_figure=any(one.name == "figure" for one in above),
    )
    if (density := image.width / width * 25.4) < LEAST_DPI:
        yield warning(
            "handbook-image-coarse",
            f"`{image.key}` is printed at {density:.0f} dots an inch, fewer than {LEAST_DPI}",
            _span(picture, above, chapter, 0),
        )


def _span(element: Element, above: Sequence[Element], chapter: Chapter, below: int) -> Span:
    """The line of an element's block; `below` counts lines of code after a fence."""
    line = line_of(element, above)
    return Span(chapter.file, line + below) if line else Span(chapter.file)
