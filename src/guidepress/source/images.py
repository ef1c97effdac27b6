"""Images of the project: found, hashed and measured."""

from __future__ import annotations

import hashlib
import io
import re
import warnings
from pathlib import Path

from lxml import etree

from guidepress.diagnostics import Diagnosed, Span, error
from guidepress.model.project import Image
from guidepress.source.files import MAX_IMAGE, read_bytes

SUFFIXES = {".png", ".jpg", ".jpeg", ".gif", ".webp", ".svg"}
# Pillow knows dozens more, and asks programs such as Ghostscript for some.
_DECODERS = ("PNG", "JPEG", "GIF", "WEBP")
_ORIENTATION = 0x0112  # of EXIF; 5 to 8 lie on their side
# CSS pixels in one unit of an SVG length (CSS Values 3, section 6.2).
_PX = {"": 1.0, "px": 1.0, "pt": 4 / 3, "mm": 96 / 25.4, "cm": 96 / 2.54, "in": 96.0, "pc": 16.0}


def read_image(path: Path, key: str, name: str) -> Diagnosed[Image]:
    """An image file; `key` names it in the book, `name` in messages.

    Problems: those of `read_bytes`, `image-unknown-format`, `image-broken`.
    """
    if path.suffix.lower() not in SUFFIXES:
        kinds = ", ".join(sorted(s[1:] for s in SUFFIXES))
        message = f"`{name}` is not an image that can be printed ({kinds})"
        return Diagnosed(None, (error("image-unknown-format", message, Span(name)),))
    read = read_bytes(path, name, MAX_IMAGE)
    if read.value is None:
        return Diagnosed(None, read.diagnostics)
    data = read.value
    try:
        width, height = _svg_size(data) if path.suffix.lower() == ".svg" else _raster_size(data)
    except Exception:  # Pillow and lxml raise a dozen kinds on broken files
        message = f"`{name}` is broken, or not the image that its name says"
        return Diagnosed(None, (error("image-broken", message, Span(name)),))
    digest = hashlib.sha256(data).hexdigest()
    return Diagnosed(Image(key, path, digest, width, height, len(data)))


def _raster_size(data: bytes) -> tuple[int, int]:
    """Width and height as the picture is shown, which is not how a camera held upright stores it."""
    # Many guides have drawings only.
    from PIL import Image as Picture

    with warnings.catch_warnings():
        # More pixels than Pillow takes for harmless: one picture would fill the memory.
        warnings.simplefilter("error", Picture.DecompressionBombWarning)
        with Picture.open(io.BytesIO(data), formats=_DECODERS) as picture:
            width, height = picture.size
            return (
                (height, width) if picture.getexif().get(_ORIENTATION, 1) > 4 else (width, height)
            )


def _svg_size(data: bytes) -> tuple[int, int]:
    """Width and height in px; from the viewBox where the file gives no lengths, else 0."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    root = etree.fromstring(data, parser)
    if etree.QName(root).localname != "svg":
        raise ValueError("its root element is not <svg>")
    box = re.split(r"[\s,]+", (root.get("viewBox") or "").strip())
    sizes = []
    for index, name in ((2, "width"), (3, "height")):
        match = re.fullmatch(r"([0-9.]+)([a-z]*)", root.get(name) or "")
        if match and match[2] in _PX:
            sizes.append(round(float(match[1]) * _PX[match[2]]))
        else:
            sizes.append(round(float(box[index])) if len(box) == 4 else 0)
    return sizes[0], sizes[1]
