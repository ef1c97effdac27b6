"""A catalogue: every guide by itself, whatever becomes of the others; once more costs what changed."""

from __future__ import annotations

import json
import os
import signal
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests.project import Project, Run, run

from guidepress.catalogue import building, running
from guidepress.catalogue.building import Outcome
from guidepress.catalogue.reading import read_catalogue
from guidepress.catalogue.running import build_all, build_task
from guidepress.catalogue.task import Task
from guidepress.pdf.workers import Workers

BROKEN = "# One\n\nSee [](#nowhere).\n"
CORRECTED = "# One\n\n/// card | What is corrected?\n    id: b\n\nAll.\n///\n"


@dataclass(frozen=True)
class Shelf:
    """A folder with guides and a catalogue of them."""

    folder: Path

    def guide(self, name: str) -> Project:
        project = Project(self.folder / "guides" / name)
        project.edit("guide.yaml", "id: minimal", f"id: {name}")
        return project

    def catalogue(self, text: str) -> Path:
        path = self.folder / "all.yaml"
        path.write_text(text)
        return path

    def batch(self, *options: str) -> Run:
        return run("batch", self.folder / "all.yaml", "--jobs", "1", *options)

    def report(self, *options: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads(self.batch("--format", "json", *options).out)
        return found

    def statuses(self, *options: str) -> dict[str, str]:
        return {one["guide"]: one["status"] for one in self.report(*options)}


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shelf:
    monkeypatch.setenv("GUIDEPRESS_CACHE", str(tmp_path / "cache"))
    return Shelf(tmp_path)


def test_one_broken_guide_does_not_stop_the_rest(shelf: Shelf) -> None:
    """It is reported with its place; a second run makes what is missing or changed, and nothing else."""
    projects = {name: shelf.guide(name) for name in ("a", "b", "c")}
    projects["b"].chapter(BROKEN)
    shelf.catalogue("guides:\n  - guide: guides/*\n    only: [deck]\n")
    done = shelf.batch()
    assert done.status == 1
    assert "error[reference-unknown]" in done.err
    assert "guides/b/source/chapters/one.md:3" in done.err
    assert done.out.splitlines()[-1] == "3 in all: 2 built, 1 failed"
    assert done.out.splitlines()[-2] == "failed    b: 1 error"
    decks = {n: (shelf.folder / "build" / n / "main" / "deck.apkg") for n in projects}
    assert [n for n, deck in decks.items() if deck.is_file()] == ["a", "c"]
    assert shelf.statuses() == {"a": "unchanged", "b": "failed", "c": "unchanged"}
    projects["b"].chapter(CORRECTED)
    assert shelf.statuses() == {"a": "unchanged", "b": "built", "c": "unchanged"}
    assert shelf.batch().status == 0


def test_editions_and_copies(shelf: Shelf) -> None:
    """Each edition in its folder, with the copies of its handbook beside it."""
    guide = shelf.guide("a")
    text = (guide.source / "guide.yaml").read_text()
    guide.write("guide.yaml", f"{text}editions:\n  acme:\n    title: For Acme\n")
    (shelf.folder / "people.csv").write_text("name\nAda\nمحمد\n")
    shelf.catalogue(
        "out: out\nguides:\n  - {guide: guides/a, editions: [main, acme, none], only: [handbook],"
        " recipients: people.csv, licence: All rights reserved}\n"
    )
    found = shelf.report()
    assert [(one["edition"], one["status"], one["copies"]) for one in found] == [
        ("main", "built", 2),
        ("acme", "built", 2),
        ("none", "failed", 0),
    ]
    for edition in ("main", "acme"):
        copies = (shelf.folder / "out" / "a" / edition / "copies").glob("*.pdf")
        assert {path.name for path in copies} == {"0001-Ada.pdf", "0002-محمد.pdf"}
    (shelf.folder / "people.csv").write_text("name\nAda\nx,y\n")
    (first, *_) = shelf.report()
    assert first["status"] == "failed"
    assert "recipients-row" in [problem["code"] for problem in first["problems"]]


def test_all_editions_and_languages(shelf: Shelf) -> None:
    """Each edition of each guide, or those in certain languages; what a guide lacks is told at its line."""
    for name in ("a", "b"):
        guide = shelf.guide(name)
        text = (guide.source / "guide.yaml").read_text()
        more = "  brief: {language: de, subtitle: Kurz}\n" if name == "a" else ""
        guide.write(
            "guide.yaml",
            f"{text}editions:\n  acme: {{title: T}}\n  deutsch: {{language: de}}\n{more}",
        )
    entry = "guides:\n  - {{guide: 'guides/*', only: [deck], {}}}\n"

    def asked() -> dict[str, tuple[str, ...]]:
        return {task.name: task.editions for task in tasks(shelf)}

    shelf.catalogue(entry.format("editions: all"))
    assert asked() == {"a": ("main", "acme", "deutsch", "brief"), "b": ("main", "acme", "deutsch")}
    shelf.catalogue(entry.format("languages: [de]"))
    assert asked() == {"a": ("deutsch", "brief"), "b": ("deutsch",)}
    assert [(o["edition"], o["status"]) for o in shelf.report()] == [
        ("deutsch", "built"), ("brief", "built"), ("deutsch", "built")
    ]  # fmt: skip
    shelf.catalogue(entry.format("editions: [main, brief, deutsch], languages: [de, en]"))
    assert asked()["b"] == ("main", "deutsch")
    shelf.catalogue(entry.format("languages: [de, ar]"))
    assert (
        "error[catalogue-language]: no edition of `a` is in the language `ar`" in shelf.batch().err
    )
    # An exam has a handbook and nothing else.
    exam = "  finals: {exam: {seed: 1, draw: [{count: 1}]}}\n"
    (guide.source / "guide.yaml").write_text((guide.source / "guide.yaml").read_text() + exam)
    shelf.catalogue(entry.format("editions: all"))
    assert asked()["b"] == ("main", "acme", "deutsch")
    shelf.catalogue(entry.format("editions: all").replace("[deck]", "[handbook]"))
    assert asked()["b"] == ("main", "acme", "deutsch", "finals")
    # A guide that cannot be read is told as such.
    (shelf.folder / "guides/a/source/guide.yaml").write_text("id: [\n")
    shelf.catalogue(entry.format("languages: [de]"))
    assert "guides/a/source/guide.yaml" in shelf.batch().err


def test_editions_in_languages(shelf: Shelf) -> None:
    """Each of them in each language that there is it in, whichever of the two guide.yaml names."""
    guide = shelf.guide("a")
    text = (guide.source / "guide.yaml").read_text()
    guide.write(
        "guide.yaml", f"{text}languages: [de, ar]\neditions:\n  acme: {{languages: [de]}}\n"
    )
    entry = "guides:\n  - {{guide: guides/a, {}}}\n"
    for asked, editions in (
        ("editions: all", ("main", "de", "ar", "acme", "acme-de")),
        ("editions: [main, acme]", ("main", "acme")),
        ("editions: [main, acme], languages: [de, en]", ("de", "main", "acme-de", "acme")),
        ("editions: [acme], languages: [ar]", ()),
        ("languages: [de]", ("de", "acme-de")),
    ):
        shelf.catalogue(entry.format(asked))
        assert [task.editions for task in tasks(shelf)] == [editions]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "file-empty"),
        ("guides: []\n", "value-"),
        ("guides: [guides/a, {guide: guides/b, editons: [x]}]\n", ""),
        ("guides: [guides/x]\n", "catalogue-guide"),
        ("guides: ['nothing/*']\n", "catalogue-guide"),
        ("guides: ['**x']\n", "catalogue-guide"),
        ("guides: [{guide: 'guides/*', name: one}]\n", "catalogue-guide"),
        ("guides: [guides/a, guides/../guides/a]\n", "catalogue-duplicate"),
        ("guides: [{guide: guides/a, only: [hanbook]}]\n", "catalogue-product"),
        ("guides: [{guide: guides/a, recipients: nobody.csv}]\n", "catalogue-recipients"),
        (
            "guides: [{guide: guides/a, only: [deck], recipients: all.yaml}]\n",
            "catalogue-recipients",
        ),
        ("guides: [guides/a\n", "yaml-"),
    ],
)
def test_a_catalogue_that_means_nothing_is_refused(shelf: Shelf, text: str, code: str) -> None:
    """At its line, before anything is built."""
    shelf.guide("a")
    shelf.guide("b")
    shelf.catalogue(text)
    done = shelf.batch()
    assert done.status == 1
    assert f"error[{code}" in done.err
    assert "all.yaml" in done.err
    assert "Traceback" not in done.err
    assert not (shelf.folder / "build").exists()


def tasks(shelf: Shelf) -> tuple[Task, ...]:
    found = read_catalogue(shelf.folder / "all.yaml").value
    assert found is not None
    return found


def die_over_b(cache: Path | None, strict: bool, task: Task) -> list[Outcome]:
    """In a worker: build, but over one guide be killed, as by a system that is out of memory."""
    if task.name == "b":
        os.kill(os.getpid(), signal.SIGKILL)
    return build_task(cache, strict, task)


def test_a_worker_that_is_killed_costs_its_guide_only(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Tried once more, then reported; the same bytes of the others as one process makes."""
    for name in ("a", "b", "c"):
        shelf.guide(name)
    shelf.catalogue("guides: [{guide: 'guides/*', only: [deck]}]\n")
    monkeypatch.setattr(running, "build_task", die_over_b)
    reported: list[tuple[int, int]] = []
    with Workers(2) as workers:
        found = build_all(tasks(shelf), workers, None, False, lambda *n: reported.append(n))
    assert [one.status for one in found] == ["built", "broken", "built"]
    assert "SIGKILL" in found[1].reason
    assert reported == [(1, 3), (2, 3), (3, 3)]
    decks = [shelf.folder / "build" / name / "main" / "deck.apkg" for name in ("a", "c")]
    before = [deck.read_bytes() for deck in decks]
    for deck in decks:
        deck.unlink()
    monkeypatch.undo()
    build_all(tasks(shelf), Workers(1), None, False, lambda *n: None)
    assert [deck.read_bytes() for deck in decks] == before


def test_what_the_machine_does_is_told(shelf: Shelf) -> None:
    """A folder that cannot be made is no reason to stop either."""
    shelf.guide("a")
    shelf.guide("b")
    shelf.catalogue("guides: [{guide: 'guides/*', only: [deck]}]\n")
    (shelf.folder / "build").mkdir()
    (shelf.folder / "build" / "a").write_text("in the way")
    done = shelf.batch()
    assert done.status == 1
    assert "built     b" in done.out
    assert "broken    a: " in done.out
    assert "Traceback" not in done.err


def test_a_bug_is_told_too(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    """With where it is: the other guides are built."""
    shelf.guide("a")
    shelf.guide("b")
    shelf.catalogue("guides: [{guide: 'guides/*', only: [deck]}]\n")

    real = building.Build.run

    def sometimes(build: building.Build) -> Any:
        if build.folder.name == "a":
            raise ZeroDivisionError("by nobody")
        return real(build)

    monkeypatch.setattr(building.Build, "run", sometimes)
    found = build_all(tasks(shelf), Workers(1), None, False, lambda *n: None)
    assert [one.status for one in found] == ["broken", "built"]
    assert found[0].reason.startswith("ZeroDivisionError: by nobody (test_batch.py:")
