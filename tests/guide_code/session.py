"""A chapter as a reader works through it: each block is run where the one before left off."""

from __future__ import annotations

import contextlib
import io
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.guide_code.fences import SOURCE, Fence, chapter_fences, guide_fences

# What a chapter takes for granted, in its database.
SETUP = {
    "ci-cd": "CREATE TABLE member (id INTEGER PRIMARY KEY, name TEXT);"
    "INSERT INTO member (name) VALUES ('Ada'), ('Tom');"
}
_IDENTITY = {
    "GIT_AUTHOR_NAME": "Reader",
    "GIT_AUTHOR_EMAIL": "reader@example.org",
    "GIT_COMMITTER_NAME": "Reader",
    "GIT_COMMITTER_EMAIL": "reader@example.org",
    "GIT_CONFIG_NOSYSTEM": "1",
}
# Of pytest's plugins a reader has none but Hypothesis', and those that are installed here take a second to load.
PLAIN = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}


def _quiet() -> dict[str, str]:
    """The environment without the signs of CI, where pytest explains failures at greater length than for a reader."""
    return {k: v for k, v in os.environ.items() if k not in ("CI", "BUILD_NUMBER")}


class Session:
    """A folder, a namespace of Python, a database and a shell."""

    def __init__(self, folder: Path, chapter: str) -> None:
        self.folder = folder
        self.chapter = chapter
        self.cwd = folder
        self.names: dict[str, Any] = {"__name__": "chapter"}
        self.db = sqlite3.connect(folder / "books.db", isolation_level=None)
        self.db.executescript(SETUP.get(chapter, ""))
        for one in guide_fences():
            if one.language == "python" and one.title:
                (folder / one.title).write_text(one.code)

        if chapter == "project":
            # What it works in.
            self.cwd = folder / "project"
            shutil.copytree(
                SOURCE / "project", self.cwd, ignore=shutil.ignore_patterns("*.db*", ".venv")
            )

    def close(self) -> None:
        self.db.close()
        for value in self.names.values():
            if isinstance(value, sqlite3.Connection):
                value.close()

    def play(self) -> list[tuple[Fence, str, str]]:
        """Run all blocks; each block of output as it is printed and as it came out."""
        compared = []
        out = ""
        for one in chapter_fences(self.chapter):
            if one.use == "output":
                compared.append((one, one.code, out))
            elif one.use in ("run", "pytest"):
                out = self._run(one)
        return compared

    def _run(self, one: Fence) -> str:
        if one.use == "pytest":
            return self._pytest(one)
        return {"python": self._python, "sql": self._sql, "sh": self._shell}[one.language](one)

    def _python(self, one: Fence) -> str:
        out = io.StringIO()
        # Line numbers of the chapter, for the traceback.
        source = "\n" * one.line + one.code
        code = compile(source, str(one.path), "exec", dont_inherit=True)  # not our __future__
        with contextlib.redirect_stdout(out):
            exec(code, self.names)
        return out.getvalue()

    def _sql(self, one: Fence) -> str:
        """The rows as SQLite's own shell prints them."""
        lines, statement = [], ""
        for line in one.code.splitlines(keepends=True):
            statement += line
            if sqlite3.complete_statement(statement):
                rows = self.db.execute(statement)
                lines += ["|".join(map(str, row)) + "\n" for row in rows]
                statement = ""
        assert not statement.strip(), f"{one.place}: the last statement does not end"
        return "".join(lines)

    def _shell(self, one: Fence) -> str:
        after = self.folder / "cwd"
        code = f'{one.code}\npwd > "{after}"'
        home = {"HOME": str(self.folder), "GIT_CEILING_DIRECTORIES": str(self.folder.parent)}
        result = subprocess.run(
            ["sh", "-eu", "-c", code],
            cwd=self.cwd,
            # `python3` is the one that the tests run with.
            env={
                "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
                **_IDENTITY,
                **PLAIN,
                **home,
            },
            capture_output=True,
            text=True,
        )
        assert result.returncode == 0, f"{one.place}: {result.stderr}"
        self.cwd = Path(after.read_text().strip())
        return result.stdout

    def _pytest(self, one: Fence) -> str:
        folder = self.folder / f"line-{one.line}"
        folder.mkdir()
        (folder / "pytest.ini").write_text("[pytest]\n")
        (folder / "test_printed.py").write_text(one.code)
        plugin = ["-p", "_hypothesis_pytestplugin"] if "hypothesis" in one.code else []
        words = ["-m", "pytest", "-q", "--tb=short", "-p", "no:cacheprovider", *plugin, "."]
        result = subprocess.run(
            [sys.executable, *words],
            cwd=folder,
            env={**_quiet(), "COLUMNS": "64", "PYTHONPATH": str(self.folder)},
            capture_output=True,
            text=True,
        )
        wanted = 1 if "fails" in one.words else 0
        assert result.returncode == wanted, f"{one.place}: {result.stdout}"
        return re.sub(r" in \d+\.\d+s\b", "", result.stdout)
