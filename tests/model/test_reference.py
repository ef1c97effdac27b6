"""docs/source.md: every key of every file is explained, and its examples are what they say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from guidepress.book.front_matter import KEYS
from guidepress.model import CardRecord, Record
from guidepress.model.files import source_models
from guidepress.source.validation import validate
from guidepress.source.yaml import load

FILES = source_models()
TEXT = (Path(__file__).parents[2] / "docs/source.md").read_text()


def models(annotation: Any) -> Iterator[type[Record]]:
    """The records in an annotation, and those in them."""
    if isinstance(annotation, type) and issubclass(annotation, Record):
        yield annotation
        for field in annotation.model_fields.values():
            yield from models(field.annotation)
    for argument in getattr(annotation, "__args__", ()):
        yield from models(argument)


def keys(model: type[Record]) -> list[str]:
    """The keys of a record, as authors write them."""
    return [field.alias or name for name, field in model.model_fields.items()]


def section(title: str) -> str:
    """The text under a heading, up to the next of its level."""
    found = re.search(rf"^## {re.escape(title)}\n(.*?)(?=^## |\Z)", TEXT, re.MULTILINE | re.DOTALL)
    assert found, title
    return found[1]


@pytest.mark.parametrize("name", FILES)
def test_every_key_is_explained(name: str) -> None:
    """In the section of its file, in code."""
    own = section(name.partition(" ")[0])
    known = [m for m in dict.fromkeys(models(FILES[name])) if m is not CardRecord]
    for model in known:
        for key in keys(model):
            assert re.search(rf"`{key}`|\b{key}:", own), f"{model.__name__}.{key}"


def test_every_key_of_a_card_is_explained() -> None:
    """Once, for all the records that carry cards."""
    own = section("Cards in YAML")
    assert all(f"`{key}`" in own for key in keys(CardRecord))


def test_front_matter_is_explained() -> None:
    """All keys but `tags`, which is another tool's."""
    own = section("Chapters")
    assert all(f"| `{key}` |" in own for key in KEYS if key != "tags")


def examples(title: str) -> list[str]:
    """The indented blocks of a section, without their indentation."""
    blocks = re.findall(r"(?:^    .*\n|^\n(?=    ))+", section(title), re.MULTILINE)
    return [re.sub(r"^    ", "", block, flags=re.MULTILINE).strip("\n") + "\n" for block in blocks]


@pytest.mark.parametrize("name", FILES)
def test_examples_are_valid(name: str) -> None:
    """What stands there can be copied."""
    whole = [text for text in examples(name.partition(" ")[0]) if is_whole(name, text)]
    assert len(whole) == 1, name
    loaded = load(whole[0], name)
    assert loaded.value is not None, loaded.diagnostics
    result = validate(FILES[name], loaded.value)
    assert result.diagnostics == ()


def is_whole(name: str, text: str) -> bool:
    """Whether an example is a file of this kind, and not a part of one."""
    loaded = load(text, name).value
    assert loaded is not None, text
    if "kind:" in name:
        return name.endswith(f"{loaded.value.get('kind')})")
    return (
        name == "brand.yaml"
        or set(loaded.value) & {"id", "stages", "skills", "questions", "terms"} != set()
    )


def test_examples_of_parts_are_valid() -> None:
    """Products, editions, contents and cards, put into a guide."""
    guide = examples("guide.yaml")[0]
    for part in examples("guide.yaml")[1:]:
        indented = part if not part.startswith("chapters:") else ""
        loaded = load(guide + indented, "guide.yaml")
        assert loaded.value is not None
        assert validate(FILES["guide.yaml"], loaded.value).diagnostics == ()
    (cards,) = examples("Cards in YAML")
    loaded = load(
        "stages:\n  - id: a\n    title: A\n" + re.sub("^", "    ", cards, flags=re.MULTILINE),
        "r.yaml",
    )
    assert loaded.value is not None
    assert validate(FILES["roadmap.yaml"], loaded.value).diagnostics == ()
