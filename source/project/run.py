#!/usr/bin/env python3
"""Starts a stage of the project, tests it, or shows what it changes.

usage: python3 run.py STAGE [ARGUMENT...]   start it; arguments go to the program
       python3 run.py STAGE test            run its tests
       python3 run.py STAGE diff            what differs from the stage before

STAGE is the number of a folder: 1, or 01. What a stage needs beyond Python is installed
into .venv beside this file.
"""

from __future__ import annotations

import importlib.metadata
import os
import re
import subprocess
import sys
import venv
from pathlib import Path

HERE = Path(__file__).resolve().parent
PROGRAMS = {
    1: "books.py",
    2: "books.py",
    3: "library.py",
    **dict.fromkeys(range(4, 9), "server.py"),
}


def states() -> dict[int, Path]:
    """The folders of the stages by their numbers."""
    return {int(path.name[:2]): path for path in sorted(HERE.glob("[0-9][0-9]-*"))}


def interpreter(state: Path) -> str:
    """A Python that has what the stage needs: this one, if it does, or one in .venv."""
    needs = state / "requirements.txt"
    if not needs.exists() or not lacking(needs.read_text(encoding="utf-8")):
        return sys.executable
    folder = HERE / ".venv"
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if not python.exists():
        venv.create(folder, with_pip=True)
    command = [
        str(python),
        "-m",
        "pip",
        "install",
        "--quiet",
        "--require-hashes",
        "-r",
        str(needs),
    ]
    subprocess.run(command, check=True)
    return str(python)


def lacking(requirements: str) -> list[str]:
    """The pinned packages that this Python has not got in that version."""
    found = []
    for name, version, marker in re.findall(
        r"^([\w.-]+)==([\w.]+)( ;.*)?", requirements, re.MULTILINE
    ):
        try:
            if importlib.metadata.version(name) != version:
                found.append(name)
        except importlib.metadata.PackageNotFoundError:
            if not marker:  # ... which may be for another Python or system
                found.append(name)
    return found


def main(arguments: list[str]) -> int:
    """Do what the command line says; the exit status."""
    known = states()
    if not arguments or not arguments[0].isdigit() or int(arguments[0]) not in known:
        print(__doc__, file=sys.stderr)
        return 2
    number = int(arguments[0])
    state, rest = known[number], arguments[1:]
    if rest == ["diff"]:
        before = known.get(number - 1, state)
        words = ["git", "--no-pager", "diff", "--no-index", "--stat", "--patch"]
        return subprocess.run([*words, before.name, state.name], cwd=HERE).returncode & ~1
    command = (
        ["-m", "unittest"]
        if rest == ["test"]
        else [PROGRAMS.get(number, "wsgi.py"), *rest]
    )
    try:
        return subprocess.run([interpreter(state), *command], cwd=state).returncode
    except KeyboardInterrupt:
        return 0
    except subprocess.CalledProcessError as problem:
        print(f"run: {problem}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
