"""A book to stamp, made once, and a folder to stamp it into."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.project import Project, Run, run


@dataclass(frozen=True)
class Office:
    """A list of recipients, a book, and where the copies go."""

    folder: Path
    book: Path
    deck: Path

    @property
    def list(self) -> Path:
        return self.folder / "people.csv"

    @property
    def out(self) -> Path:
        return self.folder / "copies"

    def people(self, text: str | bytes) -> Office:
        """Write the list."""
        self.list.write_bytes(text.encode() if isinstance(text, str) else text)
        return self

    def stamp(self, *options: str | Path, book: Path | None = None) -> Run:
        arguments = ["--recipients", self.list, "--out", self.out, "--jobs", "1"]
        return run("stamp", book or self.book, *arguments, *options)

    @property
    def copies(self) -> Sequence[Path]:
        return sorted(path for path in self.out.iterdir() if path.suffix == ".pdf")

    @property
    def files(self) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in self.out.iterdir()}


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A guide with a handbook and a deck."""
    project = Project(tmp_path_factory.mktemp("built") / "guide")
    done = project.build("--jobs", "1")
    assert done.status == 0, done.err
    return project


@pytest.fixture
def office(tmp_path: Path, built: Project) -> Office:
    folder = built.folder / "build"
    return Office(tmp_path, folder / "handbook.pdf", folder / "deck.apkg")
