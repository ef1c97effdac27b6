"""Figures: `/// figure | Caption` around an image."""

from __future__ import annotations

from typing import ClassVar
from xml.etree.ElementTree import Element, SubElement

from guidepress.diagnostics import warning
from guidepress.markdown.blocks.box import Box
from guidepress.markdown.blocks.syntax import Option, Options, placement


class Figure(Box):
    """A <figure>; the argument is its caption, and the layout numbers it."""

    NAME = "figure"
    ABOUT = "An image or a drawing with a caption, numbered."
    TAG = "figure"
    OPTIONS: ClassVar[Options] = {
        **Box.OPTIONS,
        "place": Option("any", placement, "`here`, or `any` place near by where there is room."),
    }

    def on_create(self, parent: Element) -> Element:
        """The element; the caption comes last."""
        element = SubElement(parent, "figure")
        self.identify(element)
        if self.options["place"] == "here":
            element.set("class", f"{element.get('class', '')} here".strip())
        return element

    def on_end(self, block: Element) -> None:
        """Put the caption below the content."""
        if not len(block):
            self.state.report(warning("figure-empty", "there is nothing in this figure", self.span))
        if self.argument:
            self.text(block, "figcaption")

    def on_inline_end(self, block: Element) -> None:
        """Take images out of the paragraphs that hold nothing else."""
        for paragraph in [p for p in block if p.tag == "p"]:
            images = list(paragraph)
            loose = [paragraph.text, *(image.tail for image in images)]
            if (
                not images
                or any(i.tag != "img" for i in images)
                or any(t and t.strip() for t in loose)
            ):
                continue
            at = list(block).index(paragraph)
            block.remove(paragraph)
            for image in reversed(images):
                image.tail = None
                block.insert(at, image)
