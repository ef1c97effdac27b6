"""An open block: what it asks of the next line to stay open, and what it does when it closes."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, ClassVar
from xml.etree.ElementTree import Element

from markdown.blockprocessors import BlockProcessor

if TYPE_CHECKING:
    from guidepress.markdown.flow.parser import Flow


class Proceed(Enum):
    """What an open block makes of a line."""

    STOP = "the line is not of this block"
    GO = "it may be, as far as this block can tell"
    MARKED = "it is: its marker stood there"
    TAKEN = "it is, and there is nothing left of the line"
    DONE = "it is, and it ends this block"


class Started(Enum):
    """What a rule made of a place in a line."""

    NOTHING = "no block starts here"
    CONTAINER = "a block that holds blocks; more may start behind its marker"
    LEAF = "a block that has the rest of the line"


class Frame:
    """An open block. `element` is where its children go; `end` is its last line so far."""

    kind: ClassVar[str] = ""
    # Takes lines as they are, without looking for blocks in them.
    verbatim: ClassVar[bool] = False
    # A paragraph inside goes on in a line that lacks this block's marker (CommonMark's laziness).
    lazy: ClassVar[bool] = True
    # The element goes into the tree when the block opens.
    attached: ClassVar[bool] = True
    parent: Frame

    def __init__(self, element: Element) -> None:
        self.element = element
        # A verbatim block that a block fence may end all the same.
        self.interruptible = False
        # A missing end is explained by another problem.
        self.excused = False
        self.start = 0
        self.end = 0
        self.filled = False

    def proceed(self, flow: Flow) -> Proceed:
        """Whether the line at the cursor may belong to this block; moves past its marker."""
        return Proceed.GO

    def take(self, flow: Flow) -> None:
        """Take the rest of the line (verbatim blocks)."""

    def holds(self, kind: str) -> bool:
        """Whether a block of this kind may stand directly inside."""
        return True

    def gap(self) -> None:
        """Note an empty line between two children."""

    def close(self, flow: Flow) -> None:
        """End the block. Its children have been closed."""


class Leaf(Frame):
    """An open block that holds no blocks."""

    def holds(self, kind: str) -> bool:
        """Nothing."""
        return False


class Rule(BlockProcessor):
    """How blocks of one construct start.

    Rules stand in Python-Markdown's registry of block processors, which keeps their order; the parser asks
    them line by line instead of paragraph by paragraph.
    """

    # The characters such a block may start with; empty for any.
    characters: ClassVar[str] = ""
    # Whether the rule looks at lines indented by four columns and more.
    indented: ClassVar[bool] = False

    def start(self, flow: Flow) -> Started:
        """Open a block at the cursor, if one starts there."""
        raise NotImplementedError

    def test(self, parent: Element, block: str) -> bool:
        """Python-Markdown's own way in; not used by this parser."""
        return False

    def run(self, parent: Element, blocks: list[str]) -> bool | None:
        """Python-Markdown's own way in; not used by this parser."""
        return False
