"""What a block that prints records gives to its template, whatever it is printed on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from guidepress.book.model import Block, Book, Stage
from guidepress.model.kinds import listed, printed_by

Context = dict[str, Any]


def records_of(block: Block, book: Book) -> Context | None:
    """The records that a block prints, by the names that templates have for them; None where there are none."""
    return _RECORDS.get(block.kind, _entries)(block, book)


def stages_of(book: Book) -> tuple[Stage, ...]:
    """The stages of the roadmap, in order."""
    return book.roadmap.stages if book.roadmap else ()


def stage_named(name: str, book: Book) -> Stage | None:
    """The stage with this id."""
    return next((stage for stage in stages_of(book) if stage.id == name), None)


def stage_records(stage: Stage, book: Book) -> Context:
    """A stage, with the stages that it needs."""
    by_id = {one.id: one for one in stages_of(book)}
    needs = [by_id[name] for name in stage.needs if name in by_id]
    return {"stage": stage, "count": len(by_id), "needs": needs}


def _roadmap(block: Block, book: Book) -> Context | None:
    """The stages that no other place prints are `unplaced`: they stand below the roadmap."""
    if book.roadmap is None:
        return None
    stages = book.roadmap.stages
    return {
        "roadmap": book.roadmap,
        "by_id": {stage.id: stage for stage in stages},
        "unplaced": [
            stage_records(stage, book) for stage in stages if block.anchors.get(f"stage-{stage.id}")
        ],
    }


def _stage(block: Block, book: Book) -> Context | None:
    stage = stage_named(block.argument, book)
    return stage_records(stage, book) if stage else None


def _skills(block: Block, book: Book) -> Context:
    skills = [skill for skill in book.skills if block.argument in ("", skill.kind)]
    return {"skills": skills, "stages": {stage.id: stage for stage in stages_of(book)}}


def _data(block: Block, book: Book) -> Context | None:
    table = next((table for table in book.tables if table.id == block.argument), None)
    return {"table": table} if table else None


def _profiles(block: Block, book: Book) -> Context | None:
    profiles = next((one for one in book.profiles if one.id == block.argument), None)
    return {"profiles": profiles} if profiles else None


def _faq(block: Block, book: Book) -> Context:
    return {"questions": book.questions}


def _glossary(block: Block, book: Book) -> Context:
    return {"terms": book.terms, "by_id": {term.id: term for term in book.terms}}


def _entries(block: Block, book: Book) -> Context:
    """The records of a kind that has no function of its own."""
    found = [
        one
        for kind, _ in printed_by(block.kind)
        for one in listed(book, kind)
        if block.argument in ("", one.argument)
    ]
    return {"records": [one.record for one in found]}


_RECORDS: Mapping[str, Callable[[Block, Book], Context | None]] = {
    "roadmap": _roadmap,
    "stage": _stage,
    "skills": _skills,
    "data": _data,
    "profiles": _profiles,
    "faq": _faq,
    "glossary": _glossary,
}
