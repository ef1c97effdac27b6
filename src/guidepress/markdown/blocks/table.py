"""Captions of tables: `/// table | Caption` around a Markdown table."""

from __future__ import annotations

from typing import ClassVar
from xml.etree.ElementTree import Element, SubElement

from guidepress.diagnostics import error
from guidepress.markdown.blocks.box import Box
from guidepress.markdown.blocks.syntax import Option, Options, placement
from guidepress.markdown.markup import AUTHORED


class Table(Box):
    """A <figure> of class `table`; the argument is its caption, and the layout numbers it."""

    NAME = "table"
    ABOUT = "A table with a caption, numbered."
    ARGUMENT = True
    OPTIONS: ClassVar[Options] = {
        **Box.OPTIONS,
        "place": Option("any", placement, "`here`, or `any` place near by where there is room."),
    }
    MEANING = "a caption"

    def on_create(self, parent: Element) -> Element:
        """The element; the caption comes first."""
        element = SubElement(parent, "figure", {"class": "table"})
        self.identify(element)
        if self.options["place"] == "here":
            element.set("class", f"{element.get('class', '')} here")
        self.text(element, "figcaption")
        return element

    def on_end(self, block: Element) -> None:
        """Look for the table."""
        # A table in raw HTML is not parsed yet.
        if block.find("table") is None and block.find(AUTHORED) is None:
            message = "there is no table in this `table` block"
            hints = ("a table is a row of names with `|` between, and below it `|---|---|`",)
            self.state.report(error("table-missing", message, self.span, hints=hints))
