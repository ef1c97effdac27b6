"""data/*.yaml: tables with units, date and source; profiles of companies, cities, countries."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints, WithJsonSchema

from guidepress.model.base import Conditional, Id, Line, Markdown, Record
from guidepress.model.cards import CardRecord

# As it was typed: `3.10` may be a version, and `0.50` a price.
Cell = Annotated[str, WithJsonSchema({"type": ["string", "number"]})]


class Column(Record):
    """A column. `number` and `money` are aligned by digit and their thousands grouped; `unit` says in what."""

    id: Id
    """The column's permanent name."""
    name: Line
    """The heading of the column."""
    kind: Literal["text", "number", "money"] = "text"
    """`number` and `money` are aligned by digit, their thousands grouped."""
    unit: Line | None = None
    """What the values are counted in."""


class Table(Conditional):
    """A table of data. Each row gives one value per column; a cell is text or a number.

    `sort` names the column that the rows are printed in the order of, behind a `-` from the largest down.
    """

    kind: Literal["table"]
    """That this file holds a table."""
    id: Id
    """The table's permanent name."""
    title: Line
    """The caption."""
    columns: Annotated[tuple[Column, ...], Field(min_length=1)]
    """The columns, from the first."""
    rows: Annotated[tuple[tuple[Cell, ...], ...], Field(min_length=1)]
    """The rows, each with one value a column."""
    sort: Annotated[str, StringConstraints(pattern=r"^-?[a-z0-9]+(-[a-z0-9]+)*$")] | None = None
    """The column that the rows are printed in the order of, behind a `-` from the largest down."""
    as_of: Line
    """The day, month or year that the figures are of."""
    source: Line
    """Where the figures come from."""
    note: Markdown | None = None
    """What must be said about the figures, in Markdown."""
    cards: tuple[CardRecord, ...] = ()
    """Cards that ask about the table."""


class ProfileField(Record):
    """A field that every profile of the set fills in."""

    id: Id
    """The field's permanent name."""
    name: Line
    """What the field is called in print."""


class Profile(Conditional):
    """One company, city or country. `facts` holds a value for each field of the set."""

    id: Id
    """The profile's permanent name."""
    name: Line
    """The company, city or country."""
    place: Line | None = None
    """Where it is."""
    summary: Markdown
    """What it is like, in Markdown."""
    facts: dict[Id, Line] = {}
    """A value for each field of the set."""
    cards: tuple[CardRecord, ...] = ()
    """Cards that ask about it."""


class Profiles(Conditional):
    """A set of profiles with the same fields."""

    kind: Literal["profiles"]
    """That this file holds profiles."""
    id: Id
    """The set's permanent name."""
    title: Line
    """What the set is called."""
    introduction: Markdown | None = None
    """What stands above the profiles, in Markdown."""
    fields: tuple[ProfileField, ...] = ()
    """The fields that every profile fills in."""
    profiles: Annotated[tuple[Profile, ...], Field(min_length=1)]
    """The profiles."""
    as_of: Line | None = None
    """The day, month or year that they are of."""
    source: Line | None = None
    """Where they come from."""
