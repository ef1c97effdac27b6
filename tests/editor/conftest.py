"""Fixtures: one server for all tests of a file, and a guide for each."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.editor.client import Editor, editor
from tests.project import Project


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Editor]:
    with editor(tmp_path_factory.mktemp("cache")) as made:
        yield made


@pytest.fixture
def tea(tmp_path: Path) -> Project:
    """A guide with every kind of file and every block."""
    return Project(tmp_path / "tea", "full")
