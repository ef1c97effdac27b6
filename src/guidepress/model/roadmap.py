"""roadmap.yaml: the stages of the way, each with what it needs before it."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from guidepress.model.base import Conditional, Id, Line, Markdown, Names, Record
from guidepress.model.cards import CardRecord


class Stage(Conditional):
    """One stage. `hours` is the author's estimate of study time; `needs` names earlier stages."""

    id: Id
    """The stage's permanent name."""
    title: Line
    """The stage's title."""
    promise: Markdown | None = None
    """What the stage is good for, in a sentence of Markdown."""
    objectives: tuple[Markdown, ...] = ()
    """What the reader will be able to do."""
    needs: tuple[Annotated[Id, Names("stage")], ...] = ()
    """Ids of the stages that come before."""
    hours: Annotated[int, Field(gt=0, le=10_000)] | None = None
    """An estimate of the hours to study it."""
    topics: tuple[Markdown, ...] = ()
    """What it is about."""
    practice: tuple[Markdown, ...] = ()
    """What to do."""
    cards: tuple[CardRecord, ...] = ()
    """Cards of the stage."""


class Roadmap(Record):
    """roadmap.yaml as a whole."""

    title: Line | None = None
    """The roadmap's title."""
    introduction: Markdown | None = None
    """What stands above the stages, in Markdown."""
    stages: Annotated[tuple[Stage, ...], Field(min_length=1)]
    """The stages, in the order in which they are numbered."""
