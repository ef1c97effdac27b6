"""What may be folded away on a screen: `/// details | Summary`."""

from __future__ import annotations

from typing import ClassVar
from xml.etree.ElementTree import Element, SubElement

from guidepress.markdown.blocks.box import Box
from guidepress.markdown.blocks.syntax import Options, boolean


class Details(Box):
    """A <details> with the argument as its <summary>."""

    NAME = "details"
    ARGUMENT = True
    MEANING = "a summary"
    OPTIONS: ClassVar[Options] = {**Box.OPTIONS, "open": (False, boolean)}

    def on_create(self, parent: Element) -> Element:
        """The element, with its summary."""
        element = SubElement(parent, "details")
        self.identify(element)
        if self.options["open"]:
            element.set("open", "")
        self.text(element, "summary")
        return element
