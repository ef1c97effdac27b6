"""Blocks that set their content apart, with a title on top."""

from __future__ import annotations

from typing import ClassVar
from xml.etree.ElementTree import Element, SubElement

from guidepress.markdown import attributes
from guidepress.markdown.blocks.syntax import Option, Options, Syntax, anchor, classes


class Box(Syntax):
    """An element of a class; the argument is its title."""

    ARGUMENT: ClassVar[bool | None] = None
    OPTIONS: ClassVar[Options] = {
        "id": Option("", anchor, "A name for references: `[](#name)`."),
        "class": Option("", classes, "Classes for the style sheets of a layout."),
    }
    TAG: ClassVar[str] = "section"
    CLASS: ClassVar[str] = ""
    # The class of the title's paragraph.
    TITLE: ClassVar[str] = "box-title"

    def on_create(self, parent: Element) -> Element:
        """The element, with its title."""
        element = SubElement(parent, self.TAG, {"class": self.CLASS or self.NAME})
        self.identify(element)
        if self.argument:
            self.text(element, "p", self.TITLE)
        return element

    def identify(self, element: Element) -> None:
        """Set what the options `id` and `class` say."""
        if name := self.options.get("id"):
            element.set("id", name)
        if more := self.options.get("class"):
            span = self.option_spans.get("class", self.span)
            attributes.add_classes(element, more, span, self.state)
