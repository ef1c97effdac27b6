"""Preflight: what will print badly though nothing is lost, found while the pages are composed."""

from __future__ import annotations

from collections.abc import Iterator

from lxml.html import HtmlElement

from guidepress.book.model import Book, Chapter
from guidepress.content.working import elements, tree
from guidepress.diagnostics import Diagnostic, Span, warning
from guidepress.handbook.figures import printed_width
from guidepress.handbook.geometry import Geometry
from guidepress.layouts.code import code_lines, length

# Below this, pixels show in print.
LEAST_DPI = 150
_PIXELS = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".bmp", ".tif", ".tiff")


def preflight(book: Book, geometry: Geometry) -> list[Diagnostic]:
    """A warning for each line of code that has to wrap and each image with too few pixels."""
    problems: list[Diagnostic] = []
    for chapter in book.chapters():
        root = tree(chapter.body.nodes)
        problems += _wide_lines(root, chapter, geometry)
        problems += _coarse_images(root, chapter, book, geometry)
    return problems


def _wide_lines(root: HtmlElement, chapter: Chapter, geometry: Geometry) -> Iterator[Diagnostic]:
    columns = geometry.columns(geometry.wide, geometry.smallest_code)
    for block in elements(root, "pre"):
        for number, line in enumerate(code_lines(block), 1):
            if (characters := length(line)) > columns:
                yield warning(
                    "handbook-code-wide",
                    f"this line of code has {characters} characters and wraps; {columns} fit on the page",
                    _span(block, chapter, number),
                )


def _coarse_images(
    root: HtmlElement, chapter: Chapter, book: Book, geometry: Geometry
) -> Iterator[Diagnostic]:
    for picture in elements(root, "img"):
        image = book.images.get(picture.get("src") or "")
        if image is None or not image.width or not image.key.lower().endswith(_PIXELS):
            continue
        density = image.width / printed_width(picture, image, geometry) * 25.4
        if density < LEAST_DPI:
            yield warning(
                "handbook-image-coarse",
                f"`{image.key}` is printed at {density:.0f} dots an inch, fewer than {LEAST_DPI}",
                _span(picture, chapter, 0),
            )


def _span(element: HtmlElement, chapter: Chapter, below: int) -> Span:
    """The line of an element's block; `below` counts lines of code after a fence."""
    node: HtmlElement | None = element
    while node is not None:
        if line := node.get("data-line"):
            return Span(chapter.file, int(line) + below)
        node = node.getparent()
    return Span(chapter.file)
