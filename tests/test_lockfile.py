"""A deck.lock that went missing: said by the build, and made again."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.project import Project, run

LOCK = "deck.lock"


@pytest.fixture
def released(project: Project) -> Project:
    """A guide whose deck was built once."""
    assert project.build("--jobs", "1", "--only", "deck").status == 0
    return project


def git(folder: Path, *words: str) -> None:
    command = ["git", "-c", "user.name=t", "-c", "user.email=t@t", *words]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)


def keep_release(project: Project) -> Path:
    """The built deck put where releases are kept."""
    kept = project.folder / "releases" / "2025.1.apkg"
    kept.parent.mkdir()
    kept.write_bytes(project.artifacts["deck.apkg"])
    return kept


def test_the_first_build_says_that_it_is_the_first(project: Project) -> None:
    first = project.build("--jobs", "1", "--only", "deck")
    assert first.status == 0
    assert "note[lock-new]" in first.err
    assert "source/deck.lock" in first.err
    assert "lock-new" not in project.build("--jobs", "1", "--only", "deck").err
    project.edit("chapters/one.md", "The only chapter", "The one chapter")
    assert "lock-new" not in project.build("--jobs", "1", "--only", "deck").err


def test_a_lock_that_a_release_tells_of_is_missed(released: Project) -> None:
    keep_release(released)
    (released.source / LOCK).unlink()
    before = released.artifacts
    failed = released.build("--jobs", "1")
    assert failed.status == 1
    assert "error[lock-missing]" in failed.err
    assert "guidepress lock --from releases/2025.1.apkg" in failed.err
    assert released.artifacts == before
    assert not (released.source / LOCK).exists()


def test_a_lock_that_git_knows_is_missed(released: Project) -> None:
    git(released.folder, "init", "-q", "-b", "main")
    git(released.folder, "add", "source")
    git(released.folder, "commit", "-qm", "release")
    kept = (released.source / LOCK).read_bytes()
    (released.source / LOCK).unlink()
    for committed in (False, True):
        if committed:
            git(released.folder, "commit", "-qam", "lose it")
        failed = released.build("--jobs", "1")
        assert failed.status == 1
        assert "error[lock-missing]" in failed.err
    hint = failed.err.partition("`git checkout ")[2].partition("`")[0]
    git(released.source, "checkout", *hint.split())
    assert (released.source / LOCK).read_bytes() == kept
    assert released.build("--jobs", "1", "--only", "deck").status == 0


def test_a_repository_that_never_had_one_is_a_first_release(project: Project) -> None:
    git(project.folder, "init", "-q", "-b", "main")
    assert "note[lock-new]" in project.build("--jobs", "1", "--only", "deck").err


def test_an_empty_lock_starts_a_new_deck(released: Project) -> None:
    keep_release(released)
    released.write(LOCK, "")
    assert released.build("--jobs", "1", "--only", "deck").status == 0
    assert "card minimal-what" in (released.source / LOCK).read_text()


def test_the_lock_is_made_again(released: Project) -> None:
    kept, lock = keep_release(released), (released.source / LOCK).read_bytes()
    (released.source / LOCK).unlink()
    made = run("lock", released.folder, "--from", kept)
    assert (made.status, made.out) == (0, f"{released.source / LOCK}\n"), made.err
    assert (released.source / LOCK).read_bytes() == lock
    before = released.artifacts
    assert released.build("--jobs", "1", "--only", "deck").status == 0
    assert released.artifacts == before


def test_a_lock_that_says_something_else_is_left_alone(released: Project) -> None:
    kept = keep_release(released)
    assert run("lock", released.folder, "--from", kept).status == 0
    other = (released.source / LOCK).read_text().replace("card minimal-what", "card other")
    released.write(LOCK, other)
    failed = run("lock", released.folder, "--from", kept)
    assert failed.status == 1
    assert "error[lock-exists]" in failed.err
    assert (released.source / LOCK).read_text() == other


def test_a_source_with_errors_does_not_keep_the_lock_from_coming_back(released: Project) -> None:
    kept, lock = keep_release(released), (released.source / LOCK).read_bytes()
    (released.source / LOCK).unlink()
    released.edit("chapters/one.md", "The only chapter", "See [it](#nowhere). The only chapter")
    assert run("lock", released.folder, "--from", kept).status == 0
    assert (released.source / LOCK).read_bytes() == lock


def test_what_the_lock_cannot_be_made_from(released: Project, tmp_path: Path) -> None:
    nothing = tmp_path / "nothing.apkg"
    nothing.write_bytes(b"no deck")
    (released.source / LOCK).unlink()
    failed = run("lock", released.folder, "--from", nothing)
    assert failed.status == 1
    assert "error[apkg-unreadable]" in failed.err
    assert not (released.source / LOCK).exists()
    assert run("lock", tmp_path / "no-guide", "--from", nothing).status == 1
    assert run("lock", released.folder).status == 2
