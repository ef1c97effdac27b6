"""`--pages`: where a deck that is built by itself has the handbook's page numbers from, and what it says without."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest

from guidepress.deck.packed import read_apkg
from guidepress.pdf.destinations import printed_pages
from tests.project import Project

DECK = ("--jobs", "1", "--only", "deck")
FULL = ("--jobs", "1")


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GUIDEPRESS_CACHE", str(tmp_path / "cache"))


def forget() -> None:
    shutil.rmtree(os.environ["GUIDEPRESS_CACHE"], ignore_errors=True)


def sources(project: Project) -> set[str]:
    """The source lines of all notes of the deck."""
    deck = read_apkg(project.artifacts["deck.apkg"]).value
    assert deck is not None
    return {n.values[n.type.fields.index("Source")] for n in deck.notes.values()}


@pytest.fixture
def project(project: Project) -> Project:
    """A chapter of a few pages, with a card on the last."""
    text = "\n\n".join(["Words that fill a page or two. " * 60] * 8)
    project.chapter(
        f"# One\n\n{text}\n\n/// card | What does a page of this chapter hold?\n    id: it\nThis.\n///\n"
    )
    return project


def test_without_a_handbook_a_deck_cites_no_page(project: Project) -> None:
    """Nothing is laid out, the deck says so, and says it again; once the pages are known, they come."""
    first = project.build(*DECK)
    assert first.status == 0, first.err
    assert "note[pages-unknown]" in first.err
    assert not any("p. " in line for line in sources(project)), sources(project)
    assert "note[pages-unknown]" in project.build(*DECK).err
    assert project.build("--jobs", "1", "--only", "handbook").status == 0
    last = project.build(*DECK)
    assert "pages-" not in last.err
    assert any("p. " in line for line in sources(project)), sources(project)


@pytest.mark.parametrize("kept", ["cache", "handbook"])
def test_a_deck_takes_the_pages_of_the_last_handbook(project: Project, kept: str) -> None:
    """From the cache or from build/handbook.pdf, it is the deck of the full build, byte for byte."""
    assert project.build(*FULL).status == 0
    whole = project.artifacts["deck.apkg"]
    (project.folder / "build/deck.apkg").unlink()
    if kept == "cache":
        (project.folder / "build/handbook.pdf").unlink()
    else:
        forget()
    alone = project.build(*DECK)
    assert alone.status == 0
    assert "pages-" not in alone.err
    assert project.artifacts["deck.apkg"] == whole


def test_pages_of_an_earlier_source_are_told(project: Project) -> None:
    """After an edit the old pages are cited, with a warning; it is gone when the edit is taken back."""
    assert project.build(*FULL).status == 0
    before = sources(project)
    project.edit("chapters/one.md", "This.", "That.")
    edited = project.build(*DECK)
    assert edited.status == 0
    assert "warning[pages-old]" in edited.err
    assert sources(project) == before
    assert "warning[pages-old]" in project.build(*DECK).err, "as long as it is so"
    assert project.build(*DECK, "--strict").status == 1
    project.edit("chapters/one.md", "That.", "This.")
    assert "pages-old" not in project.build(*DECK).err


def test_the_handbook_of_another_edition_is_not_cited(project: Project) -> None:
    """Its pages would stand beside the name of this edition."""
    assert project.build(*FULL).status == 0
    guide = (project.source / "guide.yaml").read_text()
    edition = json.loads(project.artifacts["manifest.json"])["edition"]
    project.write("guide.yaml", guide.replace(str(edition), "2030.7"))
    assert "pages-unknown" in project.build(*DECK).err
    assert not any("p. " in line for line in sources(project))


def test_pages_can_be_left_out_or_laid_out(project: Project) -> None:
    """`none` cites chapters whatever is known; `fresh` lays the handbook out and writes none."""
    assert project.build(*DECK, "--pages", "fresh").status == 0
    assert "handbook.pdf" not in project.artifacts
    assert any("p. " in line for line in sources(project))
    bare = project.build(*DECK, "--pages", "none")
    assert bare.status == 0
    assert "pages-" not in bare.err
    assert not any("p. " in line for line in sources(project))
    assert project.build("--pages", "none").status == 2


def test_a_damaged_handbook_is_none(project: Project) -> None:
    """A file that is not what the manifest says is not read."""
    assert project.build(*FULL).status == 0
    (project.folder / "build/handbook.pdf").write_bytes(b"%PDF-1.7 nothing")
    forget()
    assert "pages-unknown" in project.build(*DECK).err
    assert printed_pages(project.folder / "build/handbook.pdf") == {}
