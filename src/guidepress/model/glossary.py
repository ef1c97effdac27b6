"""glossary.yaml: terms and what they mean; each is a card, both ways."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from guidepress.model.base import Conditional, Id, Line, Markdown, Names, Record, Tag


class Term(Conditional):
    """A term. `long` is what an abbreviation stands for; `aliases` are other words that mean the term."""

    id: Id
    """The term's permanent name."""
    term: Line
    """The term."""
    long: Line | None = None
    """What an abbreviation stands for."""
    definition: Markdown
    """What the term means, in Markdown."""
    aliases: tuple[Line, ...] = ()
    """Other words for it."""
    see: tuple[Annotated[Id, Names("term")], ...] = ()
    """Ids of related terms."""
    card: Literal["both", "forward", "none"] = "both"
    """How it is asked: both ways, by the term only, or not at all."""
    tags: tuple[Tag, ...] = ()
    """Ids to select its card by."""

    @property
    def card_id(self) -> str:
        """The id of the card that asks for it."""
        return f"term-{self.id}"


class Glossary(Record):
    """glossary.yaml as a whole."""

    terms: Annotated[tuple[Term, ...], Field(min_length=1)]
    """The terms; they are printed in alphabetical order."""
