"""A catalogue: which guides are built, in which editions, for whom."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from guidepress.model.base import Id, Line, Record
from guidepress.model.guide import Path

# The edition of a guide that is built without `--edition`.
MAIN = "main"


class Book(Record):
    """One guide, or the guides that a pattern such as `guides/*` finds.

    `editions` are names of editions in guide.yaml, `main` the guide as it is; `only` names products. `recipients` is a
    table of people who get a copy of the handbook each, with a `licence` line.
    """

    guide: Path
    name: Id | None = None
    editions: Annotated[tuple[Id | Literal["main"], ...], Field(min_length=1)] = (MAIN,)
    only: tuple[Line, ...] = ()
    recipients: Path | None = None
    licence: Line | None = None


def _book(value: Any) -> Any:
    return {"guide": value} if isinstance(value, str) else value


class CatalogueFile(Record):
    """A catalogue as a whole. Paths start at the folder of the file; `out` is where everything goes."""

    out: Path = "build"
    guides: Annotated[tuple[Annotated[Book, BeforeValidator(_book)], ...], Field(min_length=1)]
