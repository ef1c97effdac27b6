"""The blocks as an extension of Python-Markdown."""

from __future__ import annotations

from pymdownx.blocks import BlocksExtension, BlocksProcessor

from guidepress.markdown.blocks.admonition import ADMONITIONS
from guidepress.markdown.blocks.aside import Aside
from guidepress.markdown.blocks.card import Card, Extra, Front
from guidepress.markdown.blocks.cloze import Cloze
from guidepress.markdown.blocks.data import Data
from guidepress.markdown.blocks.details import Details
from guidepress.markdown.blocks.exercise import Exercise
from guidepress.markdown.blocks.faq import Faq
from guidepress.markdown.blocks.figure import Figure
from guidepress.markdown.blocks.glossary import Glossary
from guidepress.markdown.blocks.objectives import Objectives
from guidepress.markdown.blocks.profiles import Profiles
from guidepress.markdown.blocks.roadmap import Roadmap
from guidepress.markdown.blocks.skills import Skills
from guidepress.markdown.blocks.stage import Stage
from guidepress.markdown.blocks.syntax import Syntax
from guidepress.markdown.blocks.table import Table
from guidepress.markdown.blocks.takeaways import Takeaways
from guidepress.markdown.instance import Instance

SYNTAXES: tuple[type[Syntax], ...] = (
    Card, Front, Extra, Cloze, Objectives, Takeaways, Exercise, Aside, Figure, Table, Details,
    Roadmap, Stage, Skills, Data, Profiles, Faq, Glossary, *ADMONITIONS,
)  # fmt: skip


class Blocks(BlocksExtension):  # type: ignore[misc]  # pymdownx has no types
    """Makes the blocks known by their names."""

    def extendMarkdownBlocks(self, md: Instance, block_mgr: BlocksProcessor) -> None:
        """Register every block."""
        for syntax in SYNTAXES:
            block_mgr.register(syntax, {})
