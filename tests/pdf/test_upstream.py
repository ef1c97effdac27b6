"""The patches in docs/upstream/ are needed by the WeasyPrint that is installed, and do what their reports say."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import fontpkg
import pytest
import weasyprint

UPSTREAM = Path(__file__).parents[2] / "docs" / "upstream"
PATCHES = sorted(UPSTREAM.glob("*.patch"))
_SCRIPT = re.compile(r"^```python\n(.*?)^```$", re.DOTALL | re.MULTILINE)

pytestmark = pytest.mark.skipif(shutil.which("patch") is None, reason="needs the program patch")


def report(patch: Path) -> str:
    return patch.with_suffix(".md").read_text()


def patched(patch: Path, folder: Path) -> Path:
    """A copy of WeasyPrint with a patch."""
    source = Path(weasyprint.__file__).parent
    # With what is compiled: that of files which the patch does not touch stays valid.
    shutil.copytree(source, folder / "weasyprint")
    command = ["patch", "-p1", "--silent", "--fuzz=0", "--input", str(patch)]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, f"{patch.name} does not apply any more: {done.stdout}"
    return folder


def verdict(script: str, place: Path | None) -> str:
    """What a reproduction prints, with WeasyPrint as it is installed or from another place."""
    font = Path(fontpkg.path("Source Serif 4")).as_uri()
    path = os.pathsep.join([str(place)] if place else [])
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "FONT": font, "PYTHONPATH": path},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.parametrize("patch", PATCHES, ids=lambda path: path.stem)
def test_a_patch_is_needed_and_helps(patch: Path, tmp_path: Path) -> None:
    place = patched(patch, tmp_path)
    for script in _SCRIPT.findall(report(patch)):
        assert verdict(script, None) == "wrong", f"WeasyPrint no longer needs {patch.name}"
        assert verdict(script, place) == "right"


def test_each_report_is_listed_and_each_patch_has_one() -> None:
    listed = set(re.findall(r"\]\(([a-z-]+)\.md\)", (UPSTREAM / "README.md").read_text()))
    assert listed == {patch.stem for patch in PATCHES}
    assert listed == {path.stem for path in UPSTREAM.glob("*.md")} - {"README"}


def test_the_mistakes_can_be_reproduced() -> None:
    """Every report but those of loops that only take time has a script."""
    without = {patch.stem for patch in PATCHES if not _SCRIPT.search(report(patch))}
    assert without == {"collapse-margin", "normal-flow"}
