"""Places where records of the guide are printed."""

from __future__ import annotations

from typing import ClassVar
from xml.etree.ElementTree import Element, SubElement

from guidepress.diagnostics import error
from guidepress.markdown.blocks.syntax import Options, Syntax
from guidepress.markdown.document import BlockUse


class Place(Syntax):
    """A block without content; its argument says which records. The book looks them up."""

    ARGUMENT: ClassVar[bool | None] = False
    OPTIONS: ClassVar[Options] = {}

    def on_create(self, parent: Element) -> Element:
        """The place, numbered."""
        number = len(self.draft.blocks)
        self.draft.blocks.append(BlockUse(self.NAME, self.argument or "", self.span))
        return SubElement(parent, "div", {"class": "block", "data-block": str(number)})

    def on_end(self, block: Element) -> None:
        """Refuse content: it would be lost."""
        if len(block):
            message = (
                f"a `{self.NAME}` block prints records of the guide and has no text of its own"
            )
            hints = ("move the text above or below the block",)
            self.draft.report(error("block-content", message, self.span, hints=hints))
            for child in list(block):
                block.remove(child)
