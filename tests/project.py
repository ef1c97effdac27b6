"""A guide in a temporary folder that a test writes, builds, edits and builds again."""

from __future__ import annotations

import contextlib
import io
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from guidepress.book.compiler import compile_book
from guidepress.book.model import Book
from guidepress.cli import main
from guidepress.diagnostics import Diagnosed, Diagnostic
from guidepress.source.project import read_guide
from tests.wording import words_in as words_in

GUIDES = Path(__file__).parent / "guides"


@dataclass(frozen=True)
class Run:
    """What a command printed, and the exit status it left with."""

    status: int
    out: str
    err: str


def run(*arguments: str | Path) -> Run:
    """Run the command line in this process."""
    out, err = io.StringIO(), io.StringIO()
    status = 0
    before = sys.argv
    sys.argv = ["guidepress", *map(str, arguments)]
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            main()
    except SystemExit as leave:
        status = leave.code if isinstance(leave.code, int) else 1
    finally:
        sys.argv = before
    return Run(status, out.getvalue(), err.getvalue())


class Project:
    """A project folder; file names are relative to its `source/`."""

    def __init__(self, folder: Path, guide: str = "minimal") -> None:
        self.folder = folder
        shutil.copytree(GUIDES / guide, folder, dirs_exist_ok=True)

    @property
    def source(self) -> Path:
        return self.folder / "source"

    def write(self, name: str, content: str | bytes) -> Project:
        path = self.source / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return self

    def edit(self, name: str, old: str, new: str) -> Project:
        text = (self.source / name).read_text()
        assert old in text, f"{old!r} is not in {name}"
        return self.write(name, text.replace(old, new, 1))

    def chapter(self, text: str) -> Project:
        """Make the guide's only chapter say `text`."""
        return self.write("chapters/one.md", text)

    def compile(self, edition: str | None = None) -> Diagnosed[Book]:
        guide = read_guide(self.folder, edition)
        if guide.value is None:
            return Diagnosed(None, guide.diagnostics)
        book = compile_book(
            guide.value, words_in(guide.value.source.language, guide.value.brand.words)
        )
        return Diagnosed(book.value, (*guide.diagnostics, *book.diagnostics))

    def book(self, edition: str | None = None) -> Book:
        """The book of a source without errors."""
        compiled = self.compile(edition)
        assert compiled.value is not None
        assert not compiled.failed, compiled.diagnostics
        return compiled.value

    def problems(self, edition: str | None = None) -> list[Diagnostic]:
        return list(self.compile(edition).diagnostics)

    def codes(self, edition: str | None = None) -> list[str]:
        return [d.code for d in self.problems(edition)]

    def build(self, *arguments: str) -> Run:
        return run("build", self.folder, *arguments)

    def check(self, *arguments: str) -> Run:
        return run("check", self.folder, *arguments)

    @property
    def artifacts(self) -> dict[str, bytes]:
        """The finished files by name."""
        folder = self.folder / "build"
        return {p.name: p.read_bytes() for p in self._files(folder)} if folder.exists() else {}

    @staticmethod
    def _files(folder: Path) -> Iterator[Path]:
        return (p for p in sorted(folder.iterdir()) if p.is_file() and p.name != ".gitignore")
