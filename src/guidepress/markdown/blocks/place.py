"""Places where records of the guide are printed."""

from __future__ import annotations

from typing import ClassVar
from xml.etree.ElementTree import Element, SubElement

from guidepress.diagnostics import error
from guidepress.markdown.blocks.syntax import Options, Syntax
from guidepress.markdown.document import BlockUse
from guidepress.model.kinds import KINDS, Kind, Printing


class RecordsBlock(Syntax):
    """A block without content; its argument says which records. The book looks them up."""

    ARGUMENT: ClassVar[bool | None] = False
    OPTIONS: ClassVar[Options] = {}

    def on_create(self, parent: Element) -> Element:
        """The place, numbered."""
        number = len(self.state.blocks)
        self.state.blocks.append(BlockUse(self.NAME, self.argument or "", self.span))
        return SubElement(parent, "div", {"class": "block", "data-block": str(number)})

    def on_end(self, block: Element) -> None:
        """Refuse content: it would be lost."""
        if len(block):
            message = (
                f"the block `{self.NAME}` prints records of the guide and has no text of its own"
            )
            hints = ("move the text above or below the block",)
            self.state.report(error("block-content", message, self.span, hints=hints))
            for child in list(block):
                block.remove(child)


# Whether the block takes an argument; None: it may.
_ARGUMENT = {"all": False, "one": True, "group": None}


def places() -> tuple[type[RecordsBlock], ...]:
    """A block for each that a kind of records names."""
    printings: dict[str, tuple[Printing, Kind]] = {}
    for kind in KINDS.values():
        for printing in kind.blocks:
            printings.setdefault(printing.block, (printing, kind))
    return tuple(_place(*one) for one in printings.values())


def _place(printing: Printing, kind: Kind) -> type[RecordsBlock]:
    return type(
        printing.block.title(),
        (RecordsBlock,),
        {
            "NAME": printing.block,
            "ABOUT": _about(printing, kind),
            "ARGUMENT": _ARGUMENT[printing.prints],
            "MEANING": f"the id of a {printing.what}" if printing.what else RecordsBlock.MEANING,
        },
    )


def _about(printing: Printing, kind: Kind) -> str:
    """What the block prints: "Prints every stage of roadmap.yaml."."""
    every = f"every {kind.what} of {kind.file}"
    if printing.prints == "all":
        return f"Prints {every}."
    if printing.prints == "one":
        return f"Prints the {printing.what} of {kind.file} whose id is the argument."
    return f"Prints {every}, or those of the {printing.what} that the argument names."
