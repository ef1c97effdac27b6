"""Every block of code in the shipped guide is run, read for mistakes, or says why not."""

from __future__ import annotations

import ast
import contextlib
import json
import re
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from tests.guide_code.conftest import Open
from tests.guide_code.fences import (
    SOURCE,
    Fence,
    guide_fences,
    predictions,
    read_fences,
    report_unrun,
)

RUN = sorted({x.path.stem for x in guide_fences() if x.use in ("run", "pytest", "output")})

_START = re.compile(r"[A-Z]+ /\S* HTTP/1\.1|HTTP/1\.1 [1-5]\d\d [A-Z][A-Za-z ]+")
_HEADER = re.compile(r"[A-Za-z-]+: \S.*")
_PINNED = re.compile(r"FROM \S+(:\d+\.\d+\.\d+\S*|@sha256:[0-9a-f]{64})( AS \S+)?")
_INSTRUCTION = re.compile(r"(FROM|RUN|WORKDIR|COPY|USER|EXPOSE|CMD|ENV|ENTRYPOINT|ARG) \S")


def lint(fence: Fence) -> None:
    """Fail where the block has a mistake that can be seen without running it."""
    if fence.language == "yaml":
        assert all(yaml.safe_load_all(fence.code)), "an empty document"
    elif fence.language == "json":
        json.loads(fence.code)
    elif fence.language == "http":
        head, _, body = fence.code.partition("\n\n")
        start, *headers = head.splitlines()
        assert _START.fullmatch(start), start
        assert all(_HEADER.fullmatch(x) for x in headers), headers
        if "application/json" in head:
            json.loads(body)
    elif fence.language == "dockerfile":
        lines = fence.code.splitlines()
        assert _PINNED.fullmatch(lines[0]), "a base image without a full version"
        assert all(_INSTRUCTION.match(x) for x in lines)
        words = [x.split()[0] for x in lines]
        assert words.index("USER") < words.index("CMD"), "it runs as root"
    elif fence.language == "python":
        ast.parse(fence.code)
    elif fence.language == "sql":
        assert sqlite3.complete_statement(fence.code), "the last statement does not end"
    elif fence.language == "sh":
        subprocess.run(["sh", "-n", "-c", fence.code], check=True, capture_output=True)
    else:
        assert fence.code.strip()


def rows_of(script: str) -> str:
    """What the statements of a script print in an empty SQLite database, in one line."""
    found, statement = [], ""
    with contextlib.closing(sqlite3.connect(":memory:", isolation_level=None)) as db:
        for line in script.splitlines(keepends=True):
            statement += line
            if sqlite3.complete_statement(statement):
                found += ["|".join(map(str, row)) for row in db.execute(statement)]
                statement = ""
    return " ".join(found)


def _ids(fence: Fence) -> str:
    return fence.place


def test_every_block_says_what_becomes_of_it() -> None:
    """No block is added that nobody tries."""
    assert [x.place for x in guide_fences() if not x.use] == []


@pytest.mark.parametrize("chapter", RUN)
def test_chapter_runs_and_prints_what_it_says(chapter: str, open_chapter: Open) -> None:
    """Blocks are run in order; output is what came out."""
    for fence, printed, came in open_chapter(chapter).play():
        assert came.strip() == printed.strip(), fence.place


@pytest.mark.parametrize("fence", [x for x in guide_fences() if x.use == "lint"], ids=_ids)
def test_block_reads_well(fence: Fence) -> None:
    lint(fence)


@pytest.mark.parametrize(
    ("language", "code"),
    [
        ("dockerfile", "FROM python:3-slim\nUSER app\nCMD [x]\n"),
        ("dockerfile", "FROM python:3.13.9\nCMD [x]\nUSER app\n"),
        ("http", "POST books HTTP/1.1\n\n"),
        ("http", 'HTTP/1.1 200 OK\nContent-Type: application/json\n\n{"id": }\n'),
        ("json", '{"id": 1,}\n'),
        ("python", "def f(:\n"),
        ("sh", "if true; then\n"),
        ("sql", "SELECT 1\n"),
        ("yaml", "a: [1\n"),
    ],
)
def test_lint_finds_mistakes(language: str, code: str) -> None:
    problems = (AssertionError, SyntaxError, ValueError, yaml.YAMLError, subprocess.SubprocessError)
    with pytest.raises(problems):
        lint(Fence(SOURCE / "x.md", 1, language, ("lint",), (), code))


@pytest.mark.parametrize(
    ("fence", "answer"), predictions(), ids=[x.place for x, _ in predictions()]
)
def test_card_predicts_what_comes_out(fence: Fence, answer: str) -> None:
    """The answer of a card that asks for the output is the output."""
    if fence.language == "sql":
        assert rows_of(fence.code) == answer
        return
    command = [sys.executable, "-I", "-c", fence.code]
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    assert result.stdout.strip() == answer


@pytest.mark.skipif(not shutil.which("node"), reason="Node.js is not installed")
def test_javascript_parses_as_the_module_that_its_package_makes_it(tmp_path: Path) -> None:
    """Newer versions of Node.js guess what package.json leaves out; older ones refuse `import`."""
    for fence in guide_fences():
        if fence.language in ("javascript", "json") and fence.title:
            (tmp_path / fence.title).write_text(fence.code)
    assert json.loads((tmp_path / "package.json").read_text())["type"] == "module"
    subprocess.run(["node", "--check", "app.js"], cwd=tmp_path, check=True)


def test_unrun_blocks_are_counted(tmp_path: Path) -> None:
    """The report of the tests names each with its reason."""
    report = report_unrun()
    unrun = [x for x in guide_fences() if x.use == "no-run"]
    assert f"{len(unrun)} no-run" in report[0]
    assert len(report) == len(unrun) + 1
    assert all(len(x.excuse.split()) >= 2 for x in unrun)


def test_blocks_are_read_with_their_words(tmp_path: Path) -> None:
    path = tmp_path / "x.md"
    path.write_text(
        '- a\n\n  ````python run title="a b.py"\n  ```\n  ````\n```sh no-run="why not"\n```\n'
    )
    first, second = read_fences(path)
    assert (first.language, first.words, first.title, first.code) == (
        "python",
        ("run",),
        "a b.py",
        "```\n",
    )
    assert (second.line, second.use, second.excuse) == (6, "no-run", "why not")
