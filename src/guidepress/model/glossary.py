"""glossary.yaml: terms and what they mean; each is a card, both ways."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from guidepress.model.base import Conditional, Id, Line, Markdown, Record


class Term(Conditional):
    """A term. `long` is what an abbreviation stands for; `aliases` are other words that mean the term."""

    id: Id
    term: Line
    long: Line | None = None
    definition: Markdown
    aliases: tuple[Line, ...] = ()
    see: tuple[Id, ...] = ()
    card: Literal["both", "forward", "none"] = "both"
    tags: tuple[Id, ...] = ()

    @property
    def card_id(self) -> str:
        """The id of the card that asks for it."""
        return f"term-{self.id}"


class Glossary(Record):
    """glossary.yaml as a whole."""

    terms: Annotated[tuple[Term, ...], Field(min_length=1)]
