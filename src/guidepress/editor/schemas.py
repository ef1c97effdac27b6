"""Where in a YAML file the cursor is, and what the models say of that place. The file need not be valid YAML yet."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import PurePosixPath
from typing import Any

from guidepress.model.base import NAMES, Key
from guidepress.schema import SUFFIX, schema_files

ITEM = 0  # stands for whichever item of a list
_KEY = re.compile(r"([\"']?)([^\s:#\"'\[\]{}][^:#\"']*?)\1[ \t]*:(?=\s|$)")
_DASH = re.compile(r"-(?:[ \t]+|$)")
_TOKEN = re.compile(r"\"[^\"]*\"(?!:)|'[^']*'(?!:)|[^\s,:{}\[\]][^,:{}\[\]]*:(?=\s|$)|[\[\]{},]")
_BEFORE = re.compile(r"[^\s,\[\]{}\"']*$")
_BEHIND = re.compile(r"[^\s,\[\]{}\"':]*")


@dataclass(frozen=True, slots=True)
class Spot:
    """The cursor in YAML. `path` leads to the value that it is in or, before any colon, to what a key is typed in.

    `word` is the word around the cursor, `start` its column (from 1), `prefix` what of it stands before the cursor.
    `given` are the keys that stand beside a key.
    """

    path: tuple[Key, ...]
    in_value: bool
    word: str
    prefix: str
    start: int
    given: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class _Mark:
    """A key (or, without one, the dash of an item) at a column from 0; its value begins at `value`."""

    column: int
    key: str | None
    value: int


def spot(lines: Sequence[str], line: int, column: int) -> Spot:
    """Where the cursor is, which stands before the character at `line` and `column`, both from 1."""
    text = lines[line - 1]
    found = _BEFORE.search(text[: column - 1])
    prefix = found[0] if found else ""
    behind = _BEHIND.match(text, column - 1)
    word, start = prefix + (behind[0] if behind else ""), column - len(prefix)
    own = list(_marks(text))
    around = [mark for mark in own if mark.key is not None and mark.value < column]
    if around:
        at = own.index(around[-1])
        path = [around[-1].key or "", *_parents(lines, line, own[:at], around[-1].column)]
        flow = _flow(text[around[-1].value : start - 1])
        inner = (*reversed(path), *flow.path)
        return Spot(inner, flow.in_value, word, prefix, start, flow.given)
    dashes = [mark for mark in own if mark.key is None and mark.column < column - 1]
    content = len(text) - len(text.lstrip(" ")) if text.strip() else column - 1
    anchor = dashes[-1].value if dashes else min(content, column - 1)
    path = _parents(lines, line, dashes, anchor)
    given = frozenset(_beside(lines, line, anchor))
    return Spot(tuple(reversed(path)), False, word, prefix, start, given)


@dataclass(slots=True)
class _Flow:
    """Where in brackets and braces a value has come to; `given` are the keys of the innermost braces."""

    path: tuple[Key, ...] = ()
    in_value: bool = True
    given: frozenset[str] = frozenset()


def _flow(text: str) -> _Flow:
    """Where a value that has come so far stands: `{page: A5, sides: ` is at `sides`."""
    open_: list[tuple[str, list[str]]] = []
    for found in _TOKEN.finditer(text):
        token = found[0]
        if token in "[{":
            open_.append((token, []))
        elif token in "]}":
            del open_[-1:]
        elif open_ and token.endswith(":"):
            open_[-1][1].append(token[:-1].strip(" \t\"'"))
        elif open_ and token == "," and open_[-1][0] == "{":
            open_[-1][1].append("")
    path: list[Key] = []
    for bracket, keys_ in open_:
        path.append(ITEM if bracket == "[" else (keys_[-1] if keys_ else ""))
    in_value = not open_ or open_[-1][0] == "[" or bool(path[-1])
    given = frozenset(filter(None, open_[-1][1])) if open_ else frozenset()
    return _Flow(tuple(path if in_value else path[:-1]), in_value, given)


def _marks(text: str) -> Iterator[_Mark]:
    """The dashes and the key at the beginning of a line."""
    at = len(text) - len(text.lstrip(" "))
    while dash := _DASH.match(text, at):
        yield _Mark(at, None, dash.end())
        at = dash.end()
    if key := _KEY.match(text, at):
        yield _Mark(at, key[2], key.end())


def _parents(lines: Sequence[str], line: int, own: Sequence[_Mark], column: int) -> list[Key]:
    """The path from something at a column to the root, `own` being what stands left of it on its line."""
    path: list[Key] = []
    dash = False
    for mark in _backwards(lines, line, own):
        if mark.key is None and mark.column < column:
            path.append(ITEM)
            column, dash = mark.column, True
        # The items of a list may stand right below their key.
        elif mark.key is not None and (mark.column < column or (dash and mark.column == column)):
            path.append(mark.key)
            column, dash = mark.column, False
    return path


def _backwards(lines: Sequence[str], line: int, own: Sequence[_Mark]) -> Iterator[_Mark]:
    yield from reversed(own)
    for text in reversed(lines[: line - 1]):
        if not text.lstrip().startswith("#"):
            yield from reversed(list(_marks(text)))


def _beside(lines: Sequence[str], line: int, column: int) -> Iterator[str]:
    """The other keys of the record that has a key at a column of a line."""
    own = list(_marks(lines[line - 1]))
    first = any(mark.key is None for mark in own)
    above = () if first else reversed(lines[: line - 1])
    for texts in (above, lines[line:]):
        for text in texts:
            marks = list(_marks(text))
            outer = any(mark.column < column for mark in marks)
            # Going up, the line with the record's dash has its first key, too.
            if not outer or texts is above:
                yield from (mark.key for mark in marks if mark.column == column and mark.key)
            if outer:
                break


def kind_of(name: str) -> str | None:
    """The kind of schema that a file has, by its path from the folder of guide.yaml; None for one without.

    `de/glossary.yaml` is a translation.
    """
    path = PurePosixPath(name)
    kind = "data" if path.parent.name == "data" else path.stem
    return kind if f"{kind}{SUFFIX}" in _files() else None


@cache
def _files() -> Mapping[str, Any]:
    return schema_files()


def at(kind: str, path: Sequence[Key]) -> list[Mapping[str, Any]]:
    """The schemas of the value at a path in a file of a kind: more than one where it may be several things."""
    root = _files()[f"{kind}{SUFFIX}"]
    found = list(_each(root, root))
    for key in path:
        found = [inner for one in found for inner in _step(one, key, root)]
    return found


def _step(
    schema: Mapping[str, Any], key: Key, root: Mapping[str, Any]
) -> Iterator[Mapping[str, Any]]:
    if isinstance(key, int):
        below = [schema["items"]] if "items" in schema else schema.get("prefixItems", ())
    elif key in schema.get("properties", {}):
        below = [schema["properties"][key]]
    else:
        more = schema.get("additionalProperties")
        below = [*schema.get("patternProperties", {}).values()]
        below += [more] if isinstance(more, dict) else []
    for one in below:
        yield from _each(one, root)


def _each(schema: Mapping[str, Any], root: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """A schema, with what it refers to and the alternatives in it; a description goes along."""
    about = {key: schema[key] for key in ("description", "default") if key in schema}
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        yield from _each({**root["$defs"][name], **about}, root)
        return
    alternatives = [*schema.get("anyOf", ()), *schema.get("oneOf", ()), *schema.get("allOf", ())]
    for one in alternatives:
        yield from _each({**one, **about}, root)
    if not alternatives:
        yield schema


def keys(schemas: Sequence[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    """The keys that records of these schemas may have."""
    return {key: one for schema in schemas for key, one in schema.get("properties", {}).items()}


def required(schemas: Sequence[Mapping[str, Any]]) -> frozenset[str]:
    """The keys that they must have."""
    return frozenset(key for schema in schemas for key in schema.get("required", ()))


def named(schemas: Sequence[Mapping[str, Any]]) -> list[str]:
    """The kinds of things that such a value, or an item of it, may name."""
    return [
        kind
        for schema in schemas
        for one in (schema, schema.get("items", {}), *schema.get("items", {}).get("anyOf", ()))
        if (kind := one.get(NAMES))
    ]


def choices(schemas: Sequence[Mapping[str, Any]]) -> list[str]:
    """The values that it can have, where they are few."""
    found: dict[str, None] = {}
    for schema in schemas:
        values = [*schema.get("enum", ()), *([schema["const"]] if "const" in schema else ())]
        # Of a truth value two spellings are enough.
        texts = ["true", "false"] if True in values else [str(value) for value in values]
        found |= dict.fromkeys(texts)
    return list(found)
