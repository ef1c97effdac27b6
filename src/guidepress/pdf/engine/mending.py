"""The parts of WeasyPrint that are replaced while a section is laid out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from types import ModuleType

import PIL.Image
from weasyprint import html, images
from weasyprint.layout import block, inline, preferred

from guidepress.pdf.engine import breaking, footnotes, pictures
from guidepress.pdf.engine.measuring import Measures
from guidepress.source.pictures import only_these


@contextmanager
def mended() -> Iterator[None]:
    """For one document: its mistakes are mended, what it has measured is remembered, pictures are guarded."""
    split = Measures().remembering(inline.split_first_line)
    with ExitStack() as stack:
        for module, name, value in (
            (inline, "split_first_line", breaking.mended(split)),
            (preferred, "split_first_line", split),
            (inline, "split_inline_level", breaking.Starts().level(inline.split_inline_level)),
            (block, "_linebox_layout", footnotes.mended(block._linebox_layout)),
            (images, "SVGImage", pictures.CleanDrawing),
            (html, "SVGImage", pictures.CleanDrawing),
            (PIL.Image, "open", only_these(PIL.Image.open)),
        ):
            stack.enter_context(replaced(module, name, value))
        yield


@contextmanager
def replaced(module: ModuleType, name: str, value: object) -> Iterator[None]:
    """Have another function, or other thing, under a name of a module."""
    original = getattr(module, name)
    setattr(module, name, value)
    try:
        yield
    finally:
        setattr(module, name, original)
