"""Sessions of PostgreSQL as the guide prints them, played on a real server where one is installed."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.guide_code.fences import Fence, guide_fences

SESSIONS = [x for x in guide_fences() if x.use == "postgres"]

_STATEMENT = re.compile(r"/\* ([A-Z]) \*/ ([^;]+;)(?:  -- (.+))?")
_DONE = "that is all"


def find_program(name: str) -> str | None:
    """A program of the server, which Debian keeps out of PATH."""
    for folder in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True):
        if (folder / name).exists():
            return str(folder / name)
    return shutil.which(name)


INITDB, SERVER, PSQL = find_program("initdb"), find_program("postgres"), shutil.which("psql")


class Session:
    """One connection, by psql."""

    def __init__(self, folder: Path, database: str) -> None:
        command = [str(PSQL), "-XqAt", "-h", str(folder), "-U", "reader", database]
        pipe = subprocess.PIPE
        self._psql = subprocess.Popen(
            command, stdin=pipe, stdout=pipe, stderr=subprocess.STDOUT, text=True, bufsize=1
        )

    def say(self, statement: str) -> str:
        """The first line of what the server answers; empty if it says nothing."""
        assert self._psql.stdin is not None
        assert self._psql.stdout is not None
        self._psql.stdin.write(f"{statement}\n\\echo {_DONE}\n")
        lines: list[str] = []
        for line in self._psql.stdout:
            if line.strip() == _DONE:
                return lines[0] if lines else ""
            lines.append(line.strip())
        raise AssertionError(f"the connection is gone: {lines}")

    def close(self) -> None:
        assert self._psql.stdin is not None
        assert self._psql.stdout is not None
        self._psql.stdin.close()
        self._psql.wait()
        self._psql.stdout.close()


def _as_somebody_else() -> dict[str, Any]:
    """The server refuses to run as root."""
    return {"user": "postgres", "group": "postgres"} if os.geteuid() == 0 else {}


@pytest.fixture(scope="module")
def server() -> Iterator[Path]:
    """A server without a network, in a folder of its own; yields the folder of its socket."""
    if not (INITDB and SERVER and PSQL):
        pytest.skip("PostgreSQL is not installed")
    folder = Path(tempfile.mkdtemp())  # not tmp_path: the name of a socket must be short
    somebody = _as_somebody_else()
    if somebody:
        shutil.chown(folder, **somebody)
    data = folder / "data"
    init = [INITDB, "-D", str(data), "-U", "reader", "-A", "trust", "--no-sync"]
    subprocess.run(init, check=True, capture_output=True, cwd=folder, **somebody)
    run = [SERVER, "-D", str(data), "-k", str(folder), "-c", "listen_addresses=", "-c", "fsync=off"]
    log = subprocess.DEVNULL
    process = subprocess.Popen(run, cwd=folder, stdout=log, stderr=log, **somebody)
    try:
        for _ in range(600):
            ask = [PSQL, "-XqAt", "-h", str(folder), "-U", "reader", "-c", "SELECT 1", "postgres"]
            if subprocess.run(ask, capture_output=True).returncode == 0:
                break
            assert process.poll() is None, "the server ended"
            time.sleep(0.1)
        yield folder
    finally:
        process.terminate()
        process.wait()
        shutil.rmtree(folder)


@pytest.mark.parametrize("fence", SESSIONS, ids=lambda x: x.place)
def test_server_answers_as_the_guide_says(server: Path, fence: Fence) -> None:
    """What stands behind `--` is the first line of the answer, an error included."""
    lines = fence.code.replace("\n--", "  --").splitlines()
    statements = [_STATEMENT.fullmatch(line) for line in lines]
    assert all(statements), "a line that is not /* A */ STATEMENT;  -- answer"
    database = f"line_{fence.line}"
    create = [
        str(PSQL),
        "-Xq",
        "-h",
        str(server),
        "-U",
        "reader",
        "-c",
        f"CREATE DATABASE {database}",
    ]
    subprocess.run([*create, "postgres"], check=True)
    sessions: dict[str, Session] = {}
    try:
        for found in filter(None, statements):
            name, statement, answer = found.groups()
            if name not in sessions:
                sessions[name] = Session(server, database)
            assert sessions[name].say(statement) == (answer or ""), statement
    finally:
        for session in sessions.values():
            session.close()
