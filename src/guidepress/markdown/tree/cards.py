"""Cards leave the page."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from markdown.treeprocessors import Treeprocessor

from guidepress.markdown.instance import Instance


class DetachCards(Treeprocessor):
    """Takes cards out of the tree; `state.cards` keeps them."""

    md: Instance

    def run(self, root: Element) -> None:
        """Remove them, wherever they stand."""
        for card in self.md.state.cards:
            # A block that takes no content has thrown its cards out already.
            if card.element in list(card.parent):
                card.parent.remove(card.element)
