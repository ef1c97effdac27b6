"""What is watched: the source wherever it grows, and nothing that a build writes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from queue import Queue
from typing import IO

import pytest

from guidepress.watching import Watch
from tests.project import Project

PATIENCE = 60.0


@pytest.fixture
def watch(project: Project) -> Iterator[Watch]:
    with Watch(project.folder, project.folder / "build") as made:
        yield made


def heard(watch: Watch, path: Path) -> None:
    """Wait until a change of a file is reported, or of the project, where new folders were just taken in."""
    alarm = threading.Timer(PATIENCE, watch.stop)
    alarm.start()
    try:
        wanted = {path.resolve(), watch.folder.resolve()}
        while wanted.isdisjoint(p.resolve() for p in watch.changes()):
            assert not watch.stopped, f"nothing was reported of {path}"
    finally:
        alarm.cancel()


def test_a_save_is_told(project: Project, watch: Watch) -> None:
    project.chapter("# One\n")
    heard(watch, project.source / "chapters/one.md")


def test_a_file_that_an_editor_puts_in_place_is_told(project: Project, watch: Watch) -> None:
    """Most write another file and rename it."""
    project.write("chapters/.one.md.swp", "# One\n")
    os.replace(project.source / "chapters/.one.md.swp", project.source / "chapters/one.md")
    heard(watch, project.source / "chapters/one.md")


def test_new_folders_are_watched(project: Project, watch: Watch) -> None:
    project.write("a/b/one.md", "x")
    heard(watch, project.folder)
    project.write("a/b/one.md", "y")
    heard(watch, project.source / "a/b/one.md")
    (project.folder / "layouts/mine").mkdir(parents=True)
    heard(watch, project.folder)
    (project.folder / "layouts/mine/layout.yaml").write_text("extends: default\n")
    heard(watch, project.folder / "layouts/mine/layout.yaml")


def test_files_elsewhere_in_the_project_are_watched_when_they_are_used(
    project: Project, watch: Watch
) -> None:
    code = project.folder / "code/app.py"
    code.parent.mkdir()
    code.write_text("a = 1\n")
    watch.include([code])
    for value in range(200):
        # It is looked every two seconds what else is to be watched.
        code.write_text(f"a = {value}\n")
        threading.Event().wait(0.1)
        if watch.waiting and code.resolve() in {p.resolve() for p in watch.changes()}:
            return
    pytest.fail("nothing was reported")


def test_what_is_built_is_not_told(project: Project, watch: Watch) -> None:
    out = project.folder / "build"
    out.mkdir()
    for name in ("handbook.pdf", ".guidepress-x"):
        (out / name).write_bytes(b"x")
    for name in (".one.md.swx", "one.md~"):
        project.write(f"chapters/{name}", "x")
    project.chapter("# One\n")
    seen: set[Path] = set()
    while project.source / "chapters/one.md" not in seen:
        seen |= watch.changes()
    assert not [
        p for p in seen if out in p.parents or p.name.startswith(".") or p.name.endswith("~")
    ]


def test_whoever_waits_is_told_of_the_end(project: Project, watch: Watch) -> None:
    found: list[frozenset[Path]] = []
    thread = threading.Thread(target=lambda: found.append(watch.changes()))
    thread.start()
    watch.stop()
    thread.join(PATIENCE)
    assert found == [frozenset()]


def test_where_watches_are_used_up_it_looks_again_and_again(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WATCHFILES_FORCE_POLLING", "1")
    with Watch(project.folder, project.folder / "build") as watch:
        project.chapter("# Another\n")
        heard(watch, project.source / "chapters/one.md")


def test_build_watch_builds_at_each_save(project: Project, tmp_path: Path) -> None:
    """A broken source leaves the last files; what is saved next is built; Ctrl-C ends it in order."""
    # One stream, so that lines come in the order in which they were printed.
    process = subprocess.Popen(
        [sys.executable, "-m", "guidepress", "build", project.folder, "--watch", "--only", "deck"],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        env={**os.environ, "GUIDEPRESS_CACHE": str(tmp_path / "cache"), "PYTHONUNBUFFERED": "1"},
    )  # fmt: skip
    lines: Queue[str] = Queue()

    def read(stream: IO[str]) -> None:
        for line in stream:
            lines.put(line)

    assert process.stdout is not None
    reader = threading.Thread(target=read, args=(process.stdout,))
    reader.start()

    def until(words: str) -> None:
        while words not in lines.get(timeout=PATIENCE):
            pass

    try:
        until("watching")
        deck = project.folder / "build/deck.apkg"
        first = deck.read_bytes()
        project.chapter("# One\n\n[x](#nowhere)\n")
        until("reference-unknown")
        until("watching")
        assert deck.read_bytes() == first
        project.chapter("# One\n\n/// card | Another?\n    id: another\n\nYes.\n///\n")
        until("deck.apkg")
        until("watching")
        assert deck.read_bytes() != first
        process.send_signal(signal.SIGINT)
        assert process.wait(PATIENCE) == 0
    finally:
        process.kill()
        process.wait()
        reader.join()
        process.stdout.close()
