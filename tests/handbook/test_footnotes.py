"""Notes at the foot of a page that the engine would fail on."""

from __future__ import annotations

from pathlib import Path

from tests.project import Project


def test_space_at_the_end_of_a_line(tmp_path: Path) -> None:
    """A comment leaves the space before it, which stands before a line end then."""
    project = Project(tmp_path / "guide")
    project.chapter("# One\n\nText.[^1]\n\n[^1]: From <!-- version 6 -->\n    on, all of them.\n")
    built = project.build("--only", "handbook", "--jobs", "1")
    assert (built.status, "engine" in built.err) == (0, False), built.err
