"""Notes on lines of the code above: `/// callouts`."""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement

from guidepress.markdown.blocks.syntax import Syntax


class Callouts(Syntax):
    """A <div> of class `callouts` with a numbered list; the book puts its marks into the code before it."""

    NAME = "callouts"
    ABOUT = "Notes on lines of the code above: a numbered list, whose marks stand in the code."

    def on_create(self, parent: Element) -> Element:
        """The element."""
        return SubElement(parent, "div", {"class": "callouts"})
