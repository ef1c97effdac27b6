"""Records of the guide on a screen: what each kind of block hands to its template.

That is `web/blocks/KIND.html` of the layout where it has one, else `shared/blocks/KIND.html`, without page numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from markupsafe import Markup

from guidepress.book.model import Block, Book, Stage
from guidepress.model.kinds import listed, printed_by

Context = dict[str, Any]


def context_of(block: Block, book: Book) -> Context | None:
    """What the template of a block is given besides words and functions; None where there is nothing to show."""
    return _CONTEXTS.get(block.kind, _entries)(block, book)


def no_page(*anchors: object) -> Markup:
    """What stands for the page of something: a screen has links."""
    return Markup("")


def _stages(book: Book) -> tuple[Stage, ...]:
    return book.roadmap.stages if book.roadmap else ()


def _stage_context(stage: Stage, book: Book) -> Context:
    by_id = {one.id: one for one in _stages(book)}
    needs = [by_id[name] for name in stage.needs if name in by_id]
    return {"stage": stage, "count": len(by_id), "needs": needs, "mini": None, "mini_url": ""}


def _roadmap(block: Block, book: Book) -> Context | None:
    if book.roadmap is None:
        return None
    unplaced = [s for s in book.roadmap.stages if f"stage-{s.id}" in block.anchors]
    return {
        "roadmap": book.roadmap,
        "by_id": {stage.id: stage for stage in book.roadmap.stages},
        "unplaced": [_stage_context(stage, book) for stage in unplaced],
        "graph": None,
        "lines_url": "",
        "plan": None,
    }


def _stage(block: Block, book: Book) -> Context | None:
    found = next((stage for stage in _stages(book) if stage.id == block.argument), None)
    return _stage_context(found, book) if found else None


def _skills(block: Block, book: Book) -> Context:
    skills = [s for s in book.skills if block.argument in ("", s.kind)]
    return {"skills": skills, "stages": {stage.id: stage for stage in _stages(book)}}


def _data(block: Block, book: Book) -> Context | None:
    found = next((table for table in book.tables if table.id == block.argument), None)
    return {"table": found, "bars": None} if found else None


def _profiles(block: Block, book: Book) -> Context | None:
    found = next((one for one in book.profiles if one.id == block.argument), None)
    return {"profiles": found} if found else None


def _faq(block: Block, book: Book) -> Context:
    return {"questions": book.questions}


def _glossary(block: Block, book: Book) -> Context:
    return {"terms": book.terms, "by_id": {term.id: term for term in book.terms}, "uses": {}}


def _entries(block: Block, book: Book) -> Context:
    """The records that the block prints, of a kind that has no context of its own."""
    found = [
        one
        for kind, _ in printed_by(block.kind)
        for one in listed(book, kind)
        if block.argument in ("", one.argument)
    ]
    return {"records": [one.record for one in found]}


_CONTEXTS: Mapping[str, Callable[[Block, Book], Context | None]] = {
    "roadmap": _roadmap,
    "stage": _stage,
    "skills": _skills,
    "data": _data,
    "profiles": _profiles,
    "faq": _faq,
    "glossary": _glossary,
}
