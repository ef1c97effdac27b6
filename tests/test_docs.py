"""docs/ is a guide: it has no problem, lists what the code has, and what it says to type does what it says."""

from __future__ import annotations

import re
import shlex
import tomllib
from pathlib import Path

import pytest

from guidepress.build import examine
from guidepress.cache import Cache
from guidepress.markdown.blocks.names import syntaxes
from tests.lint.test_rules import tables  # noqa: F401  the script as a fixture
from tests.project import run

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
_FENCE = re.compile(
    r"^(`{3,})(\w+)(?: \{title=\"([^\"]+)\"\})?\n(.*?)^\1$", re.MULTILINE | re.DOTALL
)


def test_the_docs_are_a_guide_without_a_problem() -> None:
    """Every link leads somewhere, every page is in the contents."""
    seen = examine(DOCS, None, Cache(None))
    assert seen.diagnostics == ()
    assert seen.source is not None
    chapters = {chapter.file for chapter in seen.source.book.chapters()}
    assert chapters == {path.name for path in DOCS.glob("*.md")}


@pytest.mark.parametrize("name", ["commands.md", "blocks.md"])
def test_lists_are_made_of_the_code(name: str, tables) -> None:  # type: ignore[no-untyped-def]  # noqa: F811
    """Whoever changes a command or a block writes the docs anew: `.venv/bin/python docs/tables.py`."""
    page = (DOCS / name).read_text("utf-8")
    assert tables.renewed(page) == page
    assert name in tables.PAGES


def test_every_block_and_option_says_what_it_is_for() -> None:
    for name, block in syntaxes().items():
        assert block.ABOUT.endswith((".", "!")), name
        for option, one in block.known_options().items():
            assert one.about.endswith("."), (name, option)


def test_every_extra_is_explained() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    listed = re.findall(r"^\| `(\w+)` \|", (DOCS / "installing.md").read_text(), re.MULTILINE)
    assert sorted(listed) == sorted(project["optional-dependencies"])


@pytest.mark.slow
def test_the_first_guide_is_what_it_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What docs/start.md has to be typed and written, in order, in a folder of one's own."""
    monkeypatch.chdir(tmp_path)
    typed = []
    for _, language, title, text in _FENCE.findall((DOCS / "start.md").read_text()):
        if title:
            (tmp_path / title).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / title).write_text(text)
        elif language == "sh":
            program, *arguments = shlex.split(text)
            assert program == "guidepress"
            typed.append(arguments[0])
            done = run(*arguments, *(["--jobs", "1"] if arguments[0] == "build" else []))
            assert done.status == 0, done.err
            if arguments[0] == "check":
                assert done.err == ""
    assert typed == ["new", "check", "build"]
    made = {path.name for path in (tmp_path / "tea/build").iterdir()}
    assert {"handbook.pdf", "deck.apkg", "cards.pdf"} <= made
    assert (tmp_path / "tea/source/deck.lock").is_file()
