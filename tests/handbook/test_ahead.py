"""The chapter of an edit is laid out before the book around it is composed: by a guess that has to be the truth."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from guidepress.book.model import Book
from guidepress.cache import Cache
from guidepress.handbook import ahead
from guidepress.handbook.press import Handbook, press
from guidepress.handbook.proof import Compiled, compile_and_prove
from guidepress.layouts import Layout
from guidepress.pdf import Section, workers
from guidepress.pdf.compiler import Compiler, _encoding
from guidepress.pdf.warming import lay_out
from guidepress.pdf.workers import Workers
from tests.project import Project

NAMES = [f"c{n}" for n in range(5)]
# About a page.
CODE = "\n".join(["```python", *["print('a line of code')"] * 55, "```"])


@pytest.fixture(name="project")
def a_project(tmp_path: Path) -> Project:
    """Chapters that name each other, around the tenth page."""
    made = Project(tmp_path / "guide")
    files = ", ".join(f"chapters/{name}.md" for name in NAMES)
    made.edit("guide.yaml", "chapters/one.md", files)
    named = " ".join(f"See [it](#{name})." for name in NAMES)
    for name in NAMES:
        head = f'# The Chapter {name} {{: index="chapter {name}" }}'
        made.write(f"chapters/{name}.md", f"{head}\n\n{named}\n\n{CODE}\n\n{CODE}\n")
    return made


def built(book: Book, layout: Layout, cache: Cache, pool: Workers | None = None) -> Handbook:
    made = press(book, layout, cache=cache, workers=pool).value
    assert made is not None
    assert made.prepared is not None
    ahead.keep(book, layout, made.prepared, made.standing, cache)
    return made


def begun(pool: Workers) -> list[Section]:
    return pool.begun(_encoding(compile_and_prove))


@pytest.mark.parametrize("more", ["A word.", f"{CODE}\n\n{CODE}"], ids=["a word", "two pages"])
def test_the_chapter_is_what_the_book_wants(
    project: Project, layout: Layout, tmp_path: Path, more: str
) -> None:
    """Also where it has grown by pages, and what it names has another number."""
    cache = Cache(tmp_path / "cache")
    before = built(project.book(), layout, cache)
    path = project.source / "chapters/c1.md"
    path.write_text(f"{path.read_text()}\n{more}\n")
    book = project.book()
    with Workers(2) as pool:
        pool.start(lay_out, Section("none", "", (), {}))
        pool._await_ahead()
        ahead.begin(book, layout, pool, cache)
        [section] = begun(pool)
        [(worker, _, _)] = pool._begun
        after = built(book, layout, cache, pool)
        assert not pool._begun
        assert worker.process.exitcode == 0, "it was not killed"
    assert section.name == "chapter-c1"
    key = Compiler(compile_and_prove, Compiled, Workers(1), cache)._key(section)
    assert key in after.sections
    assert key not in before.sections
    cold = press(book, layout).value
    assert cold is not None
    assert after.pdf == cold.pdf
    assert (before.pages["c2"] == after.pages["c2"]) == (more == "A word.")


def test_a_guess_that_was_wrong(project: Project, layout: Layout, tmp_path: Path) -> None:
    """What was begun is let go, and the book is as it has to be."""
    cache = Cache(tmp_path / "cache")
    built(project.book(), layout, cache)
    project.edit("chapters/c2.md", "See", "Look at")
    project.write("brand.yaml", "colours: {accent: '#123456'}\n")
    book = project.book()
    with Workers(2) as pool:
        pool.start(lay_out, Section("none", "", (), {}))
        pool._await_ahead()
        ahead.begin(book, layout, pool, cache)
        [(worker, _, _)] = pool._begun
        after = built(book, layout, cache, pool)
        assert not pool._begun
        assert worker.process.exitcode
    cold = press(book, layout).value
    assert cold is not None
    assert after.pdf == cold.pdf


def test_nothing_is_begun(project: Project, layout: Layout, tmp_path: Path) -> None:
    """In a first build, where nothing has changed or a chapter is new, and in one process."""
    cache = Cache(tmp_path / "cache")
    book = project.book()
    with Workers(2) as pool:
        pool.start(lay_out, Section("none", "", (), {}))
        pool._await_ahead()
        ahead.begin(book, layout, pool, cache)
        built(book, layout, cache)
        ahead.begin(book, layout, pool, cache)
        renamed = replace(book.parts[0].chapters[0], id="another")
        part = replace(book.parts[0], chapters=(renamed, *book.parts[0].chapters[1:]))
        ahead.begin(replace(book, parts=(part,)), layout, pool, cache)
        assert not begun(pool)
    project.edit("chapters/c2.md", "See", "Look at")
    with Workers(1) as alone:
        ahead.begin(project.book(), layout, alone, cache)
        assert not begun(alone)
    with Workers(2) as cold:
        ahead.begin(project.book(), layout, cold, cache)
        assert not begun(cold), "no worker is ready"


def test_an_error_that_is_found_later(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """It stops the build with the words of a check; what stands is the last finished build."""
    handed: list[object] = []
    begin = Workers.begin

    def noted(self: Workers, work: object, thing: object, name: object = str) -> None:
        self._await_ahead()
        begin(self, work, thing, name)  # type: ignore[arg-type]
        handed.extend(thing for _, _, thing in self._begun)

    monkeypatch.setattr(workers.Workers, "begin", noted)
    arguments = ("--no-daemon", "--jobs", "2")
    assert project.build(*arguments).status == 0
    before = project.artifacts
    path = project.source / "chapters/c2.md"
    broken = "/// card | What is it?\n    id: one\n\nIt.\n///\n\n/// card | What is it?\n    id: two\n\nIt.\n///\n"
    path.write_text(f"{path.read_text()}\n{broken}\n")
    checked = project.check("--strict")
    assert checked.status == 1
    failed = project.build(*arguments, "--strict")
    assert [one.name for one in handed if isinstance(one, Section)] == ["chapter-c2"]
    assert failed.status == 1
    assert failed.out == ""
    assert [line for line in failed.err.splitlines() if line.startswith(("warning", "error"))] == [
        line for line in checked.err.splitlines() if line.startswith(("warning", "error"))
    ]
    assert project.artifacts == before
