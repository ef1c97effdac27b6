"""A user who builds with a daemon."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from guidepress.daemon.address import OFF, peer
from tests.project import Run

PATIENCE = 60.0


@dataclass
class User:
    """Runs guidepress with a runtime folder and a cache below `home`."""

    home: Path

    @property
    def environment(self) -> dict[str, str]:
        own = {
            "XDG_RUNTIME_DIR": str(self.home / "run"),
            "GUIDEPRESS_CACHE": str(self.home / "cache"),
        }
        return {k: v for k, v in os.environ.items() if k not in (OFF, "CI")} | own

    def start(
        self, *arguments: object, command: str = "build", **more: str
    ) -> subprocess.Popen[str]:
        """Start `guidepress build`, or another command."""
        return subprocess.Popen(
            [sys.executable, "-m", "guidepress", command, *map(str, arguments)],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**self.environment, **more},
        )  # fmt: skip

    def build(self, *arguments: object, command: str = "build", **more: str) -> Run:
        """What `guidepress build`, or another command, came to."""
        process = self.start(*arguments, command=command, **more)
        out, err = process.communicate(timeout=PATIENCE * 3)
        return Run(process.returncode, out, err)

    def sockets(self) -> list[Path]:
        """Where daemons listen."""
        return sorted((self.home / "run" / "guidepress").glob("*.sock"))

    def daemons(self) -> list[int]:
        """The processes that listen."""
        found = []
        for path in self.sockets():
            refused = contextlib.suppress(ConnectionRefusedError)
            with refused, short(path) as name, socket.socket(socket.AF_UNIX) as connection:
                connection.connect(name)
                found.append(peer(connection))
        return found


@contextlib.contextmanager
def short(path: Path) -> Iterator[str]:
    """A name of a socket that is not too long for one."""
    handle = os.open(path.parent, os.O_RDONLY)
    try:
        yield f"/proc/self/fd/{handle}/{path.name}"
    finally:
        os.close(handle)


def ended(process: int) -> bool:
    """Whether a process ends in time."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            return True
        if state == "Z":
            return True
        time.sleep(0.05)
    return False


@pytest.fixture
def user(tmp_path: Path) -> Iterator[User]:
    made = User(tmp_path)
    (tmp_path / "run").mkdir(mode=0o700)
    yield made
    daemons = made.daemons()
    for path in made.sockets():
        path.unlink()
    assert all(map(ended, daemons))
