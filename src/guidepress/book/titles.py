"""Titles as other places repeat them."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from guidepress.content import Content, Element, Image, Node, NoteCall
from guidepress.content.walk import rewrite, trimmed
from guidepress.content.walk import words as words_of


def title(nodes: Sequence[Node]) -> tuple[str, Content]:
    """Words and content of a title: no links, anchors, pictures or calls of footnotes."""
    kept = rewrite(nodes, _repeated)
    return words_of(kept), Content(trimmed(kept))


def _repeated(_: Element, new: Element) -> Element | Sequence[Node]:
    if isinstance(new, Image | NoteCall):
        return ()
    if new.name == "a":
        return new.children
    if new.index or "id" in new.attributes:
        own = {name: value for name, value in new.attributes.items() if name != "id"}
        return replace(new, attributes=own, index="")
    return new
