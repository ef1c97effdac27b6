"""A daemon makes builds faster and nothing else: the same bytes, the same words, whatever becomes of it."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from guidepress.daemon import address, footprint
from guidepress.daemon.building import Builder
from guidepress.daemon.messages import ANSWERS, Beat, Channel, Order
from guidepress.daemon.server import Server, _Home
from tests.daemon.conftest import User, ended, short
from tests.project import Project

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="there are no daemons here")

CARD = """
/// card | What is new?
    id: minimal-new

{}.
///
"""
GUIDE = "    - title: The Only Part\n      chapters: [chapters/one.md{}]\n"
TWO = "# Two {{#two}}\n\nMore of the *term*{{: .term }}, see [](#one). {}\n"
DRAWING = '<svg xmlns="http://www.w3.org/2000/svg" width="80" height="40"><rect width="{}" height="40"/></svg>'
GLOSSARY = "terms:\n  - id: term\n    term: term\n    definition: {}\n"
LAYOUT = "extends: default\n"
# What an author does, one after the other.
EDITS: list[tuple[str, Callable[[Project], object]]] = [
    ("a word", lambda p: p.edit("chapters/one.md", "only chapter", "first chapter")),
    ("a card", lambda p: p.edit("chapters/one.md", "One chapter.", "One chapter and a card.")),
    ("a new card", lambda p: p.write("chapters/one.md", read(p) + CARD.format("This"))),
    ("a term", lambda p: p.write("glossary.yaml", GLOSSARY.format("A word that is explained."))),
    ("a term again", lambda p: p.write("glossary.yaml", GLOSSARY.format("A word, explained."))),
    ("a chapter that is not listed", lambda p: p.write("chapters/two.md", TWO.format(""))),
    ("a new chapter", lambda p: p.edit("guide.yaml", "one.md]", "one.md, chapters/two.md]")),
    ("a broken source", lambda p: p.edit("chapters/two.md", "#one", "#none")),
    ("the same mended", lambda p: p.edit("chapters/two.md", "#none", "#one")),
    ("a picture", lambda p: p.write("images/a.svg", DRAWING.format(40)).write(
        "chapters/two.md", TWO.format("\n\n![A box](../images/a.svg)"))),
    ("another picture of that name", lambda p: p.write("images/a.svg", DRAWING.format(60))),
    ("a layout", lambda p: own_layout(p, "h1 { letter-spacing: 1pt }\n")),
    ("an edit of the layout", lambda p: own_layout(p, "h1 { letter-spacing: 2pt }\n")),
    ("broken YAML", lambda p: p.edit("guide.yaml", "title: A", "title: [A")),
    ("that mended", lambda p: p.edit("guide.yaml", "title: [A", "title: A")),
]  # fmt: skip


def read(project: Project) -> str:
    return (project.source / "chapters/one.md").read_text()


def own_layout(project: Project, css: str) -> None:
    folder = project.folder / "layouts/mine"
    (folder / "handbook").mkdir(parents=True, exist_ok=True)
    (folder / "layout.yaml").write_text(LAYOUT)
    (folder / "handbook/own.css").write_text(css)
    guide = project.source / "guide.yaml"
    if "layout:" not in guide.read_text():
        project.write("guide.yaml", guide.read_text() + "products:\n  handbook: {layout: mine}\n")


def test_edits_come_out_as_without(user: User, tmp_path: Path) -> None:
    """Bytes, words and exit status of each build in a series, with a daemon and without; it is the same throughout."""
    with_it, without = Project(tmp_path / "a/guide"), Project(tmp_path / "b/guide")
    daemons: set[int] = set()
    statuses = []
    for name, edit in [("the first", lambda p: p), *EDITS]:
        for project in (with_it, without):
            edit(project)
        ours = user.build(with_it.folder, "--jobs", "2")
        plain = without.build("--jobs", "1")
        assert ours.status == plain.status, f"{name}: {ours.err}"
        assert ours.out == plain.out.replace(str(without.folder), str(with_it.folder)), name
        assert ours.err == plain.err.replace(str(without.folder), str(with_it.folder)), name
        assert with_it.artifacts == without.artifacts, name
        checks = user.build(with_it.folder, command="check"), without.check()
        assert checks[0].status == checks[1].status, name
        assert checks[0].err == checks[1].err.replace(str(without.folder), str(with_it.folder)), (
            name
        )
        locks = [(p.source / "deck.lock").read_bytes() for p in (with_it, without)]
        assert locks[0] == locks[1], name
        daemons |= set(user.daemons())
        statuses.append(ours.status)
    assert statuses.count(1) == 2
    assert len(daemons) == 1
    # Nothing of a guide can be changed or read by others through it.
    (place,) = user.sockets()
    assert [place.stat().st_mode & 0o777, place.parent.stat().st_mode & 0o777] == [0o600, 0o700]
    # It does not outlive its guide.
    shutil.rmtree(with_it.folder)
    assert ended(*daemons)
    assert not user.sockets()


def deck(user: User, project: Project, *more: str, **environment: str) -> None:
    """Build the deck after an edit; it comes out."""
    text = read(project)
    project.write("chapters/one.md", text.replace("only", "very only"))
    (project.folder / "build/deck.apkg").unlink(missing_ok=True)
    run = user.build(project.folder, "--only", "deck", "--pages", "none", *more, **environment)
    assert run.status == 0, run.err
    assert (project.folder / "build/deck.apkg").is_file()
    assert "rror" not in run.err


def test_whatever_becomes_of_a_daemon_costs_a_cold_build(user: User, project: Project) -> None:
    deck(user, project)
    (first,) = user.daemons()
    # Killed while it had nothing to do.
    os.kill(first, signal.SIGKILL)
    assert ended(first)
    deck(user, project)
    (second,) = user.daemons()
    assert second != first
    # Silent: it is ended, for it might go on in the middle of a later build.
    os.kill(second, signal.SIGSTOP)
    deck(user, project)
    assert ended(second)
    # Something else that listens there, and says nothing of sense, or hangs up.
    deck(user, project)
    (third,) = user.daemons()
    (place,) = user.sockets()
    place.unlink()
    assert ended(third)
    with socket.socket(socket.AF_UNIX) as other, short(place) as name:
        other.bind(name)
        place.chmod(0o600)
        other.listen(1)
        process = user.start(project.folder, "--only", "deck", "--pages", "none", "--strict")
        accepted, _ = other.accept()
        accepted.sendall(b"\x00\x00\x00\x02no")
        _, err = process.communicate(timeout=60)
        assert process.returncode == 0, err
        accepted.close()
    # Others could listen there.
    place.unlink()
    place.parent.chmod(0o777)
    deck(user, project)
    assert not user.sockets()
    place.parent.chmod(0o700)
    # Nobody wants one.
    deck(user, project, "--no-daemon")
    deck(user, project, **{address.OFF: "1"})
    deck(user, project, CI="true")
    assert not user.sockets()


def test_builds_wait_for_one_another(user: User, project: Project) -> None:
    """A check does not; nor does one that is interrupted, which leaves the others alone."""
    first = user.start(project.folder, "--only", "handbook")
    while not (daemons := user.daemons()) or not (workers := below(below(daemons))):
        time.sleep(0.01)
        assert first.poll() is None
    for worker in workers:
        os.kill(worker, signal.SIGSTOP)
    others = [user.start(project.folder, "--only", "handbook") for _ in range(2)]
    for other in others:
        assert other.stderr is not None
        assert other.stderr.readline() == "waiting for another build\n"
    checked = user.build(project.folder, command="check")
    assert checked.status == 0, checked.err
    others[0].send_signal(signal.SIGINT)
    _, err = others[0].communicate(timeout=60)
    assert (others[0].returncode, first.poll()) == (130, None), err
    for worker in workers:
        os.kill(worker, signal.SIGCONT)
    for process in (first, others[1]):
        _, err = process.communicate(timeout=180)
        assert process.returncode == 0, err
    assert user.daemons() == daemons


def below(processes: list[int]) -> list[int]:
    """The children of processes."""
    found = []
    for entry in Path("/proc").iterdir():
        with contextlib.suppress(OSError):
            if entry.name.isdigit():
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
                if int(fields[1]) in processes:
                    found.append(int(entry.name))
    return found


def test_one_that_is_killed_at_work(user: User, project: Project) -> None:
    """During a build, at several moments."""
    assert user.build(project.folder, "--only", "handbook").status == 0
    expected = project.artifacts["handbook.pdf"]
    for seconds in (0.05, 0.3, 0.8):
        project.edit("chapters/one.md", "# One", "# One more")
        process = user.start(project.folder, "--only", "handbook")
        time.sleep(seconds)
        for daemon in user.daemons():
            os.kill(daemon, signal.SIGKILL)
        _, err = process.communicate(timeout=180)
        assert process.returncode == 0, err
        project.edit("chapters/one.md", "# One more", "# One")
        assert user.build(project.folder, "--only", "handbook").status == 0
        assert project.artifacts["handbook.pdf"] == expected


def test_an_interrupt_stops_the_build(user: User, project: Project) -> None:
    """As without a daemon: in one line, with status 130, and nothing of it is left."""
    deck(user, project)
    (daemon,) = user.daemons()
    before = project.artifacts
    project.edit("chapters/one.md", "only chapter", "last chapter")
    process = user.start(project.folder)
    assert process.stderr is not None
    while "pressing the handbook" not in process.stderr.readline():
        assert process.poll() is None
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert err.splitlines()[-1] == "error: interrupted; what stands is the last finished build"
    assert ended(daemon)
    assert project.artifacts == before
    assert not [p for p in project.folder.rglob("*") if p.name.startswith(".guidepress")]


def test_another_version_or_environment_has_another_daemon(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))

    def name(folder: str = "guide", out: str = "guide/build") -> str:
        with address.opened(Path(folder), Path(out)) as made:
            assert made is not None
            return made.name

    names = {name(), name("other"), name(out="elsewhere")}
    for variable in ("PYTHONHASHSEED", "GUIDEPRESS_WORKER_MEMORY", "LC_ALL", "TZ", "LD_PRELOAD"):
        with monkeypatch.context() as patch:
            patch.setenv(variable, "1")
            names.add(name())
    with monkeypatch.context() as patch:
        patch.setattr(address, "code_digest", lambda: "another version")
        names.add(name())
    (tmp_path / "packages/weasyprint-1.dist-info").mkdir(parents=True)
    with monkeypatch.context() as patch:
        patch.syspath_prepend(tmp_path / "packages")
        names.add(name())
        (tmp_path / "packages/weasyprint-1.dist-info").rename(
            tmp_path / "packages/weasyprint-2.dist-info"
        )
        names.add(name())
    mask = os.umask(0o007)
    names.add(name())
    os.umask(mask)
    assert len(names) == 12
    # What only the command itself looks at is no reason for another.
    monkeypatch.setenv("COLUMNS", "20")
    monkeypatch.setenv("NO_COLOR", "1")
    assert name() in names


def test_a_daemon_needs_its_guide_and_its_python(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    python = tmp_path / "venv/bin/python"
    python.parent.mkdir(parents=True)
    python.symlink_to(sys.executable)
    monkeypatch.setattr(sys, "executable", str(python))
    (tmp_path / "guide").mkdir()
    home = _Home.of(tmp_path / "guide")
    assert home.stands()
    (tmp_path / "guide").rename(tmp_path / "other")
    (tmp_path / "guide").mkdir()
    assert not home.stands()
    home = _Home.of(tmp_path / "guide")
    shutil.rmtree(tmp_path / "venv")
    assert not home.stands()


def test_messages_are_data_of_one_kind() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        Channel(ours).send(Beat())
        channel = Channel(theirs)
        assert channel.receive(ANSWERS) == Beat()
        Channel(ours).send(Order(("deck",), None, 1, False, "fresh", ()))
        with pytest.raises(ValueError, match="Order"):
            channel.receive(ANSWERS)
        ours.sendall(b"\xff\xff\xff\xff")
        with pytest.raises(ValueError, match="too long"):
            channel.receive(ANSWERS)


def test_an_idle_daemon_lets_go_of_what_is_large(
    monkeypatch: pytest.MonkeyPatch, project: Project, tmp_path: Path
) -> None:
    """Where it holds more than it may; the next build comes out the same."""
    builder = Builder(project.folder, tmp_path / "out", None)
    order = Order(("deck",), None, 1, False, "none", ("deck",))
    steps: list[str] = []

    def build() -> bytes:
        assert builder.build(order, lambda name, *_: steps.append(name)).artifacts
        return (tmp_path / "out/deck.apkg").read_bytes()

    first = build()
    server = Server(address.Address(-1, "none"), project.folder, tmp_path / "out", builder)
    # The process of the tests may hold more.
    monkeypatch.setattr(footprint, "MOST", 2**40)
    server.shrink()
    assert builder.knows
    assert 0 < footprint.of_tree() < 2**40
    monkeypatch.setattr(footprint, "MOST", 0)
    server.shrink()
    assert not builder.knows
    assert build() == first
    builder.close()
