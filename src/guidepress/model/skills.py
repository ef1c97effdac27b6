"""skills.yaml: skills and technologies."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from guidepress.model.base import Conditional, Id, Line, Markdown, Names, Record
from guidepress.model.cards import CardRecord


class Skill(Conditional):
    """A skill or technology. `kind` groups (`skill`, `technology`, …), `level` is a free word such as `core`."""

    id: Id
    """The skill's permanent name."""
    name: Line
    """The skill or technology."""
    kind: Id = "skill"
    """A group: `/// skills | technology` prints one."""
    level: Line | None = None
    """A word of yours, such as `core`."""
    summary: Markdown
    """What it is, in a sentence or two of Markdown."""
    details: Markdown | None = None
    """More, in several blocks of Markdown."""
    stages: tuple[Annotated[Id, Names("stage")], ...] = ()
    """Ids of the stages that teach it."""
    cards: tuple[CardRecord, ...] = ()
    """Cards about it."""


class Skills(Record):
    """skills.yaml as a whole."""

    skills: Annotated[tuple[Skill, ...], Field(min_length=1)]
    """Skills and technologies."""
