"""skills.yaml: skills and technologies."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from guidepress.model.base import Conditional, Id, Line, Markdown, Record
from guidepress.model.cards import CardRecord


class Skill(Conditional):
    """A skill or technology. `kind` groups (`skill`, `technology`, …), `level` is a free word such as `core`."""

    id: Id
    name: Line
    kind: Id = "skill"
    level: Line | None = None
    summary: Markdown
    details: Markdown | None = None
    stages: tuple[Id, ...] = ()
    cards: tuple[CardRecord, ...] = ()


class Skills(Record):
    """skills.yaml as a whole."""

    skills: Annotated[tuple[Skill, ...], Field(min_length=1)]
