"""roadmap.yaml: the stages of the way, each with what it needs before it."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from guidepress.model.base import Conditional, Id, Line, Markdown, Record
from guidepress.model.cards import CardRecord


class Stage(Conditional):
    """One stage. `hours` is the author's estimate of study time; `needs` names earlier stages."""

    id: Id
    title: Line
    promise: Markdown | None = None
    objectives: tuple[Markdown, ...] = ()
    needs: tuple[Id, ...] = ()
    hours: Annotated[int, Field(gt=0, le=10_000)] | None = None
    topics: tuple[Markdown, ...] = ()
    practice: tuple[Markdown, ...] = ()
    cards: tuple[CardRecord, ...] = ()


class Roadmap(Record):
    """roadmap.yaml as a whole."""

    title: Line | None = None
    introduction: Markdown | None = None
    stages: Annotated[tuple[Stage, ...], Field(min_length=1)]
