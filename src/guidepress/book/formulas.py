"""Formulas with gaps as a product prints them."""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from guidepress.book.gaps import boxed
from guidepress.content import Content, Element, Formula, Gap, Text
from guidepress.content.walk import elements, rewrite, text


def framed(content: Content, fill: Callable[[str, Gap], str]) -> Content:
    """Frames in the place of gaps in formulas; `fill` gives the TeX in a frame for what is hidden and its gap."""
    if not any(isinstance(one, Formula) for one in elements(content.nodes)):
        return content

    def visit(old: Element, new: Element) -> Element:
        if not isinstance(old, Formula) or not any(isinstance(c, Gap) for c in old.children):
            return new
        tex = "".join(
            boxed(fill(text(piece.children), piece)) if isinstance(piece, Gap) else text((piece,))
            for piece in old.children
        )
        return replace(old, tex=tex, children=(Text(tex),))

    return Content(rewrite(content.nodes, visit))
