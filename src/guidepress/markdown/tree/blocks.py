"""Blocks, once their texts are parsed: they look at what is in them, and cards leave the page."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from markdown.treeprocessors import Treeprocessor

from guidepress.markdown.instance import Instance


class EndBlocks(Treeprocessor):
    """Shows each block its content, now that the texts in it are parsed."""

    md: Instance

    def run(self, root: Element) -> None:
        """In the order in which they opened."""
        for ending in self.md.state.endings:
            ending()


class DetachCards(Treeprocessor):
    """Takes cards out of the tree; `state.cards` keeps them."""

    md: Instance

    def run(self, root: Element) -> None:
        """Remove them, wherever they stand."""
        for card in self.md.state.cards:
            # A block that takes no content has thrown its cards out already.
            if card.element in list(card.parent):
                card.parent.remove(card.element)
