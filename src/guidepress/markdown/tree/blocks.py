"""Blocks look at what is in them."""

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
