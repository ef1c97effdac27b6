"""One release after another: what the handbook and the sheets say is new."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pikepdf
import pytest

from tests.pdf.inspection import texts
from tests.project import Project

SECTION = "New in this edition"
FIRST = """
# One

The only chapter, about water.

/// card | At how many degrees does water boil?
    id: boils

A hundred.
///

/// card | What is ice?
    id: ice

Water that is frozen.
///

/// cloze
    id: steam

Water that boils becomes ==steam==.
///

/// card | Who wrote this?
    id: author

Nobody.
///
"""
GLOSSARY = "terms:\n  - id: dew\n    term: Dew\n    definition: {}\n"
NEW = """
/// card | What does `H2O` stand for?
    id: formula

Water.
///
"""


@dataclass(frozen=True)
class Release:
    """What a build left."""

    pages: list[str]
    labels: list[str]
    artifacts: Mapping[str, bytes]

    @property
    def news(self) -> str:
        """The section's page, as one line of words."""
        (page,) = [" ".join(p.split()) for p in self.pages if p.strip().startswith(SECTION)]
        return page

    def asked(self, words: str) -> str:
        """The number of the page on which a chapter asks a question."""
        (page,) = [
            label
            for text, label in zip(self.pages, self.labels, strict=True)
            if "Review questions" in text and words in " ".join(text.split())
        ]
        return page


def release(project: Project, *arguments: str) -> Release:
    result = project.build("--jobs", "1", *arguments)
    assert result.status == 0, result.err
    path = project.folder / "build" / "handbook.pdf"
    with pikepdf.open(path) as pdf:
        labels = [page.label for page in pdf.pages]
    return Release(texts(path), labels, project.artifacts)


def give(project: Project) -> None:
    """Put the built deck where the decks are kept that learners have."""
    kept = project.folder / "releases" / "2025-01-01.apkg"
    kept.parent.mkdir()
    kept.write_bytes(project.artifacts["deck.apkg"])


def written(folder: Path) -> Project:
    """A guide before its first release."""
    project = Project(folder)
    project.chapter(FIRST).write("glossary.yaml", GLOSSARY.format("Drops in the morning."))
    guide = (project.source / "guide.yaml").read_text()
    return project.write("guide.yaml", f'{guide}date: "2025-01-01"\n')


def revised(project: Project) -> Project:
    """The same guide with two cards changed, one new and one withdrawn, to be released in June."""
    project.edit("guide.yaml", "2025-01-01", "2025-06-01")
    chapter = FIRST.replace("A hundred.", "A hundred, by the sea.")
    before, _, _ = chapter.partition("/// card | Who wrote this?")
    project.chapter(before + NEW.strip() + "\n")
    return project.write("glossary.yaml", GLOSSARY.format("Drops in the evening."))


@pytest.fixture(scope="module")
def releases(tmp_path_factory: pytest.TempPathFactory) -> tuple[Project, Release, Release]:
    """A project built, revised and built again, and what came out both times."""
    project = written(tmp_path_factory.mktemp("editions") / "guide")
    first = release(project)
    give(project)
    return project, first, release(revised(project))


def test_a_first_release_has_no_news(releases: tuple[Project, Release, Release]) -> None:
    _, first, _ = releases
    assert SECTION not in "".join(first.pages)


def test_the_handbook_tells_what_is_new(releases: tuple[Project, Release, Release]) -> None:
    """Each question with its number and page, changed ones marked, withdrawn ones by name at the end."""
    _, _, second = releases
    news = re.sub(r"(\. )+", "… ", second.news)
    page = second.asked("What does H2O stand for?")
    assert f"1 At how many degrees does water boil? changed … {page}" in news
    assert f"4 What does H2O stand for? … {page}" in news
    assert re.search(r"Glossary Dew changed … \d+ Withdrawn Who wrote this\? author$", news)
    assert "ice" not in news
    assert "steam" not in news


def test_the_contents_list_it_and_it_comes_after_them(
    releases: tuple[Project, Release, Release],
) -> None:
    _, _, second = releases
    found = [i for i, page in enumerate(second.pages) if SECTION in page]
    assert len(found) == 2
    contents, section = found
    assert second.pages[contents].strip().startswith("Contents")
    after = next(
        i for i, page in enumerate(second.pages) if "The Only Part" in page and i > contents
    )
    assert contents < section < after


def test_built_again_an_edition_tells_the_same(
    releases: tuple[Project, Release, Release],
) -> None:
    project, _, second = releases
    assert release(project, "--no-cache").artifacts == second.artifacts
    release(project, "--only", "handbook", "--no-cache")
    assert project.artifacts["handbook.pdf"] == second.artifacts["handbook.pdf"]


def test_a_draft_of_the_next_release_tells_the_same_before_the_lock_does(tmp_path: Path) -> None:
    """The handbook alone leaves deck.lock as it is, and has the news that a full build gives it."""
    project = written(tmp_path / "guide")
    release(project)
    revised(project)
    lock = (project.source / "deck.lock").read_bytes()
    draft = release(project, "--only", "handbook", "--no-cache")
    assert (project.source / "deck.lock").read_bytes() == lock
    again = release(project, "--no-cache")
    assert again.artifacts["handbook.pdf"] == draft.artifacts["handbook.pdf"]


def test_another_lock_is_another_handbook(project: Project) -> None:
    """A build of the handbook alone stands no longer once deck.lock comes, changes or goes."""
    written(project.folder)
    assert project.build("--jobs", "1").status == 0
    lock = (project.source / "deck.lock").read_bytes()
    revised(project)
    (project.source / "deck.lock").unlink()
    built = []
    for data in (None, lock, lock.replace(b"card ice ", b"card hail "), None):
        if data is None:
            (project.source / "deck.lock").unlink(missing_ok=True)
        else:
            (project.source / "deck.lock").write_bytes(data)
        assert project.build("--jobs", "1", "--only", "handbook").status == 0
        built.append("".join(texts(project.folder / "build" / "handbook.pdf")))
    assert [SECTION in text for text in built] == [False, True, True, False]
    assert ["What is ice? . ." in text for text in built] == [False, False, True, False]


def test_the_sheets_of_an_update_hold_just_the_news(tmp_path: Path) -> None:
    project = written(tmp_path / "guide")
    guide = (project.source / "guide.yaml").read_text()
    update = "editions:\n  update:\n    products:\n      cards: {card: A7, news: true}\n"
    project.write("guide.yaml", guide + update)
    first = project.build("--jobs", "1", "--edition", "update")
    assert first.status == 0
    assert "cards-none" in first.err
    assert "cards.pdf" not in project.artifacts
    release(revised(project), "--edition", "update")
    fronts, *_ = texts(project.folder / "build" / "cards.pdf")
    words = " ".join(fronts.split())
    assert "3/3" in words
    assert "4/" not in words
    for asked in ("How many degrees", "H2O", "Dew"):
        assert asked.lower() in words.lower()
    assert "ice" not in words


def test_a_lock_that_cannot_be_continued_stops_a_build_before_any_page(project: Project) -> None:
    """The handbook's news come from deck.lock, so its errors are reported once, and first."""
    assert project.build("--jobs", "1").status == 0
    give(project)
    project.edit("guide.yaml", "id: minimal", "id: other")
    failed = project.build("--jobs", "1")
    assert failed.status == 1
    assert failed.err.count("lock-guide") == 1
    assert "pressing the handbook" not in failed.err
