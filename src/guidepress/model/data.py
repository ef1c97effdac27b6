"""data/*.yaml: tables with units, date and source; profiles of companies, cities, countries."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, WithJsonSchema

from guidepress.model.base import Conditional, Id, Line, Markdown, Record
from guidepress.model.cards import CardRecord

# As it was typed: `3.10` may be a version, and `0.50` a price.
Cell = Annotated[str, WithJsonSchema({"type": ["string", "number"]})]


class Column(Record):
    """A column. `number` and `money` are aligned by digit and their thousands grouped; `unit` says in what."""

    id: Id
    name: Line
    kind: Literal["text", "number", "money"] = "text"
    unit: Line | None = None


class Table(Conditional):
    """A table of data. Each row gives one value per column; a cell is text or a number."""

    kind: Literal["table"]
    id: Id
    title: Line
    columns: Annotated[tuple[Column, ...], Field(min_length=1)]
    rows: Annotated[tuple[tuple[Cell, ...], ...], Field(min_length=1)]
    as_of: Line
    source: Line
    note: Markdown | None = None
    cards: tuple[CardRecord, ...] = ()


class ProfileField(Record):
    """A field that every profile of the set fills in."""

    id: Id
    name: Line


class Profile(Conditional):
    """One company, city or country. `facts` holds a value for each field of the set."""

    id: Id
    name: Line
    place: Line | None = None
    summary: Markdown
    facts: dict[Id, Line] = {}
    cards: tuple[CardRecord, ...] = ()


class Profiles(Conditional):
    """A set of profiles with the same fields."""

    kind: Literal["profiles"]
    id: Id
    title: Line
    introduction: Markdown | None = None
    fields: tuple[ProfileField, ...] = ()
    profiles: Annotated[tuple[Profile, ...], Field(min_length=1)]
    as_of: Line | None = None
    source: Line | None = None
