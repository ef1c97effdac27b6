"""The blocks as an extension of Python-Markdown."""

from __future__ import annotations

from pymdownx.blocks import BlocksExtension, BlocksProcessor

from guidepress.markdown.blocks.admonition import ADMONITIONS
from guidepress.markdown.blocks.aside import Aside
from guidepress.markdown.blocks.card import Extra, Front, cards
from guidepress.markdown.blocks.code import Code
from guidepress.markdown.blocks.details import Details
from guidepress.markdown.blocks.exercise import Exercise
from guidepress.markdown.blocks.figure import Figure
from guidepress.markdown.blocks.objectives import Objectives
from guidepress.markdown.blocks.place import places
from guidepress.markdown.blocks.syntax import Syntax
from guidepress.markdown.blocks.table import Table
from guidepress.markdown.blocks.takeaways import Takeaways
from guidepress.markdown.instance import Instance

SYNTAXES: tuple[type[Syntax], ...] = (
    Front, Extra, Objectives, Takeaways, Exercise, Aside, Figure, Table, Details, Code,
    *ADMONITIONS,
)  # fmt: skip


def syntaxes() -> tuple[type[Syntax], ...]:
    """Every block: the cards, those with a text of their own, and those that print records."""
    return (*cards(), *SYNTAXES, *places())


class Blocks(BlocksExtension):  # type: ignore[misc]  # pymdownx has no types
    """Makes the blocks known by their names."""

    def extendMarkdownBlocks(self, md: Instance, block_mgr: BlocksProcessor) -> None:
        """Register every block."""
        for syntax in syntaxes():
            block_mgr.register(syntax, {})
