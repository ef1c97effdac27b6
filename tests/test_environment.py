"""What the machine lacks is said in one line, and before the work that would be in vain."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.disks import Disks
from tests.project import Project, run

# Python runs this as it starts, in workers too: as if the system had no Pango.
NO_PANGO = """\
import cffi
load = cffi.FFI.dlopen
def dlopen(self, name, flags=0):
    if name and "pango" in str(name):
        raise OSError(f"cannot load library '{name}': no such file")
    return load(self, name, flags)
cffi.FFI.dlopen = dlopen
"""


def build(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*arguments, sys.executable, "-m", "guidepress", "build", folder, "--no-cache"],
        env={**os.environ, **environment}, capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_missing_library_is_one_line(project: Project, tmp_path: Path, jobs: str) -> None:
    """Without tracebacks, of this process or of a worker, and without the advice of the library that misses it."""
    stubs = tmp_path / "stubs"
    stubs.mkdir()
    (stubs / "sitecustomize.py").write_text(NO_PANGO)
    done = subprocess.run(
        [sys.executable, "-m", "guidepress", "build", project.folder, "--no-cache", "--jobs", jobs],
        env={**os.environ, "PYTHONPATH": str(stubs)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (3, "")
    said = [line for line in done.stderr.splitlines() if not line.startswith("reading")]
    assert len(said) == 1, done.stderr
    assert said[0].startswith("error: the Pango library is missing")
    assert "apt-get install" in said[0]


@pytest.mark.parametrize("made", [True, False])
def test_a_read_only_folder_is_found_before_the_pressing(
    disks: Disks, tmp_path: Path, made: bool
) -> None:
    """Whether `build/` is there or would have to be made."""
    inside = tmp_path / "guide"
    project = Project(disks.mount(inside))
    if made:
        (project.folder / "build").mkdir()
    disks.forbid_writing(inside)
    done = build(inside, *disks.prefix)
    assert done.returncode == 3
    assert "pressing" not in done.stderr
    assert done.stderr.splitlines()[-1] == f"error: Read-only file system: {inside}/build"


def test_a_source_that_cannot_be_written_is_found_before_the_pressing(
    disks: Disks, tmp_path: Path
) -> None:
    """deck.lock would have to be; where it is as it should be, nothing is wrong."""
    inside = tmp_path / "guide"
    project = Project(disks.mount(inside))
    out = tmp_path / "out"
    assert project.build("--out", str(out), "--jobs", "1").status == 0
    disks.forbid_writing(inside)
    command = [*disks.prefix, sys.executable, "-m", "guidepress", "build", inside, "--no-cache"]
    done = subprocess.run([*command, "--out", out], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    disks.mount(inside)
    project = Project(Path(f"{project.folder}"))
    disks.forbid_writing(inside)
    done = subprocess.run([*command, "--out", out], capture_output=True, text=True, check=False)
    assert done.returncode == 3
    assert "pressing" not in done.stderr
    assert done.stderr.splitlines()[-1] == f"error: Read-only file system: {inside}/source"


@pytest.mark.parametrize("called", ["guidepress", "./press"])
def test_new_ends_with_the_next_commands(
    tmp_path: Path, called: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three, as they are typed where the author is, and each of them is one."""
    if called == "./press":
        monkeypatch.setenv("GUIDEPRESS_CALLED_AS", called)
    folder = tmp_path / "my guide"
    made = run("new", folder)
    *_, title, first, second, third = made.out.splitlines()
    assert title == "next:"
    for line, command in ((first, "check"), (second, "build"), (third, "release")):
        assert line.startswith(f"  {called} {command} '{folder}'  # ")
    assert run("check", folder).status == 0
