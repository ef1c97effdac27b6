"""Images of the project: found, hashed and measured."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from lxml import etree

from guidepress.diagnostics import Diagnosed, Diagnostic, Span, error, warning
from guidepress.model.project import Image
from guidepress.source.files import MAX_IMAGE, read_bytes
from guidepress.source.pictures import TooLarge, opened, strictly

SUFFIXES = {".png", ".jpg", ".jpeg", ".gif", ".webp", ".svg"}
# Of the same kind and file; then they are counted.
_TOLD = 5
_ORIENTATION = 0x0112  # of EXIF; 5 to 8 lie on their side
# CSS pixels in one unit of an SVG length (CSS Values 3, section 6.2).
_PX = {"": 1.0, "px": 1.0, "pt": 4 / 3, "mm": 96 / 25.4, "cm": 96 / 2.54, "in": 96.0, "pc": 16.0}


def read_image(path: Path, key: str, name: str) -> Diagnosed[Image]:
    """An image file; `key` names it in the book, `name` in messages.

    Problems: those of `read_bytes`, `image-unknown-format`, `image-broken`, `image-too-complex`, `image-too-large`;
    `image-cleaned` where a drawing is used without something that is in its file.
    """
    if path.suffix.lower() not in SUFFIXES:
        kinds = ", ".join(sorted(s[1:] for s in SUFFIXES))
        message = f"`{name}` is not an image that can be printed ({kinds})"
        return Diagnosed(None, (error("image-unknown-format", message, Span(name)),))
    read = read_bytes(path, name, MAX_IMAGE)
    if read.value is None:
        return Diagnosed(None, read.diagnostics)
    data = read.value
    image = Image(key, path, hashlib.sha256(data).hexdigest(), 0, 0, len(data))
    try:
        if path.suffix.lower() == ".svg":
            return _drawing(image, data, name)
        width, height = _raster_size(data)
    except TooLarge as problem:
        message = f"`{name}` has {problem}"
        return Diagnosed(None, (error("image-too-large", message, Span(name)),))
    except Exception:  # Pillow and lxml raise a dozen kinds on broken files
        message = f"`{name}` is broken, or not the image that its name says"
        return Diagnosed(None, (error("image-broken", message, Span(name)),))
    return Diagnosed(replace(image, width=width, height=height))


def is_image(name: str, data: bytes) -> bool:
    """Whether bytes are an image of the kind that the suffix of `name` says, as `read_image` sees it."""
    try:
        if name.lower().endswith(".svg"):
            _svg_size(_tree(data))
        else:
            _raster_size(data)
    except Exception:  # as above: whatever they raise, it is no image to print
        return False
    return True


def cleaned_svg(data: bytes) -> bytes:
    """A drawing as products may have it: the file itself, or what is left of it where it has more than is allowed.

    Raises where it is no SVG, or too complex; `read_image` has said so then.
    """
    from guidepress.source import svg

    root = _tree(data)
    return etree.tostring(root) if svg.clean(root) else data


def _drawing(image: Image, data: bytes, name: str) -> Diagnosed[Image]:
    # Its parser of CSS is wanted for drawings alone.
    from guidepress.source import svg

    root = _tree(data)
    try:
        removals = svg.clean(root)
    except svg.TooComplex as problem:
        message = f"`{name}` cannot be drawn: {problem}"
        return Diagnosed(None, (error("image-too-complex", message, Span(name)),))
    width, height = _svg_size(root)
    image = replace(image, width=width, height=height)
    if removals:
        image = replace(image, cleaned=hashlib.sha256(etree.tostring(root)).hexdigest())
    return Diagnosed(
        image, tuple(_told({r.what: r.line for r in reversed(removals)}.items(), name))
    )


def _told(removals: Iterable[tuple[str, int]], name: str) -> Iterable[Diagnostic]:
    """What was taken out of a drawing, each thing at its first line."""
    found = sorted(removals, key=lambda removal: removal[1])
    for what, line in found[:_TOLD]:
        yield warning("image-cleaned", f"{what} was taken out of the drawing", Span(name, line))
    if len(found) > _TOLD:
        message = f"{len(found) - _TOLD} more things were taken out of the drawing"
        yield warning("image-cleaned", message, Span(name))


def _raster_size(data: bytes) -> tuple[int, int]:
    """Width and height as the picture is shown, which is not how a camera held upright stores it."""
    with strictly(), opened(data) as picture:
        width, height = picture.size
        return (height, width) if picture.getexif().get(_ORIENTATION, 1) > 4 else (width, height)


def _tree(data: bytes) -> etree._Element:
    # Entities of its own a drawing may have: Illustrator writes namespaces that way. lxml limits what they grow to.
    parser = etree.XMLParser(
        resolve_entities="internal",  # type: ignore[arg-type]
        no_network=True,
        load_dtd=False,
        remove_comments=True,
        remove_pis=True,
    )
    return etree.fromstring(data, parser)


def _svg_size(root: etree._Element) -> tuple[int, int]:
    """Width and height in px; from the viewBox where the file gives no lengths, else 0."""
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
