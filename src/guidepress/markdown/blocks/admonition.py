"""Admonitions: `/// note`, `/// warning | Title`, and their like."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from guidepress.markdown.blocks.box import Box
from guidepress.markdown.flow.admonition import TITLES


class Admonition(Box):
    """A <div> whose title says what kind it is, unless the author gives another."""

    TAG = "div"
    TITLE = "admonition-title"

    def on_create(self, parent: Element) -> Element:
        """The element, with its title."""
        self.argument = self.argument or TITLES[self.NAME]
        return super().on_create(parent)


ADMONITIONS: tuple[type[Admonition], ...] = tuple(
    type(title, (Admonition,), {"NAME": name, "CLASS": f"admonition {name}", "__doc__": title})
    for name, title in TITLES.items()
)
