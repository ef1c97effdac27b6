"""Blocks that stand for no box: `/// only | instructor` around what some editions have, `/// except | exam`."""

from __future__ import annotations

from typing import ClassVar
from xml.etree.ElementTree import Element, SubElement

from guidepress.diagnostics import error
from guidepress.markdown.blocks.syntax import Syntax, editions
from guidepress.markdown.document import BARE, Condition


class _Editions(Syntax):
    """Its content takes its place, in the editions that the argument names or in the others."""

    ARGUMENT: ClassVar[bool | None] = True
    MEANING: ClassVar[str] = "editions, such as `instructor, acme`"
    CONDITIONAL: ClassVar[bool] = False

    def on_create(self, parent: Element) -> Element:
        """An element that the book takes away."""
        return SubElement(parent, "div", {BARE: ""})

    def names(self) -> tuple[str, ...]:
        """The editions; none, with a problem reported, where the argument holds something else."""
        try:
            return editions(self.argument)
        except ValueError as problem:
            message = f"the block `{self.NAME}` names editions: {problem}"
            self.state.report(error("block-option-invalid", message, self.span))
            return ()


class Only(_Editions):
    """What only some editions have."""

    NAME = "only"
    ABOUT = "What only the editions have that the argument names."

    def condition(self) -> Condition | None:
        """What the argument says."""
        return Condition(self.names(), (), self.span)


class Except(_Editions):
    """What some editions do not have."""

    NAME = "except"
    ABOUT = "What all editions have but those that the argument names."

    def condition(self) -> Condition | None:
        """What the argument says."""
        return Condition((), self.names(), self.span)
