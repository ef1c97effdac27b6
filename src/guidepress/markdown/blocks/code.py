"""Code quoted from a file of the project: `/// code | project/loans.py#borrow`."""

from __future__ import annotations

from typing import ClassVar
from xml.etree.ElementTree import Element, SubElement

from guidepress.diagnostics import error
from guidepress.markdown.blocks.box import Box
from guidepress.markdown.blocks.syntax import Option, Options, words
from guidepress.markdown.state import QuoteUse


class Code(Box):
    """A <pre> without code; the argument is a file, or a region of it. The book reads the file."""

    NAME = "code"
    ABOUT = "Code from a file of the project, or from a region of one."
    ARGUMENT = True
    MEANING = "a file, such as `project/loans.py`, or a region of one: `project/loans.py#borrow`"
    OPTIONS: ClassVar[Options] = {
        **Box.OPTIONS,
        "title": Option("", words, "A title over the code; default: the file's path."),
        "language": Option(
            "", words, "The language to highlight; default: what the file's name says."
        ),
    }

    def on_create(self, parent: Element) -> Element:
        """The element, numbered."""
        quotes, argument = self.state.quotes, self.argument or ""
        element = SubElement(parent, "pre", {"class": "code", "data-quote": str(len(quotes))})
        self.identify(element)
        file, _, region = argument.partition("#")
        span = self.origin.span(argument, 0, len(argument))
        quotes.append(QuoteUse(file.strip(), region.strip(), self.options["language"], span))
        element.set("data-title", self.options["title"] or file.strip().lstrip("/"))
        return element

    def on_end(self, block: Element) -> None:
        """Refuse content: the code stands in its file."""
        if len(block):
            message = "the block `code` quotes a file and has no text of its own"
            hints = ("move the text above or below the block, or write a fence of backticks",)
            self.state.report(error("block-content", message, self.span, hints=hints))
            for child in list(block):
                block.remove(child)
