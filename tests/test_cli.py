"""The command line: arguments in, exit status out."""

from __future__ import annotations

import errno
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import pytest

from guidepress import __version__, cli
from guidepress.model.files import source_models
from tests.project import Project, run

COMMANDS = sorted(cli.cli.commands)
ROOT = Path(__file__).parent.parent


def process(*arguments: str | Path, **options: Any) -> subprocess.CompletedProcess[str]:
    """The command line in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "guidepress", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        **options,
    )


def test_version_and_help() -> None:
    """Both leave with 0, and the help names every command."""
    assert run("--version").out == f"guidepress, version {__version__}\n"
    shown = run("-h")
    assert shown.status == 0
    assert set(COMMANDS) <= set(re.findall(r"^  (\w+) ", shown.out, re.MULTILINE))
    for command in COMMANDS:
        assert run(command, "--help").status == 0


def test_verify_without_a_deck_says_to_build_one(tmp_path: Path) -> None:
    """Not that a file is missing from the machine."""
    found = run("verify", tmp_path)
    assert found.status == 2
    assert "run `guidepress build` first" in found.err


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_and_option_explains_itself(command: str) -> None:
    """A sentence for each, so that `--help` is enough."""
    assert (cli.cli.commands[command].help or "").rstrip().endswith(".")
    for parameter in cli.cli.commands[command].params:
        if isinstance(parameter, click.Option) and not isinstance(parameter.type, click.Choice):
            assert parameter.help, parameter.name


@pytest.mark.parametrize(
    "arguments",
    [
        ("biuld",),
        ("build", "--only", "cardz"),
        ("build", "--jobs", "0"),
        ("build", "--jobs", "many"),
        ("build", "a", "b"),
        ("check", "--format", "xml"),
        ("check", "--colour"),
        ("new",),
    ],
)
def test_wrong_usage(
    arguments: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """2, with what is wrong on standard error, and nothing done."""
    monkeypatch.chdir(tmp_path)
    result = run(*arguments)
    assert (result.status, result.out) == (2, "")
    assert "Error: " in result.err
    assert list(tmp_path.iterdir()) == []


def test_check_without_problems(project: Project) -> None:
    """0 and silence."""
    result = project.check()
    assert (result.status, result.out, result.err) == (0, "", "")


def test_check_with_an_error(project: Project) -> None:
    """1, and the problem on standard error."""
    project.edit("guide.yaml", "title:", "titel:")
    result = project.check()
    assert (result.status, result.out) == (1, "")
    assert "error[key-unknown]: unknown key `titel`" in result.err
    assert result.err.endswith("\n2 errors\n")


def test_warnings_count_under_strict(project: Project) -> None:
    """They are shown either way."""
    project.write("glosary.yaml", "terms: []\n")
    for arguments, status in (((), 0), (("--strict",), 1)):
        result = project.check(*arguments)
        assert result.status == status
        assert result.err.endswith("\n1 warning\n")


def test_check_for_machines(project: Project) -> None:
    """On standard output, with the same status."""
    project.edit("guide.yaml", "title:", "titel:")
    for form in ("json", "github", "sarif"):
        result = project.check("--format", form)
        assert (result.status, result.err) == (1, "")
        assert "key-unknown" in result.out
    assert len(json.loads(project.check("--format", "json").out)["diagnostics"]) == 2


def test_check_an_edition(project: Project) -> None:
    """Problems of one edition are no problems of the guide."""
    project.edit("guide.yaml", "language: en", "language: en\neditions: {acme: {brand: gone.yaml}}")
    assert project.check().status == 0
    result = project.check("--edition", "acme")
    assert result.status == 1
    assert "file-missing" in result.err


def test_current_folder_is_the_default(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """`guidepress check` in the project, or in its source."""
    for folder in (project.folder, project.source):
        monkeypatch.chdir(folder)
        assert run("check").status == 0


def test_folder_without_a_guide(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A problem of the source, at the folder as the user wrote it."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty").mkdir()
    for name in ("empty", "gone"):
        result = run("check", name)
        assert result.status == 1
        assert (
            f"error[guide-missing]: {'no guide.yaml' if name == 'empty' else 'this folder'}"
            in result.err
        )
        assert f"--> {name}\n" in result.err


def test_schema() -> None:
    """A JSON Schema for each kind of file, with the meaning of every record."""
    result = run("schema")
    assert result.status == 0
    schemas = json.loads(result.out)
    assert list(schemas) == list(source_models())
    for schema in schemas.values():
        assert schema["type"] == "object"
        assert schema["additionalProperties"] is False
        for record in (schema, *schema.get("$defs", {}).values()):
            assert record["description"]


def test_schema_accepts_numbers_in_cells() -> None:
    """An editor must not complain about what the reader takes."""
    table = json.loads(run("schema").out)["data/*.yaml (kind: table)"]
    assert table["properties"]["rows"]["items"]["items"] == {"type": ["string", "number"]}


@pytest.mark.parametrize(
    ("problem", "status", "words"),
    [
        (KeyboardInterrupt(), 130, "interrupted; what stands is the last finished build"),
        (MemoryError(), 3, "out of memory; try --jobs 1"),
        (
            OSError(errno.ENOSPC, "No space left on device", "/x"),
            3,
            "the disk is full; what stands is the last finished build",
        ),
        (
            OSError(errno.EDQUOT, "Disk quota exceeded"),
            3,
            "the disk is full; what stands is the last finished build",
        ),
        (PermissionError(errno.EACCES, "Permission denied", "/x/y"), 3, "Permission denied: /x/y"),
        (OSError("cannot load library 'libpango-1.0.so.0'"), 3, "apt-get install libpango"),
    ],
)
def test_machine_that_fails(
    problem: BaseException,
    status: int,
    words: str,
    project: Project,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A line that says what to do, and no traceback."""

    def fail(*_: object, **__: object) -> None:
        raise problem

    monkeypatch.setattr("guidepress.build.check", fail)
    result = project.check()
    assert (result.status, result.out) == (status, "")
    assert result.err.lstrip().startswith("error: ")  # click ends the line of ^C
    assert words in result.err
    assert "Traceback" not in result.err


def test_bug_shows_its_traceback(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """A mistake of ours is not dressed up as one of the author."""

    def fail(*_: object, **__: object) -> None:
        raise AssertionError("a bug")

    monkeypatch.setattr("guidepress.build.check", fail)
    with pytest.raises(AssertionError, match="a bug"):
        project.check()


def test_as_a_module(project: Project) -> None:
    """`python -m guidepress` is the same command, from any folder, in any locale."""
    project.chapter("# Ünïcode\n\nSee [](#nöthing).\n")
    for locale in ("C.UTF-8", "C"):
        result = process("check", project.folder, env={**os.environ, "LC_ALL": locale})
        assert result.returncode == 1
        assert "reference-unknown" in result.stderr


def test_pipe_that_takes_ascii_only(project: Project) -> None:
    """Another encoding of the terminal changes how a problem looks, not whether it is reported."""
    project.chapter("# Ünïcode\n\nSee [](#nöthing).\n")
    for form in ("text", "json", "github", "sarif"):
        environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
        result = process("check", project.folder, "--format", form, env=environment)
        assert result.returncode == 1, result.stderr
        assert "reference-unknown" in result.stdout + result.stderr
        assert "Traceback" not in result.stderr


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_documented(command: str) -> None:
    """The README or a page of docs/ shows it."""
    pages = [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]
    assert any(re.search(rf"\b(press|guidepress) {command}\b", page.read_text()) for page in pages)


def test_a_flood_is_one_message(project: Project) -> None:
    """Letters that no font has, in many paragraphs: one message with its places, and a line that sums up."""
    letters = [chr(0x18B00 + n) for n in range(12)]
    project.chapter("# One\n\n" + "\n\n".join(f"A letter {letter}." for letter in letters) + "\n")
    built = project.build("--jobs", "1", "--only", "handbook")
    assert built.status == 0, built.err
    assert built.err.count("[handbook-glyph-missing]: no font has letters of the script") == 1
    assert "(12 places)" in built.err
    assert built.err.count("source/chapters/one.md:") == 3
    assert re.search(r"\n\d+ pages, 12 warnings\n$", built.err), built.err
    again = project.build("--jobs", "1", "--only", "handbook", "--all")
    assert again.err.count("source/chapters/one.md:") == 12
    assert re.search(r"\n\d+ pages, 12 warnings\n$", again.err), again.err


def test_a_build_sums_up_what_it_made(project: Project) -> None:
    """Pages and cards, also when nothing had to be done."""
    for _ in range(2):
        built = project.build("--jobs", "1")
        assert re.search(r"\n?\d+ pages, 1 card(, .*)?\n$", built.err), built.err


def test_help_has_a_whole_line_for_each_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    listed = run("--help").out.partition("Commands:\n")[2].splitlines()
    assert len(listed) == len(cli.cli.commands)
    assert all(line.endswith(".") and not line.endswith("...") for line in listed), listed
