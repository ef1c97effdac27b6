"""The whole way: source in, artifacts out; the same bytes again; nothing lost when something fails."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from guidepress.scratch import PREFIX
from tests.project import Project, run


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A minimal guide, built once for the tests that only look."""
    project = Project(tmp_path_factory.mktemp("built") / "guide")
    result = project.build("--jobs", "1")
    assert result.status == 0, result.err
    return project


def test_build_writes_the_products(built: Project) -> None:
    """A guide of one chapter becomes a handbook, a deck, sheets of cards, and a manifest of their hashes."""
    products = {"handbook.pdf", "deck.apkg", "deck-update.txt", "cards.pdf"}
    assert set(built.artifacts) == {*products, "manifest.json"}
    manifest = json.loads(built.artifacts["manifest.json"])
    assert manifest["guide"] == "minimal"
    for name in products:
        entry = manifest["artifacts"][name]
        assert entry["sha256"] == hashlib.sha256(built.artifacts[name]).hexdigest()
        assert entry["bytes"] == len(built.artifacts[name])


def test_pdf_holds_the_text(built: Project) -> None:
    """The chapter's words are in the PDF, and qpdf finds nothing wrong with it."""
    pdf = built.folder / "build" / "handbook.pdf"
    text = subprocess.run(
        ["pdftotext", pdf, "-"], capture_output=True, text=True, check=True
    ).stdout
    assert "The only chapter, with one card." in " ".join(text.split())
    subprocess.run(["qpdf", "--check", pdf], capture_output=True, check=True)


def test_build_leaves_a_lock_in_the_source(built: Project) -> None:
    """Every card's identity is kept beside the source."""
    assert "minimal-what" in (built.source / "deck.lock").read_text()


@pytest.mark.slow
def test_same_bytes_in_any_process_with_any_jobs(built: Project, tmp_path: Path) -> None:
    """One worker or two, another hash seed, another time zone, another folder: the same bytes."""
    other = Project(tmp_path / "elsewhere" / "guide")
    environment = {**os.environ, "PYTHONHASHSEED": "7", "TZ": "Asia/Kathmandu", "LC_ALL": "C"}
    subprocess.run(
        [sys.executable, "-m", "guidepress", "build", str(other.folder), "--jobs", "2"],
        env=environment,
        check=True,
        capture_output=True,
    )
    assert other.artifacts == built.artifacts


def test_second_build_changes_nothing(built: Project) -> None:
    """The same source and lock give the same artifacts again."""
    before, lock = built.artifacts, (built.source / "deck.lock").read_bytes()
    assert built.build("--jobs", "1").status == 0
    assert built.artifacts == before
    assert (built.source / "deck.lock").read_bytes() == lock


def test_second_build_clears_up(
    built: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the build before still stands, what a killed one has left goes all the same."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    before = built.artifacts
    litter = [built.folder / "build" / ".guidepress-new-x", built.source / ".guidepress-new-x"]
    for path in litter:
        path.write_bytes(b"half")
    litter.append(tmp_path / f"{PREFIX}x")
    litter[-1].mkdir()
    assert built.build().status == 0
    assert built.artifacts == before
    assert not any(path.exists() for path in litter)


def test_broken_edit_keeps_the_last_good_build(project: Project) -> None:
    """An error in the source leaves build/ and deck.lock as they were; correcting it builds again."""
    assert project.build("--jobs", "1").status == 0
    good, lock = project.artifacts, (project.source / "deck.lock").read_bytes()
    project.edit("chapters/one.md", "The only chapter", "See [it](#nowhere). The only chapter")
    failed = project.build("--jobs", "1")
    assert failed.status == 1
    assert "reference-unknown" in failed.err
    assert project.artifacts == good
    assert (project.source / "deck.lock").read_bytes() == lock
    project.edit("chapters/one.md", "See [it](#nowhere). The only chapter", "The one chapter")
    assert project.build("--jobs", "1").status == 0
    assert project.artifacts["handbook.pdf"] != good["handbook.pdf"]


def test_strict_stops_at_a_warning(project: Project) -> None:
    """`--strict` treats a warning as an error; without it the guide is built."""
    project.chapter("# One\n\nText.\n\n## Two\n\n#### Four\n\nMore.\n")
    assert project.build("--jobs", "1", "--strict").status == 1
    assert project.artifacts == {}
    assert project.build("--jobs", "1").status == 0


def test_only_writes_what_is_asked_for(project: Project) -> None:
    """`--only deck` writes no handbook; a later full build writes the same deck."""
    assert project.build("--jobs", "1", "--only", "deck", "--pages", "fresh").status == 0
    deck = project.artifacts["deck.apkg"]
    assert set(project.artifacts) == {"deck.apkg", "deck-update.txt", "manifest.json"}
    assert project.build("--jobs", "1").status == 0
    assert project.artifacts["deck.apkg"] == deck


def test_edition_says_otherwise(project: Project) -> None:
    """An edition of guide.yaml replaces title and edition; an unknown one is an error with a hint."""
    guide = (project.source / "guide.yaml").read_text()
    project.write("guide.yaml", guide + "editions:\n  academy:\n    title: The Academy's Guide\n")
    assert project.build("--jobs", "1", "--edition", "academy").status == 0
    assert json.loads(project.artifacts["manifest.json"])["title"] == "The Academy’s Guide"
    wrong = project.build("--edition", "acadmy")
    assert wrong.status == 1
    assert "did you mean `academy`?" in wrong.err


def test_guide_yaml_beside_the_chapters(tmp_path: Path) -> None:
    """DIR may itself be the folder of guide.yaml."""
    folder = tmp_path / "flat"
    folder.mkdir()
    (folder / "guide.yaml").write_text(
        "id: flat\ntitle: Flat\nedition: 1.10\ncontents:\n  parts:\n    - title: P\n      chapters: [a.md]\n"
    )
    (folder / "a.md").write_text("# A\n\nText.\n")
    result = run("build", folder, "--jobs", "1")
    assert result.status == 0, result.err
    manifest = json.loads((folder / "build" / "manifest.json").read_text())
    assert manifest["edition"] == "1.10"


def test_wrong_usage_is_exit_status_2() -> None:
    """An unknown option is the user's, not the source's."""
    assert run("build", "--nonsense").status == 2


def test_out_that_cannot_be_written_is_exit_status_3(project: Project, tmp_path: Path) -> None:
    """A file where the output folder should be is the environment's fault, said in one line."""
    blocked = tmp_path / "blocked"
    blocked.write_text("a file")
    result = project.build("--jobs", "1", "--out", str(blocked / "build"))
    assert result.status == 3
    assert "Traceback" not in result.err
