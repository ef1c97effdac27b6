"""Whether the last build still stands: files that it has not read may come and go, too."""

from __future__ import annotations

from pathlib import Path

import pytest

from guidepress.cache import Cache
from guidepress.up_to_date import BuildNote, FinishedBuild
from tests.project import Project


@pytest.fixture
def note(project: Project, tmp_path: Path) -> BuildNote:
    """Of a build that is finished."""
    note = BuildNote(project.folder, tmp_path / "out", [], Cache(tmp_path / "cache"))
    note.write({}, (), ())
    assert note.read() == FinishedBuild((), ())
    return note


@pytest.mark.parametrize(
    "name",
    [
        "source/glossary.yaml",
        "source/faq.yml",
        "source/data/cities.yaml",
        "source/deck.lock",
        "source/chapters/two.md",
        "source/de/chapters/one.md",
        "source/de/glossary.yaml",
        "layouts/own/layout.yaml",
        "layouts/own/handbook/page.css",
        "releases/2025.1.apkg",
    ],
)
def test_a_file_that_comes_or_goes_asks_for_a_build(
    project: Project, note: BuildNote, name: str
) -> None:
    path = project.folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("new", encoding="utf-8")
    assert note.read() is None
    note.write({}, (), ())
    assert note.read() is not None
    path.unlink()
    assert note.read() is None


def test_a_file_that_nobody_reads_does_not(project: Project, note: BuildNote) -> None:
    (project.folder / "source/chapters/ideas.txt").write_text("later", encoding="utf-8")
    (project.folder / "notes.md").write_text("later", encoding="utf-8")
    assert note.read() is not None
