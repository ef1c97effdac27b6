"""The Book: frozen, picklable, the same in every process."""

from __future__ import annotations

import dataclasses
import hashlib
import os
import pickle
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec import Struct
from tests.project import GUIDES, Project

from guidepress.book import model
from guidepress.book.model import Book
from guidepress.diagnostics import Span

CLASSES = [c for c in vars(model).values() if isinstance(c, type) and dataclasses.is_dataclass(c)]


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Book:
    return Project(tmp_path_factory.mktemp("full") / "guide", "full").book()


def inside(value: Any) -> Iterator[Any]:
    """A value and everything in it."""
    yield value
    if dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            yield from inside(getattr(value, field.name))
    elif isinstance(value, Struct):
        for name in value.__struct_fields__:
            yield from inside(getattr(value, name))
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from inside(key)
            yield from inside(item)
    elif isinstance(value, (tuple, list, set, frozenset)):
        for item in value:
            yield from inside(item)


@pytest.mark.parametrize("one", CLASSES, ids=lambda c: c.__name__)
def test_every_class_is_frozen(one: Any) -> None:
    """Pipelines share the Book; none can change it for another."""
    assert one.__dataclass_params__.frozen
    assert not hasattr(one, "__dict__") or "__slots__" in vars(one)


def test_book_holds_nothing_that_could_change(book: Book) -> None:
    """Frozen values down to the last, and mappings that nobody is handed to write to."""
    for value in inside(book):
        assert (
            isinstance(value, (str, int, float, bool, tuple, dict, Path, Span, type(None)))
            or (dataclasses.is_dataclass(value) and type(value) in CLASSES)
            or (isinstance(value, Struct) and value.__struct_config__.frozen)
        ), type(value)


def test_text_of_the_book_is_plain(book: Book) -> None:
    """No subclass of `str`, such as lxml's, drags its tree along."""
    assert {type(value) for value in inside(book) if isinstance(value, str)} == {str}


def test_pickling(book: Book) -> None:
    """A worker in another process gets the same book."""
    assert pickle.loads(pickle.dumps(book)) == book


DIGEST = """
import dataclasses, hashlib, sys
from pathlib import Path
from guidepress.book.compiler import compile_book
from guidepress.source.project import read_guide
from tests.project import words_in
book = compile_book(read_guide(Path(sys.argv[1])).value, words_in()).value
# repr, and not pickle: that also says which equal strings are one object.
print(hashlib.sha256(repr(book).encode()).hexdigest())
"""


def digest(folder: Path, seed: str) -> str:
    result = subprocess.run(
        [sys.executable, "-c", DIGEST, folder],
        env={**os.environ, "PYTHONHASHSEED": seed},
        capture_output=True,
        text=True,
        check=True,
    )
    return result.stdout.strip()


def test_same_book_in_every_process(tmp_path: Path) -> None:
    """Whatever the seed of its hashes: no order of a set reaches the book."""
    project = Project(tmp_path / "guide", "full")
    expected = hashlib.sha256(repr(project.book()).encode()).hexdigest()
    assert {digest(project.folder, seed) for seed in ("0", "1", "4242")} == {expected}


def test_problems_are_the_same_in_every_process(tmp_path: Path) -> None:
    """Nor does one reach a hint."""
    project = Project(tmp_path / "guide", "full")
    project.write(
        "chapters/preface.md",
        "# A\n\n[](#kind) [](#tee) [](x.md) ![x](../images/pots.svg) *te*{: .term}\n",
    )
    code = (
        "import sys; from pathlib import Path; from guidepress.source.project import read_guide;"
        "from guidepress.book.compiler import compile_book;"
        "from tests.project import words_in;"
        "print(compile_book(read_guide(Path(sys.argv[1])).value, words_in()).diagnostics)"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", code, project.folder],
            env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True,
        ).stdout
        for seed in ("0", "1", "4242")
    }  # fmt: skip
    assert len(outputs) == 1
    assert "did you mean" in outputs.pop()


def test_chapters_come_in_reading_order(book: Book) -> None:
    """Front matter, parts, back matter."""
    assert [c.file for c in book.chapters()] == [
        f"source/chapters/{name}.md"
        for name in ("preface", "kinds", "brewing", "places", "questions")
    ]
    assert (GUIDES / "full").is_dir()
