"""What other tools are offered: a hook for pre-commit, and an action for GitHub. Both call `check`."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from pre_commit.clientlib import load_manifest

from tests.project import Project

ROOT = Path(__file__).parent.parent
(HOOK,) = load_manifest(ROOT / ".pre-commit-hooks.yaml")
ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text())


SKIPS = "## A\n\n#### B\n"


def bash(script: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """As a runner runs a step: it fails with the first command that does."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script], cwd=folder,
        env={**os.environ, "PATH": path, "RUNNER_TEMP": str(folder), **environment},
        stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
    )  # fmt: skip


def step(name: str) -> str:
    (found,) = (step["run"] for step in ACTION["runs"]["steps"] if step.get("name") == name)
    return str(found)


@pytest.mark.parametrize(("text", "status"), [("Fine.\n", 0), ("[](#nowhere)\n", 1)])
def test_the_hook_checks_the_guide_it_stands_in(project: Project, text: str, status: int) -> None:
    project.edit("chapters/one.md", "\n\n", f"\n\n{text}\n")
    arguments = shlex.join([*shlex.split(HOOK["entry"]), *HOOK["args"]])
    done = bash(arguments, project.folder)
    assert done.returncode == status
    assert ("reference-unknown" in done.stderr) == bool(status)


def test_the_hook_runs_where_a_file_of_a_guide_changes(tmp_path: Path) -> None:
    """Once, whatever the files are: they are not handed to it."""
    project = Project(tmp_path / "tea", "full")
    files = [path for path in project.source.rglob("*") if path.is_file()]
    assert files
    for path in (*files, project.source / "deck.lock"):
        assert re.search(HOOK["files"], path.relative_to(project.folder).as_posix()), path
    assert not re.search(HOOK["files"], "src/main.py")
    assert (HOOK["pass_filenames"], HOOK["language"]) == (False, "python")


@pytest.mark.parametrize(
    ("text", "strict", "status"),
    [
        ("Fine.\n", "true", 0),
        ("[](#nowhere)\n", "false", 1),
        (SKIPS, "true", 1),
        (SKIPS, "false", 0),
    ],
)
def test_the_action_annotates_lines(tmp_path: Path, text: str, strict: str, status: int) -> None:
    """In a folder whose name a shell would take apart."""
    project = Project(tmp_path / "my $guide")
    project.chapter(f"# One\n\n{text}")
    done = bash(step("Check the guide"), tmp_path, FOLDER="my $guide", EDITION="", STRICT=strict)
    assert done.returncode == status, done.stderr
    lines = done.stdout.splitlines()
    if text == "Fine.\n":
        assert lines == []
    else:
        (line,) = lines
        level = "error" if "nowhere" in text else "warning"
        assert line.startswith(f"::{level} file=my $guide/source/chapters/one.md,line=")


def test_the_action_checks_an_edition(project: Project) -> None:
    done = bash(step("Check the guide"), project.folder, FOLDER=".", EDITION="none", STRICT="")
    assert done.returncode == 1
    assert "edition-unknown" in done.stdout


def test_the_action_is_whole() -> None:
    """Every input is explained and used, the steps name their shells, and what is installed has a hash."""
    used = set(re.findall(r"inputs\.(\w+)", (ROOT / "action.yml").read_text()))
    assert set(ACTION["inputs"]) == used
    assert all(one["description"] for one in ACTION["inputs"].values())
    assert ACTION["runs"]["using"] == "composite"
    for one in ACTION["runs"]["steps"]:
        assert ("run" in one) == ("shell" in one)
        # What is typed by others is a variable of the shell's, and no part of a script.
        assert "${{" not in one.get("run", "")
    install = step("Install guidepress")
    assert "--require-hashes" in install
    for name in re.findall(r"\$GITHUB_ACTION_PATH/([\w.]+)", install):
        assert (ROOT / name).is_file()
