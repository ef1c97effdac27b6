"""A catalogue: which guides are built, in which editions, for whom."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from guidepress.model.base import Id, Line, Record
from guidepress.model.guide import Language, Path


class Book(Record):
    """One guide, or the guides that a pattern such as `guides/*` finds.

    `editions` are names of editions in guide.yaml, `main` the guide as it is, or `all`; `languages` keeps those in
    certain languages. `only` names products. `recipients` is a
    table of people who get a copy of the handbook each, with a `licence` line.
    """

    guide: Path
    """The folder of a guide, or a pattern such as `guides/*`."""
    name: Id | None = None
    """The name of its folder in `out`; default: the guide's id."""
    editions: (
        Literal["all"] | Annotated[tuple[Id | Literal["main"], ...], Field(min_length=1)] | None
    ) = None
    """Editions of guide.yaml to build: `main` is the guide as it is, `all` is each. Default: `main`."""
    languages: tuple[Language, ...] = ()
    """Of these editions only those in one of these languages."""
    only: tuple[Line, ...] = ()
    """The products to build; default: all."""
    recipients: Path | None = None
    """A table of people who get a copy of the handbook each."""
    licence: Line | None = None
    """The licence line of these copies."""
    untrusted: bool | None = None
    """Whether strangers wrote it, so that it is built confined. Default: whether it is not the user's own."""


def _book(value: Any) -> Any:
    return {"guide": value} if isinstance(value, str) else value


Entry = Annotated[Book, BeforeValidator(_book, json_schema_input_type=str | Book)]


class CatalogueFile(Record):
    """A catalogue as a whole. Paths start at the folder of the file; `out` is where everything goes."""

    out: Path = "build"
    """Where everything goes."""
    guides: Annotated[tuple[Entry, ...], Field(min_length=1)]
    """The guides to build."""
