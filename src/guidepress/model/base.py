"""What all authored records share: strict validation, and a span for each of their values."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, Self, get_type_hints

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PrivateAttr,
    StringConstraints,
    WithJsonSchema,
)

from guidepress.diagnostics import Span

Key = str | int

# An id is permanent and travels into anchors, file names and GUIDs: lower-case words joined by hyphens.
ID = r"^[a-z0-9]+(-[a-z0-9]+)*$"
Id = Annotated[str, StringConstraints(pattern=ID, max_length=80)]
# One line of plain text, such as a title.
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, pattern=r"^[^\n]*$")]
# The value of a variable: a number is text as it was typed.
Value = Annotated[Line, WithJsonSchema({"type": ["string", "number"]})]
# Markdown, of a sentence or of several blocks.
Markdown = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


@dataclass(frozen=True, slots=True)
class Names:
    """Beside a type: such a value names something of this kind (a kind of records, `chapter`, `edition`, `file` …).

    Schemas say so under `x-names`, for guidepress's own language server; other readers pass over it.
    """

    kind: str

    def __get_pydantic_json_schema__(self, core: Any, handler: Any) -> dict[str, Any]:
        """The schema of the type, with what it names."""
        return {**handler(core), NAMES: self.kind}


NAMES = "x-names"

# An id that cards are selected by.
Tag = Annotated[Id, Names("tag")]


def _names(value: Any) -> Any:
    """`student, acme` for `[student, acme]`."""
    return re.split(r"[,\s]+", value.strip()) if isinstance(value, str) else value


_NAME = {"type": "string", "pattern": ID, NAMES: "edition"}
# Editions by name or by kind.
EditionNames = Annotated[
    tuple[Id, ...],
    BeforeValidator(_names),
    Field(min_length=1),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", NAMES: "edition"},
                {"type": "array", "items": _NAME, "minItems": 1},
            ]
        }
    ),
]


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the file that became a part of a quoted or folded text: from `offset` of its line `at`, both from 0."""

    at: int
    offset: int
    span: Span


def is_markdown(model: type[BaseModel], name: str) -> bool:
    """Whether a field, or each item of it, holds Markdown."""
    return type_of(model, name) in (Markdown, Markdown | None, tuple[Markdown, ...])


@cache
def type_of(model: type[BaseModel], name: str) -> Any:
    """The type that a field is declared with."""
    return get_type_hints(model, include_extras=True)[name]


# Where values stand, by the keys that lead to them.
Spans = Mapping[tuple[Key, ...], Span]


class SpanIndex:
    """Where each key and value of a YAML file stands: the path of keys to a value -> its span.

    `rows` holds the lines of texts whose own lines are not those of the file.
    """

    __slots__ = ("_keys", "_rows", "_spans", "file")

    def __init__(
        self,
        file: str,
        spans: Mapping[tuple[Key, ...], Span],
        keys: Mapping[tuple[Key, ...], Span],
        rows: Mapping[tuple[Key, ...], tuple[Row, ...]],
    ) -> None:
        self.file = file
        self._spans = spans
        self._keys = keys
        self._rows = rows

    @property
    def parts(self) -> tuple[Spans, Spans, Mapping[tuple[Key, ...], tuple[Row, ...]]]:
        """What the index was made of, after the file: spans, keys and rows."""
        return self._spans, self._keys, self._rows

    def __contains__(self, path: tuple[Key, ...]) -> bool:
        return path in self._spans

    def at(self, *path: Key) -> Span:
        """The span of the value at `path`, or of the nearest value around it."""
        for end in range(len(path), -1, -1):
            if (span := self._spans.get(path[:end])) is not None:
                return span
        return Span(self.file)

    def typed(self, span: Span, *path: Key) -> Span:
        """Where `span` was typed, which counts as if the text at `path` stood in the file line by line."""
        rows, start = self._rows.get(path, ()), self.at(*path)
        at, offset = span.line - start.line, span.column - start.column
        row = next((r for r in reversed(rows) if (r.at, r.offset) <= (at, offset)), None)
        if row is None or not span.line:
            return span
        moved = min(offset - row.offset if row.at == at else row.span.length, row.span.length)
        room = max(1, row.span.length - moved)
        return Span(self.file, row.span.line, row.span.column + moved, min(span.length, room))

    def key(self, *path: Key) -> Span:
        """The span of the key that ends `path`; of the value where there is no key (in a list)."""
        for end in range(len(path), 0, -1):
            if (span := self._keys.get(path[:end])) is not None:
                return span
        return self.at(*path)


class Record(BaseModel):
    """A frozen record of a source file. Unknown keys are errors; `span(...)` says where a value stands."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    _index: SpanIndex | None = PrivateAttr(default=None)
    _path: tuple[Key, ...] = PrivateAttr(default=())
    _varies: bool = PrivateAttr(default=False)

    def locate(self, index: SpanIndex, path: tuple[Key, ...] = ()) -> None:
        """Tell this record and all records below it where they stand in their file."""
        self._index = index
        self._path = path
        for name in type(self).model_fields:
            for record, inner in _records(getattr(self, name), (name,)):
                record.locate(index, path + inner)

    def span(self, *keys: Key) -> Span:
        """The span of the value under `keys` (of the record itself without any)."""
        return self._index.at(*self._path, *keys) if self._index else Span("")

    def typed(self, span: Span, *keys: Key) -> Span:
        """Where `span` was typed, which counts as if the text under `keys` stood in the file line by line."""
        return self._index.typed(span, *self._path, *keys) if self._index else span

    @property
    def varies(self) -> bool:
        """Whether its plain texts hold values of an edition's variables."""
        return self._varies

    def changed(self, values: Mapping[str, Any], *, varies: bool = False) -> Self:
        """A copy with other values, in the same place; `varies` if they depend on the edition."""
        copy = self.model_copy(update=dict(values))
        copy._varies = self._varies or varies
        return copy


class Conditional(Record):
    """A record that some editions leave out: `only` names those that have it, `except` those that do not."""

    only: EditionNames = ()
    """Editions that have this; default: all."""
    except_: EditionNames = Field((), alias="except")
    """Editions that do not have this."""

    @property
    def condition_span(self) -> Span:
        """Where the record says which editions have it."""
        return self.span("only" if self.only else "except")


def _records(value: Any, path: tuple[Key, ...]) -> Iterator[tuple[Record, tuple[Key, ...]]]:
    if isinstance(value, Record):
        yield value, path
    elif isinstance(value, (list, tuple)):
        for i, item in enumerate(value):
            yield from _records(item, (*path, i))
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _records(item, (*path, key))
