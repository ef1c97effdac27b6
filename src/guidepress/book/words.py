"""The words of a compiled record, found by the types of its fields: a new field needs no list of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import is_dataclass
from functools import cache
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from guidepress.book.model import Writing
from guidepress.content import Content


def words_of(record: Any) -> Iterator[tuple[Writing, str | Content]]:
    """What the author wrote in a record and in the records below it, in the order of the fields."""
    model: type = type(record)
    for name, hint in _hints(model).items():
        yield from _words(getattr(record, name), hint)


def _words(value: Any, hint: Any) -> Iterator[tuple[Writing, str | Content]]:
    origin, arguments = get_origin(hint), get_args(hint)
    mark = next((m for m in getattr(hint, "__metadata__", ()) if isinstance(m, Writing)), None)
    if not value:
        return
    if mark is not None:
        yield mark, value
    elif is_dataclass(value):
        yield from words_of(value)
    elif origin in (UnionType, Union):
        for inner in arguments:
            yield from _words(value, inner)
    elif origin is tuple:
        same = arguments[-1] is Ellipsis
        for item, inner in zip(
            value, arguments[:1] * len(value) if same else arguments, strict=True
        ):
            yield from _words(item, inner)
    elif isinstance(value, Mapping) and len(arguments) == 2:
        for item in value.values():
            yield from _words(item, arguments[1])


@cache
def _hints(model: type) -> dict[str, Any]:
    return get_type_hints(model, include_extras=True)
