"""JSON Schemas of the source files, made from their models, for editors that check while one types."""

from __future__ import annotations

import ast
import inspect
import json
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue

from guidepress.artifacts import write_atomically
from guidepress.model import Record
from guidepress.model.catalogue import CatalogueFile
from guidepress.model.files import source_models

DIALECT = "https://json-schema.org/draft/2020-12/schema"
SUFFIX = ".schema.json"


def schemas() -> dict[str, Any]:
    """Name of a source file -> its JSON Schema (draft 2020-12)."""
    return {name: schema(model, _kind(name)) for name, model in source_models().items()}


def schema_files() -> dict[str, Any]:
    """Name of a file -> the schema in it: one for each kind of source file, one for all files in data/."""
    made = {_kind(name): schema(model, _kind(name)) for name, model in source_models().items()}
    made["catalogue"] = schema(CatalogueFile, "catalogue")
    made["data"] = _either([name for name in source_models() if name.startswith("data/")])
    return {f"{kind}{SUFFIX}": found for kind, found in made.items()}


def write(folder: Path) -> list[Path]:
    """Write the schemas into a folder, a file for each kind; the files. Raises OSError."""
    written = []
    for name, found in schema_files().items():
        text = json.dumps(found, indent=2, ensure_ascii=False) + "\n"
        write_atomically(folder / name, text.encode())
        written.append(folder / name)
    return written


def schema(model: type[Record], kind: str) -> dict[str, Any]:
    """The JSON Schema of a model, with what its docstrings say of each property."""
    found = model.model_json_schema(schema_generator=_Generator)
    described = {record.__name__: record for record in _records(model)}
    for name, definition in (*found.get("$defs", {}).items(), (model.__name__, found)):
        explained = _explained(described[name])
        for key, value in definition.get("properties", {}).items():
            if key in explained:
                value["description"] = explained[key]
    return {"$schema": DIALECT, "$id": _id(kind), **found}


def _either(names: Sequence[str]) -> dict[str, Any]:
    """The schema of all files in data/: what their `kind` says decides."""
    chosen = [source_models()[name] for name in names]
    definitions: dict[str, Any] = {}
    for model, name in zip(chosen, names, strict=True):
        own = schema(model, _kind(name))
        definitions |= own.pop("$defs", {})
        definitions[model.__name__] = {k: v for k, v in own.items() if k not in ("$schema", "$id")}
    return {
        "$schema": DIALECT,
        "$id": _id("data"),
        "$defs": definitions,
        "description": "A file in data/: a table, or a set of profiles.",
        "oneOf": [{"$ref": f"#/$defs/{model.__name__}"} for model in chosen],
    }


def _kind(name: str) -> str:
    """What a file holds, as its schema is called: `guide`, `table`."""
    return name.partition("kind: ")[2].rstrip(")") or name.partition(".")[0].replace("/", "-")


def _id(kind: str) -> str:
    return f"urn:guidepress:schema:{kind}"


class _Generator(GenerateJsonSchema):
    """What the reader takes, which is more than the models say: an editor must not complain about it."""

    def str_schema(self, schema: Any) -> JsonSchemaValue:
        """A text: the reader takes a number as it is typed (`as_of: 2026`)."""
        return {**super().str_schema(schema), "type": ["string", "number"]}

    def bool_schema(self, schema: Any) -> JsonSchemaValue:
        """True or false; `yes` is a text in YAML 1.2."""
        return {"enum": [True, False, "yes", "no", "on", "off"]}

    def field_title_should_be_set(self, schema: Any) -> bool:
        """No: the name of a key says as much."""
        return False


def _records(model: type[Record]) -> Iterator[type[Record]]:
    """A model, and those in it."""
    yield model
    for field in model.model_fields.values():
        yield from _records_in(field.annotation)


def _records_in(annotation: Any) -> Iterator[type[Record]]:
    if isinstance(annotation, type) and issubclass(annotation, Record):
        yield from _records(annotation)
    for argument in getattr(annotation, "__args__", ()):
        yield from _records_in(argument)


def _explained(model: type[BaseModel]) -> dict[str, str]:
    """What the docstrings below the fields of a model, and of those it is made from, say, by the names of keys."""
    found: dict[str, str] = {}
    for base in reversed(model.__mro__):
        if issubclass(base, Record):
            found |= _below_fields(base)
    fields = model.model_fields
    return {fields[name].alias or name: text for name, text in found.items() if name in fields}


@cache
def _below_fields(model: type[BaseModel]) -> Mapping[str, str]:
    """The docstrings of one class, by field. Most are in several schemas, and to find one its whole file is parsed."""
    (definition,) = ast.parse(textwrap.dedent(inspect.getsource(model))).body
    assert isinstance(definition, ast.ClassDef)
    found = {}
    for field, below in zip(definition.body, definition.body[1:], strict=False):
        if (
            isinstance(field, ast.AnnAssign)
            and isinstance(field.target, ast.Name)
            and isinstance(below, ast.Expr)
            and isinstance(below.value, ast.Constant)
            and isinstance(below.value.value, str)
        ):
            found[field.target.id] = inspect.cleandoc(below.value.value)
    return found
