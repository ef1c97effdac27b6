"""What must hold of any source: it is a book or an error, told at a place that is there, and never a traceback."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from guidepress.book.compiler import compile_book
from guidepress.book.model import Book
from guidepress.console import print_diagnostics
from guidepress.deck.lock import read_lock
from guidepress.deck.press import plan
from guidepress.diagnostics import Diagnosed, has_errors
from guidepress.source.project import read_guide
from tests.deck.books import FIRST, templates
from tests.fuzz.generators import Input
from tests.project import GUIDES, Project, words_in

HERE = Path(__file__).parent
FINDS = HERE / "finds"


_words, _templates = cache(words_in), cache(templates)


def guide(folder: Path) -> Project:
    """A guide of one chapter, with the picture that inputs show."""
    picture = (GUIDES / "full/source/images/pot.svg").read_bytes()
    return Project(folder).write("images/pot.svg", picture)


@contextmanager
def with_input(project: Project, one: Input) -> Iterator[None]:
    """The guide with one file of it as given; as it was before at the end."""
    path = project.source / one[0]
    path.parent.mkdir(exist_ok=True)
    before = path.read_bytes() if path.exists() else None
    project.write(*one)
    try:
        yield
    finally:
        if before is None:
            path.unlink()
        else:
            path.write_bytes(before)


def examine(project: Project, one: Input) -> None:
    """Compile the guide with the input, compose its deck, and print what is wrong with it."""
    with with_input(project, one):
        read = read_guide(project.folder)
        problems = list(read.diagnostics)
        made: Diagnosed[Book] = (
            compile_book(read.value, _words()) if read.value else Diagnosed(None)
        )
        problems += made.diagnostics
        assert made.value is not None or has_errors(problems)
        if made.value is not None and not has_errors(problems):
            path = project.source / "deck.lock"
            lock = read_lock(path.read_text(errors="replace")) if path.exists() else None
            problems += lock.diagnostics if lock else ()
            if lock is None or lock.value is not None:
                look = _templates()
                problems += plan(made.value, lock and lock.value, look, released=FIRST).problems
        for problem in problems:
            assert problem.code
            assert problem.message
            if problem.span is not None and (path := project.folder / problem.span.file).is_file():
                lines = (
                    path.read_bytes()
                    .decode(errors="replace")
                    .replace("\r\n", "\n")
                    .replace("\r", "\n")
                )
                assert 0 <= problem.span.line <= lines.count("\n") + 1, problem
                assert problem.span.column >= 1, problem
        # The one form a machine reads, the other a person; each input in one of them.
        form = ("text", "sarif")[len(one[1]) % 2]
        print_diagnostics(problems, project.folder, form, io.StringIO())


def finds() -> list[Path]:
    """The files that once led to a traceback, each in a folder of its own below which it has its name in a guide."""
    return sorted(path for path in FINDS.rglob("*") if path.is_file() and path.name != "README.md")


def input_of(find: Path) -> Input:
    """A find as an input."""
    name = find.relative_to(FINDS).as_posix().partition("/")[2]
    return name, find.read_bytes()
