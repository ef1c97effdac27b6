"""What may be folded away on a screen: `/// details | Summary`."""

from __future__ import annotations

from typing import ClassVar
from xml.etree.ElementTree import Element, SubElement

from guidepress.markdown.blocks.box import Box
from guidepress.markdown.blocks.syntax import Option, Options, boolean


class Details(Box):
    """A <details> with the argument as its <summary>."""

    NAME = "details"
    ABOUT = "Text under a summary: folded away on a screen, printed in full."
    ARGUMENT = True
    MEANING = "a summary"
    OPTIONS: ClassVar[Options] = {
        **Box.OPTIONS,
        "open": Option(False, boolean, "Whether it is unfolded on a screen at first."),
    }

    def on_create(self, parent: Element) -> Element:
        """The element, with its summary."""
        element = SubElement(parent, "details")
        self.identify(element)
        if self.options["open"]:
            element.set("open", "")
        self.text(element, "summary")
        return element
