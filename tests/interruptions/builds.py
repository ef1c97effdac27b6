"""A small guide of several chapters, built by processes of their own that a test kills, starves and disturbs."""

from __future__ import annotations

import atexit
import contextlib
import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from guidepress.daemon.address import OFF
from tests.project import Project

LITTER = ".guidepress-"
PATIENCE = 300.0
# "15 pages, 6 cards".
_MADE = re.compile(r"\d+ (?:page|card)s?(?:, \d+ cards?)?")
STEPS = [
    "reading the source",
    "pressing the handbook",
    "pressing the deck",
    "pressing the cards",
    "writing",
]


@dataclass(frozen=True)
class Outcome:
    """How a build ended, what it printed to standard error, and how long it took."""

    status: int
    err: str
    seconds: float

    @property
    def succeeded(self) -> bool:
        return self.status == 0

    @property
    def complaint(self) -> str:
        """What it printed besides the steps of its progress, what was made, and notes."""
        lines = (line for line in self.err.splitlines() if line not in STEPS)
        parts = "\n".join(line for line in lines if not _MADE.fullmatch(line)).split("\n\n")
        return "\n\n".join(part for part in parts if not part.startswith("note[")).strip("\n")


class Place:
    """A guide with a cache and a folder for temporary files of its own, all of them below `folder`.

    Its commands run behind `prefix`.
    """

    def __init__(self, folder: Path, prefix: Sequence[str] = ()) -> None:
        self.folder = folder
        self.project = folder / "guide"
        self.source = self.project / "source"
        self.out = self.project / "build"
        self.cache = folder / "cache"
        self.prefix = prefix
        # Of the sockets of daemons; None where builds have none.
        self.runtime: Path | None = None
        # Short, or there is no room for the address of a socket in it.
        self.temporary = Path(tempfile.mkdtemp(prefix="gp-", dir="/tmp"))
        atexit.register(shutil.rmtree, self.temporary, ignore_errors=True)

    def copy(self, folder: Path, prefix: Sequence[str] = ()) -> Place:
        """The same guide as it is, without what the cache holds."""
        shutil.copytree(self.project, folder / "guide")
        return Place(folder, prefix)

    def copy_with_cache(self, folder: Path, prefix: Sequence[str] = ()) -> Place:
        """The same guide as it is, with what the cache holds."""
        shutil.copytree(self.cache, folder / "cache")
        return self.copy(folder, prefix)

    def write_guide(self) -> Place:
        """Three chapters of two pages with cards, references and an index."""
        project = Project(self.project)
        names = ["one", "two", "three"]
        lines = [f"        - chapters/{name}.md" for name in names]
        project.write(
            "guide.yaml",
            'id: kill\ntitle: A Guide to Kill\nedition: "1"\nlanguage: en\neditions:\n'
            "  school: {title: A Guide for Schools}\n"
            "contents:\n  parts:\n    - title: Everything\n      chapters:\n" + "\n".join(lines),
        )
        for name in names:
            project.write(f"chapters/{name}.md", _chapter(name))
        return self

    def edit(self) -> None:
        """Change words and a card of one chapter, add a card, and drop another chapter's card."""
        path = self.source / "chapters" / "two.md"
        text = path.read_text().replace("What does two say?", "What does two tell?")
        path.write_text(text.replace("Words of two", "Other words of two") + _card("more", "more"))
        path = self.source / "chapters" / "three.md"
        path.write_text(path.read_text().replace(_card("three", "three"), ""))

    def start(self, *arguments: str | Path, jobs: int = 2) -> subprocess.Popen[str]:
        """Begin a build in a session, and so a process group, of its own."""
        return self.run("build", self.project, "--jobs", str(jobs), *arguments)

    def run(self, *arguments: str | Path) -> subprocess.Popen[str]:
        """Begin a command in a session of its own."""
        return subprocess.Popen(
            [*self.prefix, sys.executable, "-m", "guidepress", *map(str, arguments)],
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def build(self, *arguments: str | Path, jobs: int = 2) -> Outcome:
        """Build to the end."""
        return self.end(self.start(*arguments, jobs=jobs))

    def end(self, process: subprocess.Popen[str]) -> Outcome:
        """Wait for a build; one that hangs is a failure."""
        begun = time.monotonic()
        try:
            _, err = process.communicate(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            for one in self.family():
                os.kill(one, signal.SIGKILL)
            raise
        return Outcome(process.returncode, err, time.monotonic() - begun)

    @property
    def environment(self) -> dict[str, str]:
        own = {
            "GUIDEPRESS_CACHE": str(self.cache),
            "TMPDIR": str(self.temporary),
            "PYTHONHASHSEED": "random",
        }
        if self.runtime is None:
            return {**os.environ, **own}
        # A daemon is for those of the same environment, the seed of hashes too.
        own |= {"XDG_RUNTIME_DIR": str(self.runtime), "PYTHONHASHSEED": "0"}
        return {key: value for key, value in os.environ.items() if key not in (OFF, "CI")} | own

    def daemons(self) -> list[int]:
        """The daemons of this place's builds that are alive."""
        return [one for one in self.family() if b"guidepress.daemon" in _words(one)]

    def family(self) -> dict[int, int]:
        """The processes of this place's builds that are alive, and their parents."""
        mark = f"TMPDIR={self.temporary}".encode()
        found = {}
        for entry in Path("/proc").iterdir():
            if not entry.name.isdigit():
                continue
            try:
                if mark in (entry / "environ").read_bytes().split(b"\0"):
                    state, parent = (entry / "stat").read_text().rpartition(")")[2].split()[:2]
                    if state != "Z":
                        found[int(entry.name)] = int(parent)
            except OSError:  # it has ended, or is somebody else's
                continue
        return found

    def workers(self, build: int) -> list[int]:
        """The workers of a build: children of its fork server, which is its child."""
        family = self.family()
        return [one for one, parent in family.items() if family.get(parent) == build]

    def left_alone(self, seconds: float = 5.0) -> bool:
        """Whether all processes are gone, soon."""
        deadline = time.monotonic() + seconds
        while self.family():
            if time.monotonic() > deadline:
                return False
            time.sleep(0.02)
        return True

    def state(self, out: Path | None = None) -> dict[str, bytes]:
        """The finished files, and the lock."""
        folder = out or self.out
        paths = [p for p in folder.iterdir() if not p.name.startswith(LITTER)]
        lock = self.source / "deck.lock"
        return {p.name: p.read_bytes() for p in [*paths, lock] if p.exists()}

    def an_hour_later(self) -> None:
        """Let what a killed process left half-written in the cache be so old that the next build sweeps it."""
        for path in self.cache.glob("??/.writing-*"):
            with contextlib.suppress(FileNotFoundError):
                os.utime(path, (0, 0))

    def litter(self, *more: Path) -> list[Path]:
        """Temporary files that are left."""
        folders = [self.out, self.source, *more]
        found = [p for folder in folders for p in folder.glob(f"{LITTER}*")]
        return [*found, *self.temporary.iterdir(), *self.cache.glob("??/.writing-*")]


def _words(process: int) -> list[bytes]:
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes().split(b"\0")
    except OSError:  # it has ended
        return []


@dataclass(frozen=True)
class Known:
    """A guide that was built, and what builds of it before and after an edit leave."""

    place: Place
    before: dict[str, bytes]
    after: dict[str, bytes]
    seconds: float

    @classmethod
    def made(cls, folder: Path) -> Known:
        """Build it, in a folder below `folder`, and again as it is edited."""
        place = Place(folder / "known").write_guide()
        first = place.build()
        assert first.succeeded, first.err
        before = place.state()
        other = place.copy(folder / "edited")
        other.edit()
        edited = other.build()
        assert edited.succeeded, edited.err
        assert not other.litter()
        return cls(place, before, other.state(), edited.seconds)


def is_coherent(state: dict[str, bytes]) -> bool:
    """Whether the manifest names exactly the files that are there, with their hashes."""
    entries = json.loads(state["manifest.json"])["artifacts"]
    others = state.keys() - {"manifest.json", "deck.lock"}
    return others == entries.keys() and all(
        hashlib.sha256(state[name]).hexdigest() == entry["sha256"]
        for name, entry in entries.items()
    )


def without(state: dict[str, bytes], *names: str) -> dict[str, bytes]:
    return {name: data for name, data in state.items() if name not in names}


def files_below(folders: Iterable[Path]) -> list[Path]:
    return sorted(p for folder in folders for p in folder.rglob("*") if p.is_file())


def _chapter(name: str) -> str:
    words = " ".join(f"Words of {name}, number {n}." for n in range(150))
    text = f'# {name.title()} {{#{name}}}\n\nSee [](#three) and *{name}*{{: index="{name}" }}.\n\n{words}\n\n'
    return text + _card(name, name) + _card(f"{name}-again", f"{name} again")


def _card(id_: str, what: str) -> str:
    return f"/// card | What does {what} say?\n    id: {id_}\n\nIt says {what}.\n///\n\n"
