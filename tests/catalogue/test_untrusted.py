"""Guides by strangers in a catalogue: each is built by a process that reaches that guide alone; the others as ever."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.catalogue.test_batch import Shelf, tasks
from tests.catalogue.test_batch import shelf as shelf

from guidepress.cache import Cache
from guidepress.catalogue import confined
from guidepress.catalogue.building import Outcome
from guidepress.catalogue.bundle import bundle_of
from guidepress.catalogue.confined import build_confined
from guidepress.catalogue.jobs import Job, build_bundle, toolchain
from guidepress.catalogue.ownership import is_foreign
from guidepress.confinement import landlock

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or landlock.version() < landlock.OLDEST,
    reason="this kernel has no Landlock that will do",
)

DECKS = "guides:\n  - {guide: guides/a, only: [deck]}\n  - {guide: guides/b, only: [deck]%s}\n"
# What runs in the place of the confined process, with the real one in `confined`.
HEAD = "import sys, os, pathlib\nfrom guidepress.catalogue import confined\n"


@pytest.fixture
def pair(shelf: Shelf) -> Shelf:
    """Two guides, of which `b` is by a stranger."""
    for name in ("a", "b"):
        shelf.guide(name)
    shelf.catalogue(DECKS % ", untrusted: true")
    return shelf


def stand_in(shelf: Shelf, code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    script = shelf.folder / "stand_in.py"
    script.write_text(code)
    monkeypatch.setattr(confined, "_COMMAND", (sys.executable, str(script)))


def decks(shelf: Shelf) -> dict[str, bytes]:
    found = sorted((shelf.folder / "build").glob("*/*/deck*"))
    return {path.relative_to(shelf.folder).as_posix(): path.read_bytes() for path in found}


def test_the_same_bytes(pair: Shelf) -> None:
    """As without; a second run finds that it stands; what it kept is its own."""
    found = pair.report()
    assert [(one["status"], one["confined"]) for one in found] == [
        ("built", False), ("built", True)
    ]  # fmt: skip
    assert all((pair.folder / path).is_file() for path in found[1]["artifacts"])
    made = decks(pair)
    assert len(made) == 4
    again = pair.batch()
    assert again.out.splitlines()[:2] == ["unchanged a", "unchanged b: confined"]
    assert (pair.folder / "cache" / "untrusted").is_dir()
    pair.catalogue(DECKS % "")
    assert pair.statuses() == {"a": "unchanged", "b": "built"}
    assert decks(pair) == made


def test_a_problem_of_the_source_is_told_as_ever(pair: Shelf) -> None:
    (pair.folder / "guides/b/source/chapters/one.md").write_text("# One\n\nSee [](#nowhere).\n")
    done = pair.batch()
    assert done.status == 1
    assert "error[reference-unknown]" in done.err
    assert "See [](#nowhere)." in done.err
    assert done.out.splitlines()[1] == "failed    b: 1 error, confined"


@pytest.mark.slow
def test_code_in_a_layout_reaches_nothing(pair: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    """As if the sandbox of templates had a hole: it runs where the style sheets of a stranger are rendered."""
    home = pair.folder / "home"
    home.mkdir()
    (home / "secret").write_text("secret")
    monkeypatch.setenv("SECRET_TOKEN", "token")
    code = f"""{HEAD}
import json, socket, subprocess
from guidepress.layouts.layout import Layout
HOME, OUT = pathlib.Path({str(home)!r}), pathlib.Path({str(pair.folder / "build/b")!r})
attempts = {{
    "read": lambda: (HOME / "secret").read_text(),
    "read the other guide": lambda: pathlib.Path({str(pair.folder / "guides/a/source/guide.yaml")!r}).read_text(),
    "write": lambda: (HOME / "x").write_text("x"),
    "write the other guide": lambda: pathlib.Path({str(pair.folder / "build/a/main/deck.apkg")!r}).write_text("x"),
    "write the cache of all": lambda: pathlib.Path({str(pair.folder / "cache/x")!r}).write_text("x"),
    "open to all": lambda: (HOME / "secret").chmod(0o666),
    "lead out": lambda: (OUT / "link").symlink_to(HOME / "secret"),
    "connect": lambda: socket.socket(),
    "run": lambda: subprocess.run(["/bin/sh", "-c", "true"], check=True),
    "end": lambda: os.kill(os.getppid(), 0),
    "environment": lambda: os.environ["SECRET_TOKEN"],
}}
done, render = {{}}, Layout.render

def rendered(*given, **named):
    for name, attempt in attempts.items():
        try:
            attempt()
            done[name] = True
        except (OSError, KeyError):
            done[name] = False
    (OUT / "tried.json").write_text(json.dumps(done))
    return render(*given, **named)

Layout.render = rendered
confined.main()
"""
    stand_in(pair, code, monkeypatch)
    assert pair.statuses() == {"a": "built", "b": "built"}
    import json

    done: dict[str, bool] = json.loads((pair.folder / "build/b/tried.json").read_text())
    assert len(done) == 11
    assert [name for name, worked in done.items() if worked] == []
    assert [path.name for path in home.iterdir()] == ["secret"]


def test_a_system_that_cannot_costs_that_guide(
    pair: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = f"{HEAD}from guidepress.confinement import landlock\nlandlock.version = lambda: 0\nconfined.main()\n"
    stand_in(pair, code, monkeypatch)
    done = pair.batch()
    assert done.status == 1
    (first, second, _) = done.out.splitlines()
    assert first == "built     a"
    assert second.startswith(
        "broken    b: this system cannot confine a build: Landlock 3 is needed"
    )
    assert second.endswith("`untrusted: false` in the catalogue would trust it")
    assert not list((pair.folder / "build/b").iterdir())


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("", "gave no answer"),
        ("import sys; sys.exit(7)", "gave no answer (exit status 7)"),
        ("print('built')", "gave no answer"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "was killed (SIGKILL)"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGXCPU)", "seconds of CPU time"),
        ("import pickle, sys; sys.stdout.buffer.write(pickle.dumps([print]))", "gave no answer"),
        # Of another edition than was asked for.
        (
            f"{HEAD}import msgspec\nfrom guidepress.catalogue.building import Outcome\n"
            "sys.stdout.buffer.write(msgspec.msgpack.encode([Outcome('b', '../x', '', 'built')]))",
            "gave no answer",
        ),
    ],
)  # fmt: skip
def test_what_is_no_answer_is_not_believed(
    pair: Shelf, code: str, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in(pair, code, monkeypatch)
    (task,) = (task for task in tasks(pair) if task.untrusted)
    (found,) = build_confined(task, None, False)
    assert found.status == "broken"
    assert reason in found.reason


def test_what_it_says_shows_no_other_file(pair: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    """A problem has a place, of which the line is printed: by the process that is not confined."""
    (pair.folder / "secret").write_text("a secret\n")
    (pair.folder / "guides/b/link").symlink_to(pair.folder / "secret")
    (pair.folder / "guides/b/folder").symlink_to(pair.folder)
    code = f"""{HEAD}import msgspec
from guidepress.catalogue.building import Outcome
from guidepress.diagnostics import Related, Span, error
places = [Span("../../secret", 1), Span({str(pair.folder / "secret")!r}, 1)]
places += [Span("link", 1), Span("folder/secret", 1)]
found = tuple(error("x", "look", place, related=[Related(place, "here")]) for place in places)
sys.stdout.buffer.write(msgspec.msgpack.encode([Outcome("a", "main", "/etc", "failed", found)]))
"""
    stand_in(pair, code, monkeypatch)
    done = pair.batch()
    assert "look" in done.err
    assert "a secret" not in done.err
    assert "failed    b: 4 errors, confined" in done.out


def test_its_editions_are_read_confined(pair: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    """guide.yaml is read by no process that could do harm, and what is said of it is checked."""
    for name in ("a", "b"):
        path = pair.folder / f"guides/{name}/source/guide.yaml"
        path.write_text(path.read_text() + "editions: {acme: {language: de}}\n")
    entry = "guides:\n  - {guide: guides/b, only: [deck], untrusted: true, %s}\n"

    def asked(which: str) -> tuple[str, ...]:
        pair.catalogue(entry % which)
        (task,) = tasks(pair)
        return task.editions

    from guidepress.catalogue import reading

    def never(folder: Path) -> None:
        raise AssertionError(folder)

    monkeypatch.setattr(reading, "variants", never)
    assert asked("editions: all") == ("main", "acme")
    assert asked("languages: [de]") == ("acme",)
    (pair.folder / "guides/b/source/guide.yaml").write_text("id: [\n")
    assert asked("editions: all") == ("main",)
    # Whatever it says, names of editions become folders.
    code = f"{HEAD}import msgspec\nfrom guidepress.every_edition import Variant\n"
    code += "sys.stdout.buffer.write(msgspec.msgpack.encode({'../x': Variant('de')}))\n"
    stand_in(pair, code, monkeypatch)
    assert asked("editions: all") == ("main",)


def test_whose_a_guide_is(pair: Shelf) -> None:
    """What others own, or anybody may write, is a stranger's; the catalogue's word goes before that."""

    def untrusted(more: str, *, all_: bool = False) -> list[bool]:
        from guidepress.catalogue.reading import read_catalogue

        pair.catalogue(DECKS % more)
        found = read_catalogue(pair.folder / "all.yaml", all_).value
        assert found is not None
        return [task.untrusted for task in found]

    assert untrusted("") == [False, False]
    assert untrusted("", all_=True) == [True, True]
    assert untrusted(", untrusted: false", all_=True) == [True, True]
    chapter = pair.folder / "guides/b/source/chapters/one.md"
    chapter.chmod(0o666)
    assert untrusted("") == [False, True]
    assert untrusted(", untrusted: false") == [False, False]
    chapter.chmod(0o644)
    # Not what no build reads.
    (pair.folder / "guides/b/.git").mkdir(mode=0o777)
    (pair.folder / "guides/b/.git").chmod(0o777)
    assert untrusted("") == [False, False]
    link = chapter.with_name("two.md")
    link.symlink_to(chapter)
    assert not is_foreign(pair.folder / "guides/b")
    if os.geteuid() == 0:
        os.lchown(link, 12345, 12345)
        assert untrusted("") == [False, True]


def test_on_a_cluster_too(pair: Shelf, tmp_path: Path) -> None:
    """The same files come back as from a guide that is trusted."""
    packed = bundle_of(pair.folder / "guides/b").packed()
    made: list[Any] = []
    for untrusted in (False, True):
        job = Job("b", ("main",), ("deck",), False, toolchain(), untrusted)
        done = build_bundle(job, packed, Cache(tmp_path / "cache"))
        assert [(one.status, one.confined) for one in done.outcomes] == [("built", untrusted)]
        assert "source/chapters/one.md" in done.project["main"]
        made.append((done.files, done.lock, done.project, done.layouts))
    assert made[0] == made[1]


def test_all_of_a_catalogue(pair: Shelf) -> None:
    pair.catalogue(DECKS % "")
    assert {one["guide"]: one["confined"] for one in pair.report("--untrusted")} == {
        "a": True, "b": True
    }  # fmt: skip
    outcome = Outcome("a", "main", "", "built")
    assert not replace(outcome).confined
