"""The examples of docs/diagnostics.md are what they say: each is checked, built or given to a command."""

from __future__ import annotations

import importlib.util
import io
import re
import shlex
import shutil
import sys
from pathlib import Path
from types import ModuleType

import pikepdf
import pytest

from guidepress.build import check
from tests.project import Project, Run, run

ROOT = Path(__file__).parent.parent
_KEY = re.compile(r"^(?=\w[\w-]*:)", re.MULTILINE)
_CODE = re.compile(r"^(?:error|warning|note)\[([\w-]+)\]", re.MULTILINE)


def _problems() -> ModuleType:
    """The module in docs/, which is no package."""
    spec = importlib.util.spec_from_file_location("problems", ROOT / "docs/problems.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["problems"] = module
    spec.loader.exec_module(module)
    return module


problems = _problems()
ALL = {one.code: one for group in problems.groups().values() for one in group}
PRESSED = [code for code, one in ALL.items() if one.runs]
CHECKED = [code for code, one in ALL.items() if one.bad is not None and not one.runs]


def merged(base: str, changes: str) -> str:
    """guide.yaml with the keys of an example in place of its own."""
    keys = {part.partition(":")[0]: part for part in _KEY.split(changes) if part}
    kept = [part for part in _KEY.split(base) if part.partition(":")[0] not in keys]
    return "".join((*kept, changes))


@pytest.fixture(scope="session")
def released(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The minimal guide, as learners have it."""
    project = Project(tmp_path_factory.mktemp("released") / "guide")
    assert project.build("--only", "deck", "--pages", "none", "--jobs", "1").status == 0
    return project


def write(project: Project, files, released: Project) -> None:
    for name, content in files.items():
        if name == problems.CHAPTER:
            name, content = "chapters/one.md", f"# One\n\n{content}"
        elif name == "guide.yaml" and isinstance(content, str):
            content = merged((project.source / name).read_text(), content)
        elif content == "the released deck":
            content = (released.folder / "build/deck.apkg").read_bytes()
        elif content == "the handbook":
            content = _page()
        name = f"..{name}" if name.startswith("/") else name
        project.write(name, content)


def _page() -> bytes:
    """A PDF of one page, which is all of a handbook that these examples need."""
    pdf, file = pikepdf.new(), io.BytesIO()
    pdf.add_blank_page()
    pdf.save(file)
    return file.getvalue()


def found(problem, files, folder: Path, released: Project) -> set[str]:
    """The codes of an example."""
    project = Project(folder)
    if problem.released:
        (folder / "releases").mkdir()
        shutil.copy(released.folder / "build/deck.apkg", folder / "releases/minimal-1.apkg")
        shutil.copy(released.source / "deck.lock", project.source / "deck.lock")
    write(project, files, released)
    if problem.runs:
        done = project.build("--only", problem.runs, "--jobs", "1")
        assert "Traceback" not in done.err
        return set(_CODE.findall(done.err))
    if problem.command == "check":
        return {one.code for one in check(folder)}
    done = typed(problem.command, project)
    assert "Traceback" not in done.err
    return set(_CODE.findall(done.err + done.out))


def typed(command: str, project: Project) -> Run:
    """A command in the project's folder."""
    words = shlex.split(command)
    return run(*(str(project.folder / w[1:]) if w.startswith("/") else w for w in words))


@pytest.mark.parametrize("code", CHECKED)
def test_an_example_is_what_it_says(
    code: str, tmp_path: Path, released: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bad source has this problem and no other, the good one has none."""
    problem = ALL[code]
    (tmp_path / "bad").mkdir()
    (tmp_path / "good").mkdir()
    monkeypatch.chdir(tmp_path / "bad")
    assert found(problem, problem.bad, tmp_path / "bad", released) == {code}
    if problem.good is not None:
        monkeypatch.chdir(tmp_path / "good")
        assert found(problem, problem.good, tmp_path / "good", released) == set()


@pytest.mark.slow
@pytest.mark.parametrize("code", PRESSED)
def test_an_example_is_pressed(code: str, tmp_path: Path, released: Project) -> None:
    """What is seen on pages alone; a code of the engine has the product's name before it."""
    problem = ALL[code]
    (tmp_path / "bad").mkdir()
    (tmp_path / "good").mkdir()
    wanted = code.replace("…", problem.runs)
    assert found(problem, problem.bad, tmp_path / "bad", released) == {wanted}
    assert found(problem, problem.good, tmp_path / "good", released) == set()


def test_every_code_has_an_example_or_says_why_not() -> None:
    """Those of the rules have theirs beside them."""
    for code, one in ALL.items():
        assert (one.bad is None) == bool(one.none), code
        for text in (one.means, one.why, one.remedy, *([one.none] if one.none else [])):
            assert text.endswith("."), (code, text)
        if one.command == "check" and one.bad is not None:
            assert one.good is not None, code


def test_the_guide_of_the_examples_is_in_the_docs() -> None:
    page = (ROOT / "docs/diagnostics.md").read_text("utf-8")
    for name in ("guide.yaml", "chapters/one.md"):
        assert (ROOT / "tests/guides/minimal/source" / name).read_text("utf-8") in page
