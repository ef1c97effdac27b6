"""Masks of a picture: where each lies in it, in per cent, whether it was written as a rectangle or as an element."""

from __future__ import annotations

from collections.abc import Mapping

from guidepress.book.model import Image
from guidepress.card_kinds.occlusion import MASK
from guidepress.content import Content, Element, Gap
from guidepress.content import Image as Picture
from guidepress.content.walk import elements, rewrite, with_attributes
from guidepress.diagnostics import Diagnosed, Diagnostic, Span, error

# What a mask is wider and higher than the element that it hides, on each side, for its strokes; per cent.
_MARGIN = 1.0
# Masks that end a little outside, as by rounding.
_OVER = 100.05


def settle_masks(text: Content, images: Mapping[str, Image], span: Span) -> Diagnosed[Content]:
    """The text of an occlusion card with the place of each mask in numbers; `images` are the book's.

    Errors: `occlusion-mask` for one that is not within the picture, `occlusion-element` for an element that is not
    there or cannot be measured.
    """
    problems: list[Diagnostic] = []
    picture = next((one for one in elements(text.nodes) if isinstance(one, Picture)), None)
    image = images.get(picture.src) if picture is not None else None

    def visit(old: Element, new: Element) -> Element:
        if not isinstance(new, Gap) or image is None:
            return new
        written = new.attributes.get(MASK, "")
        try:
            place = _place(written, image)
        except ValueError as problem:
            code = "occlusion-mask" if written[:1].isdigit() else "occlusion-element"
            problems.append(error(code, f"the mask `{written}`: {problem}", span))
            return new
        return with_attributes(new, **{"data_mask": place})

    return Diagnosed(Content(rewrite(text.nodes, visit)), tuple(problems))


def _place(written: str, image: Image) -> str:
    """Left, top, width and height. Raises ValueError, saying what is wrong."""
    if written[:1].isdigit():
        left, top, width, height = map(float, written.split())
        if not (width > 0 and height > 0 and left + width <= _OVER and top + height <= _OVER):
            raise ValueError(
                "it is left, top, width and height in per cent, and ends in the picture"
            )
    else:
        if image.path.suffix.lower() != ".svg":
            raise ValueError("only a drawing (SVG) has elements; give left, top, width and height")
        # Not above: most guides have no such card, and it loads what reads outlines.
        from guidepress.source.extent import extent

        box = extent(image.path, written)
        left, top = max(0.0, box.left - _MARGIN), max(0.0, box.top - _MARGIN)
        width = min(100.0, box.left + box.width + _MARGIN) - left
        height = min(100.0, box.top + box.height + _MARGIN) - top
    return " ".join(
        f"{number:.2f}".rstrip("0").rstrip(".") for number in (left, top, width, height)
    )
