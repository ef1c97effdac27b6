"""Which pictures made of pixels are opened, and how many pixels they may have."""

from __future__ import annotations

import io
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

# Pillow knows dozens more, and asks programs such as Ghostscript for some.
FORMATS = ("PNG", "JPEG", "GIF", "WEBP")
# How a file of one of them begins.
_MAGIC = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a")
# What a picture of some 9,400 by 9,400 px has; as plain bytes these are 360 MB.
MAX_PIXELS = 89_478_485


class TooLarge(ValueError):
    """A picture of more pixels than are allowed."""


def is_picture(data: bytes) -> bool:
    """Whether bytes begin as a picture of one of the formats does, whatever they are said to be."""
    return data.startswith(_MAGIC) or (data[:4] == b"RIFF" and data[8:12] == b"WEBP")


def opened(data: bytes) -> Any:
    """A picture by Pillow, not decoded yet. Raises where it is of another format, broken or too large."""
    # Many guides have drawings only.
    from PIL import Image

    return only_these(Image.open)(io.BytesIO(data))


@contextmanager
def strictly() -> Iterator[None]:
    """Have Pillow refuse what is cut off or damaged, meanwhile; WeasyPrint has it pass that, once it is imported."""
    from PIL import ImageFile

    lenient, ImageFile.LOAD_TRUNCATED_IMAGES = ImageFile.LOAD_TRUNCATED_IMAGES, False
    try:
        yield
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = lenient


def only_these(open_: Callable[..., Any]) -> Callable[..., Any]:
    """Pillow's `Image.open` for these formats and sizes alone: what it raises, and TooLarge."""

    def restricted(file: Any, mode: str = "r", formats: Any = None) -> Any:
        with warnings.catch_warnings():
            # Its own limit, of which it only warns at first.
            warnings.simplefilter("ignore")
            picture = open_(file, mode, FORMATS)
        width, height = picture.size
        if width * height > MAX_PIXELS:
            picture.close()
            raise TooLarge(f"{width:,} × {height:,} pixels; the limit is {MAX_PIXELS:,}")
        return picture

    return restricted
