"""The blocks by name."""

from __future__ import annotations

from collections.abc import Mapping

from guidepress.markdown.blocks.admonition import ADMONITIONS
from guidepress.markdown.blocks.aside import Aside
from guidepress.markdown.blocks.callouts import Callouts
from guidepress.markdown.blocks.card import Extra, Front, cards
from guidepress.markdown.blocks.code import Code
from guidepress.markdown.blocks.details import Details
from guidepress.markdown.blocks.edition import Except, Only
from guidepress.markdown.blocks.exercise import Exercise
from guidepress.markdown.blocks.figure import Figure
from guidepress.markdown.blocks.objectives import Objectives
from guidepress.markdown.blocks.occlusion import Occlusion
from guidepress.markdown.blocks.place import places
from guidepress.markdown.blocks.syntax import Syntax
from guidepress.markdown.blocks.table import Table
from guidepress.markdown.blocks.takeaways import Takeaways

SYNTAXES: tuple[type[Syntax], ...] = (
    Front, Extra, Objectives, Takeaways, Exercise, Aside, Figure, Table, Details, Code, Callouts,
    Only, Except,
    *ADMONITIONS,
)  # fmt: skip


def syntaxes() -> Mapping[str, type[Syntax]]:
    """Every block by its name: the cards, those with a text of their own, and those that print records."""
    return {syntax.NAME: syntax for syntax in (*cards(Occlusion), *SYNTAXES, *places())}
