"""A YAML document against its model: pydantic's findings become diagnostics with a place and a hint."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from guidepress.diagnostics import Diagnosed, Diagnostic, did_you_mean, error
from guidepress.model.base import ID, Key, Record, SpanIndex
from guidepress.model.guide import VARIABLE
from guidepress.source.yaml import Loaded

R = TypeVar("R", bound=Record)

_EXPECTED = {
    "string_type": "a text",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "tuple_type": "a list",
    "list_type": "a list",
    "dict_type": "keys and values",
    "model_type": "keys and values",
    "model_attributes_type": "keys and values",
}


def validate(model: type[R], loaded: Loaded) -> Diagnosed[R]:
    """The record that `loaded` holds, every value located; or each problem at its place.

    Problems: `key-unknown`, `key-missing`, `value-type`, `value-invalid`.
    """
    if loaded.value is None:
        return Diagnosed(None, (error("file-empty", "the file holds no data", loaded.index.at()),))
    try:
        record = model.model_validate(loaded.value)
    except ValidationError as problem:
        return Diagnosed(None, tuple(_diagnostics(model, problem, loaded)))
    record.locate(loaded.index)
    return Diagnosed(record)


def _diagnostics(model: type[Record], problem: ValidationError, loaded: Loaded) -> list[Diagnostic]:
    found: dict[tuple[Key, ...], list[Any]] = defaultdict(list)
    for item in problem.errors(include_url=False, include_context=True):
        if item["type"] == "too_short" and item["input"]:
            continue  # its items failed, each with a problem of its own
        found[_path(item["loc"], loaded.index, item["type"])].append(item)
    result: list[Diagnostic] = []
    for path, items in found.items():
        result.append(_diagnostic(model, path, items, loaded))
    return result


def _path(loc: Sequence[Key], index: SpanIndex, kind: str) -> tuple[Key, ...]:
    """pydantic's `loc` without the names of union members and validators that it mixes in."""
    path: tuple[Key, ...] = ()
    for position, key in enumerate(loc):
        last = position == len(loc) - 1
        if (*path, key) in index or (kind in ("missing", "extra_forbidden") and last):
            path = (*path, key)
    return path


def _diagnostic(
    model: type[Record], path: tuple[Key, ...], items: list[Any], loaded: Loaded
) -> Diagnostic:
    index, item = loaded.index, items[0]
    kind, value, name = item["type"], item["input"], _name(path)
    if kind == "extra_forbidden":
        known = _fields(model, path[:-1])
        hints = did_you_mean(str(path[-1]), known)
        if not hints and known:
            hints = (f"known keys: {', '.join(known)}",)
        return error("key-unknown", f"unknown key {name}", index.key(*path), hints=hints)
    if kind == "missing":
        in_list = len(path) < 2 or isinstance(path[-2], int)
        around = index.at(*path[:-1]) if in_list else index.key(*path[:-1])
        where = "" if len(path) < 2 else f" in `{path[-2]}`" if isinstance(path[-2], str) else ""
        return error("key-missing", f"the key {name} is missing{where}", around)
    span = index.key(*path) if item["loc"][-1:] == ("[key]",) else index.at(*path)
    if all(i["type"] in _EXPECTED for i in items):
        expected = " or ".join(dict.fromkeys(_EXPECTED[i["type"]] for i in items))
        hints = ("put it in quotes",) if kind == "string_type" and isinstance(value, bool) else ()
        return error(
            "value-type", f"{name} must be {expected}, not {shown(value)}", span, hints=hints
        )
    return error("value-invalid", f"{name}: {_reasons(items)}", span)


def _name(path: tuple[Key, ...]) -> str:
    """How a message calls the value at `path`: `title`, item 2 of `rows`."""
    if not path:
        return "the file"
    if isinstance(path[-1], str):
        return f"`{path[-1]}`"
    return f"item {path[-1] + 1}" + (f" of {_name(path[:-1])}" if len(path) > 1 else "")


def _reasons(items: list[Any]) -> str:
    reasons: list[str] = []
    for item in items:
        kind, context, value = item["type"], item.get("ctx", {}), item["input"]
        if kind == "literal_error":
            reasons.append(f"expected {context['expected']}, found {shown(value)}")
        elif kind == "string_pattern_mismatch":
            reasons.append(_pattern(context["pattern"], value))
        elif kind == "value_error":
            reasons.append(str(context.get("error", item["msg"])))
        elif kind == "too_short":
            reasons.append("needs at least one item")
        elif kind == "string_too_short":
            reasons.append("must not be empty")
        elif kind == "string_too_long":
            reasons.append(f"must have at most {context['max_length']} characters")
        elif kind == "greater_than":
            reasons.append(f"must be greater than {context['gt']}")
        elif kind == "less_than_equal":
            reasons.append(f"must be at most {context['le']}")
        elif kind in _EXPECTED:
            reasons.append(f"expected {_EXPECTED[kind]}, found {shown(value)}")
        else:
            reasons.append(item["msg"][:1].lower() + item["msg"][1:])
    return "; or ".join(dict.fromkeys(reasons))


def _pattern(pattern: str, value: Any) -> str:
    known = {
        ID: "an id is lower-case letters, digits and single hyphens",
        VARIABLE: "a variable's name is letters, digits, `_` and `-`",
        "^#[0-9a-fA-F]{6}$": "a colour is written #rrggbb",
        "^[^\\n]*$": "must be a single line",
        "^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$": "a language is a code such as `en` or `pt-BR`",
    }
    return f"{known.get(pattern, 'has the wrong form')}, found {shown(value)}"


def shown(value: Any) -> str:
    """A value in a message: shortened, or named where it is no text."""
    if isinstance(value, dict):
        return "keys and values"
    if isinstance(value, list):
        return "a list"
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    text = str(value).splitlines()[0] if str(value) else ""
    return f"`{text if len(text) <= 40 else text[:39] + '…'}`"


def _fields(model: type[Record], path: tuple[Key, ...]) -> tuple[str, ...]:
    """The known keys of the record at `path`, found by walking the model's annotations."""
    current: list[type[Record]] = [model]
    for key in path:
        if isinstance(key, int):
            continue
        below: list[type[Record]] = []
        for candidate in current:
            if field := candidate.model_fields.get(key):
                below += models_in(field.annotation)
        # A key of a plain mapping (`editions: {name: …}`) names no field: stay with its values' model.
        current = below or current
    return tuple(
        dict.fromkeys(
            field.alias or name for m in current for name, field in m.model_fields.items()
        )
    )


def models_in(annotation: Any) -> list[type[Record]]:
    """The records that an annotation names."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation] if issubclass(annotation, Record) else []
    return [m for argument in getattr(annotation, "__args__", ()) for m in models_in(argument)]
