"""Records of the guide on a screen: what each kind of block gives to its template.

That is `web/blocks/BLOCK.html` of the layout where it has one, else `shared/blocks/BLOCK.html`, without page numbers.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from guidepress.book.model import Block, Book
from guidepress.book.printed import Context, records_of

# What templates that serve paper, too, ask for and a screen does without: drawings, bars, a plan of weeks, pages.
_STAGE = {"mini": None, "mini_url": ""}
_WITHOUT: Mapping[str, Mapping[str, Any]] = {
    "roadmap": {"graph": None, "lines_url": "", "plan": None},
    "stage": _STAGE,
    "data": {"bars": None},
    "glossary": {"uses": {}},
}


def context_of(block: Block, book: Book) -> Context | None:
    """What the template of a block is given besides words and functions; None where there is nothing to show."""
    context = records_of(block, book)
    if context is None:
        return None
    if "unplaced" in context:
        context["unplaced"] = [stage | _STAGE for stage in context["unplaced"]]
    return {**context, **_WITHOUT.get(block.kind, {})}


def no_page(*anchors: object) -> Markup:
    """What stands for the page of something: a screen has links."""
    return Markup("")
