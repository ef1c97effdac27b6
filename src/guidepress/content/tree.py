"""A piece of authored text as a whole."""

from __future__ import annotations

from msgspec import Struct

from guidepress.content.html import write
from guidepress.content.nodes import Node
from guidepress.content.walk import words


class Content(Struct, frozen=True, gc=False):
    """A piece of authored text: a paragraph, a side of a card, a chapter."""

    nodes: tuple[Node, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.nodes)

    def __html__(self) -> str:
        """HTML, as a template prints it."""
        return self.html

    def __str__(self) -> str:
        return self.html

    @property
    def html(self) -> str:
        """HTML with the conventions of the Book."""
        return write(self.nodes)

    @property
    def words(self) -> str:
        """The words on one line."""
        return words(self.nodes)


# No text at all.
EMPTY = Content()
