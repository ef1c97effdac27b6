"""What all authored records share: strict validation, and a span for each of their values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, PrivateAttr, StringConstraints

from guidepress.diagnostics import Span

Key = str | int

# An id is permanent and travels into anchors, file names and GUIDs: lower-case words joined by hyphens.
Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)]
# One line of plain text, such as a title.
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, pattern=r"^[^\n]*$")]
# Markdown, of a sentence or of several blocks.
Markdown = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class PlainNumber(str):
    """A scalar written like a number and without quotes; a model that wants text takes it as text."""

    __slots__ = ()

    @property
    def number(self) -> int | float:
        """What it counts."""
        return int(self) if self.lstrip("+-").isdigit() else float(self)


class SpanIndex:
    """Where each key and value of a YAML file stands: the path of keys to a value -> its span."""

    __slots__ = ("_keys", "_spans", "file")

    def __init__(
        self,
        file: str,
        spans: Mapping[tuple[Key, ...], Span],
        keys: Mapping[tuple[Key, ...], Span],
    ) -> None:
        self.file = file
        self._spans = spans
        self._keys = keys

    def __contains__(self, path: tuple[Key, ...]) -> bool:
        return path in self._spans

    def at(self, *path: Key) -> Span:
        """The span of the value at `path`, or of the nearest value around it."""
        for end in range(len(path), -1, -1):
            if (span := self._spans.get(path[:end])) is not None:
                return span
        return Span(self.file)

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


def _records(value: Any, path: tuple[Key, ...]) -> Iterator[tuple[Record, tuple[Key, ...]]]:
    if isinstance(value, Record):
        yield value, path
    elif isinstance(value, (list, tuple)):
        for i, item in enumerate(value):
            yield from _records(item, (*path, i))
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _records(item, (*path, key))
