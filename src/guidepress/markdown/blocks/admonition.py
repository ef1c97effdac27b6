"""Admonitions: `/// note`, `/// warning | Title`, and their like."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from guidepress.markdown.blocks.box import Box
from guidepress.markdown.flow.admonition import KINDS, UNTITLED


class Admonition(Box):
    """A <div> whose title says what kind it is, unless the author gives another."""

    TAG = "div"
    TITLE = "admonition-title"

    def on_create(self, parent: Element) -> Element:
        """The element, with its title."""
        untitled = not self.argument
        self.argument = self.argument or self.NAME.capitalize()
        element = super().on_create(parent)
        if untitled:
            element[0].set(UNTITLED, self.NAME)
        return element


ADMONITIONS: tuple[type[Admonition], ...] = tuple(
    type(
        name.capitalize(),
        (Admonition,),
        {
            "NAME": name,
            "CLASS": f"admonition {name}",
            "ABOUT": f"A {name}, set off from the text; the argument is its title.",
            "__doc__": f"Such as `/// {name}`.",
        },
    )
    for name in KINDS
)
