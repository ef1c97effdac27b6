"""`guidepress check` finds what a build refuses without laying out a page, at the same place."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.project import Project

CHAPTER = "# One\n\n/// card | What is asked?\n    id: asked\n\nThis.\n///\n"


def product(project: Project, lines: str) -> None:
    text = (project.source / "guide.yaml").read_text()
    project.write("guide.yaml", text + "products:\n" + lines)


def _sheet(project: Project) -> None:
    product(project, "  cards:\n    sheet: Foolscap\n")


def _selection(project: Project) -> None:
    product(project, "  cards:\n    tags: [nothing]\n")


def _layout(project: Project) -> None:
    product(project, "  handbook:\n    layout: nowhere\n")


def _base(project: Project) -> None:
    own = project.folder / "layouts/own/layout.yaml"
    own.parent.mkdir(parents=True)
    own.write_text("extends: nowhere\n")
    product(project, "  handbook:\n    layout: own\n")


def _font(project: Project) -> None:
    project.write("brand.yaml", "fonts:\n  text: Evil Package\n")


def _layouts_font(project: Project) -> None:
    own = project.folder / "layouts/own/layout.yaml"
    own.parent.mkdir(parents=True)
    own.write_text("fonts:\n  headings: Evil Package\n")
    product(project, "  handbook:\n    layout: own\n")


def _record(project: Project) -> None:
    project.write(
        "skills.yaml", "skills:\n  - id: reading\n    name: Reading\n    summary: Reads.\n"
    )


def _lock(project: Project) -> None:
    project.write("deck.lock", "nonsense\n")


CASES = [
    (_sheet, "cards-sheet-unknown", "source/guide.yaml"),
    (_selection, "cards-tag-unknown", "source/guide.yaml"),
    (_layout, "layout-unknown", "source/guide.yaml"),
    (_base, "layout-unknown", "layouts/own/layout.yaml"),
    (_font, "layout-font", "source/brand.yaml:2:9"),
    (_layouts_font, "layout-font", "layouts/own/layout.yaml"),
    (_record, "handbook-record-unprinted", ""),
    (_lock, "lock-line", "source/deck.lock:1"),
]


@pytest.mark.parametrize(
    ("change", "code", "place"), CASES, ids=lambda v: getattr(v, "__name__", v)
)
def test_check_refuses_what_build_refuses(
    project: Project, change: Callable[[Project], None], code: str, place: str
) -> None:
    """The same error, once each, and no page is laid out for it."""
    project.chapter(CHAPTER)
    assert project.check().status == 0
    change(project)
    checked, built = project.check(), project.build("--jobs", "1")
    assert (checked.status, built.status) == (1, 1)
    for run in (checked, built):
        assert run.err.count(f"error[{code}]") == 1, run.err
        assert place in run.err
    assert re.findall(r"error\[[a-z-]+\].*", checked.err) == re.findall(
        r"error\[[a-z-]+\].*", built.err
    )
    assert "pressing" not in built.err


@pytest.mark.parametrize("change", [_font, _layouts_font])
def test_no_message_names_a_package_made_from_the_authors_text(
    project: Project, change: Callable[[Project], None]
) -> None:
    """Whoever typed it would install whatever somebody put there under that name."""
    project.chapter(CHAPTER)
    change(project)
    err = project.check().err
    assert "pip" not in err
    assert "evil-package" not in err.lower()


def test_check_leaves_nothing_behind(project: Project) -> None:
    """It looks into deck.lock and at the products, and writes neither."""
    project.chapter(CHAPTER)
    before = sorted(p for p in project.folder.rglob("*"))
    assert project.check().status == 0
    assert sorted(p for p in project.folder.rglob("*")) == before


def test_a_check_of_what_was_checked_loads_nothing(project: Project, tmp_path: Path) -> None:
    """What has not changed since is not read again; what has is, be it a release that came."""
    project.chapter(CHAPTER + "\n![](images/a.png)\n")
    environment = {**os.environ, "GUIDEPRESS_CACHE": str(tmp_path / "cache")}
    code = (
        "import sys; from guidepress.cli import main\n"
        "sys.argv = ['guidepress', 'check', sys.argv[1]]\n"
        "try: main()\n"
        "finally: print('guidepress.build' in sys.modules)"
    )

    def check() -> tuple[int, bool, str]:
        done = subprocess.run(
            [sys.executable, "-c", code, project.folder],
            capture_output=True, text=True, check=False, env=environment,
        )  # fmt: skip
        return done.returncode, done.stdout.strip() == "True", done.stderr

    # With errors it is not remembered; then as it was, and after each change.
    assert check()[:2] == (1, True)
    assert check()[:2] == (1, True)
    project.chapter(CHAPTER + "\nA [^note].\n\n[^note]: Here.\n[^other]: There.\n")
    status, loaded, said = check()
    assert (status, loaded) == (0, True)
    assert "footnote-unused" in said
    assert check() == (0, False, said)
    project.edit("guide.yaml", "A Minimal Guide", "Another Guide")
    assert check()[:2] == (0, True)
    (project.folder / "releases").mkdir()
    (project.folder / "releases/2025-01-01.apkg").write_bytes(b"")
    project.write("deck.lock", "lock 1\nguide minimal\nreleased 0\n")
    assert check()[:2] == (0, True)
    assert check()[:2] == (0, False)
