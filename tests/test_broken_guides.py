"""Bad input: a clear error at its place, exit status 1, no traceback, and the last good build stays.

Each folder of guides/broken holds the files that break a minimal guide, and `expected.txt`, what is printed.
`GUIDEPRESS_GOLDENS=write` writes the expectations anew; read what changed before committing it.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tests.project import GUIDES, Project, run

BROKEN = sorted(path.name for path in (GUIDES / "broken").iterdir())


def broken(name: str, folder: Path) -> Project:
    project = Project(folder)
    shutil.copytree(GUIDES / "broken" / name, folder, dirs_exist_ok=True)
    (folder / "expected.txt").unlink(missing_ok=True)
    if name == "large-file":
        with (project.source / "chapters/one.md").open("wb") as file:
            file.truncate(50 * 1024 * 1024)
    if name == "no-guide":
        (project.source / "guide.yaml").unlink()
    return project


@pytest.mark.parametrize("name", BROKEN)
def test_broken_guide_is_explained(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The problems are printed as the file beside the guide says, and nothing is built or lost."""
    project = broken(name, tmp_path / "guide")
    build = project.folder / "build"
    build.mkdir()
    (build / "handbook.pdf").write_bytes(b"the last good build")
    monkeypatch.chdir(project.folder)

    result = run("build", ".")

    assert result.status == 1
    assert "Traceback" not in result.err
    assert result.out == ""
    assert project.artifacts == {"handbook.pdf": b"the last good build"}
    expected = GUIDES / "broken" / name / "expected.txt"
    if os.environ.get("GUIDEPRESS_GOLDENS") == "write":
        expected.write_text(result.err)
    assert result.err == expected.read_text()
