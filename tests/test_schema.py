"""JSON Schemas of the source files: what the reader takes they take, and each property is explained."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from guidepress.schema import DIALECT, schema_files, schemas
from tests.model.test_reference import examples
from tests.project import run

ROOT = Path(__file__).parent.parent
SCHEMAS = schema_files()


class Yaml12(yaml.SafeLoader):
    """YAML as editors read it: 1.2, in which `no` and `2025-01-01` are texts."""


Yaml12.yaml_implicit_resolvers = {
    first: [
        (tag, pattern) for tag, pattern in resolvers if not tag.endswith((":bool", ":timestamp"))
    ]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
Yaml12.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(?:true|false)$"), list("tf"))


def problems(kind: str, text: str) -> list[str]:
    """What an editor would underline in a file."""
    validator = jsonschema.Draft202012Validator(SCHEMAS[f"{kind}.schema.json"])
    return [problem.message for problem in validator.iter_errors(yaml.load(text, Yaml12))]


def kind_of(path: Path) -> str:
    return "data" if path.parent.name == "data" else path.stem


SOURCES = sorted(
    path
    for folder in (ROOT / "source", ROOT / "src/guidepress/scaffold/template/source")
    for path in (*folder.glob("*.yaml"), *folder.glob("data/*.yaml"))
)


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_the_shipped_guide_is_valid(path: Path) -> None:
    assert problems(kind_of(path), path.read_text()) == []


@pytest.mark.parametrize("name", schemas())
def test_the_examples_of_the_docs_are_valid(name: str) -> None:
    """Whole files, and parts of them beside the keys that they lack."""
    title, _, rest = name.partition(" ")
    tried = 0
    for text in examples(title):
        found = yaml.load(text, Yaml12)
        if not isinstance(found, dict):
            continue
        kind = "data" if rest else title.removesuffix(".yaml")
        if kind == "guide" and "title" not in found:
            around = yaml.load(examples("guide.yaml")[0], Yaml12)
            own = (
                {"contents": {"parts": [{"title": "T", **found}]}} if "chapters" in found else found
            )
            text = json.dumps({**around, **own})
        if rest and f"kind: {found.get('kind')})" not in rest:
            continue
        assert problems(kind, text) == [], text
        tried += 1
    assert tried


TABLE = (
    "kind: table\nid: t\ntitle: T\ncolumns: [{id: a, name: A}]\nrows: [[1], [b]]\nas_of: 2026\n"
    "source: S\n"
)
GUIDE = "id: g\ntitle: T\nedition: 1\ncontents: {parts: [{title: P, chapters: [a.md]}]}\n"


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("guide", GUIDE),
        ("guide", GUIDE + "date: 2025-01-01\n"),
        ("guide", GUIDE + "date: 2025\nproducts: {web: yes, handbook: {page: [7in, 9in], marks: no}}\n"),
        ("guide", GUIDE.replace("[a.md]", "[{file: a.md, title: 1984}, b.md]")),
        ("glossary", "terms: [{id: a, term: 404, definition: Not found.}]\n"),
        ("data", TABLE),
        ("data", "kind: profiles\nid: p\ntitle: P\nprofiles: [{id: a, name: A, summary: S}]\nas_of: 2026\n"),
        ("catalogue", "guides: [guides/*, {guide: one, editions: [main]}]\n"),
    ],
)  # fmt: skip
def test_what_the_reader_takes_is_valid(kind: str, text: str) -> None:
    assert problems(kind, text) == []


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("guide", GUIDE + "titel: T\n"),
        ("guide", GUIDE.replace("id: g", "id: Not An Id")),
        ("guide", GUIDE.replace("[a.md]", "[]")),
        ("guide", GUIDE + "products: {cards: {flip: sideways}}\n"),
        ("glossary", "terms: [{id: a, term: T}]\n"),
        ("data", "kind: chart\nid: t\n"),
        ("catalogue", "guides: []\n"),
    ],
)
def test_what_the_reader_refuses_is_not(kind: str, text: str) -> None:
    assert problems(kind, text)


def properties(schema: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, record in (("", schema), *schema.get("$defs", {}).items()):
        for key, value in record.get("properties", {}).items():
            yield f"{name}.{key}", value


@pytest.mark.parametrize("name", SCHEMAS)
def test_each_file_is_a_schema_in_which_everything_is_explained(name: str) -> None:
    schema = SCHEMAS[name]
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == DIALECT
    assert schema["$id"] == f"urn:guidepress:schema:{name.removesuffix('.schema.json')}"
    assert schema["description"]
    for key, value in properties(schema):
        assert value.get("description", "").endswith("."), key


def test_schemas_are_written_into_a_folder(tmp_path: Path) -> None:
    """A file for each kind; on the terminal they come as one object, as ever."""
    written = run("schema", "--out", tmp_path / "schemas")
    assert written.status == 0
    found = {p.name: json.loads(p.read_text()) for p in (tmp_path / "schemas").iterdir()}
    assert found == SCHEMAS
    assert sorted(written.out.split()) == sorted(str(tmp_path / "schemas" / name) for name in found)
    assert json.loads(run("schema").out) == schemas()


@pytest.mark.parametrize("adopted", [False, True])
def test_new_tells_editors_of_the_schemas(tmp_path: Path, adopted: bool) -> None:
    """Each YAML file names its own, and the settings of VS Code that of each."""
    (tmp_path / "book").mkdir()
    (tmp_path / "book/one.md").write_text("# One\n\nText.\n")
    folder = tmp_path / "guide"
    made = run("new", folder, *(("--from", tmp_path / "book") if adopted else ()))
    assert made.status == 0, made.err
    for path in (folder / "source").glob("*.yaml"):
        first = path.read_text().splitlines()[0]
        assert first.startswith("# yaml-language-server: $schema=")
        place = Path(os.path.normpath(path.parent / first.partition("=")[2]))
        assert json.loads(place.read_text()) == SCHEMAS[f"{path.stem}.schema.json"]
        assert problems(path.stem, path.read_text()) == []
    settings = json.loads((folder / ".vscode/settings.json").read_text())
    for place, files in settings["yaml.schemas"].items():
        assert (folder / place).is_file()
        assert files.startswith("source/")
    assert run("check", folder).status == 0


def test_settings_that_are_there_stay(tmp_path: Path) -> None:
    settings = tmp_path / "guide/.vscode/settings.json"
    settings.parent.mkdir(parents=True)
    settings.write_text("{}")
    assert run("new", tmp_path / "guide").status == 0
    assert settings.read_text() == "{}"
