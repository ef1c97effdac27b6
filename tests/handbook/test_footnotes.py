"""Notes at the foot of a page that the engine would fail on."""

from __future__ import annotations

from pathlib import Path

from bench.printed import sheets

from tests.project import Project


def test_space_at_the_end_of_a_line(tmp_path: Path) -> None:
    """A comment leaves the space before it, which stands before a line end then."""
    project = Project(tmp_path / "guide")
    notes = "[^1]: From <!-- version 6 -->\n    on, all of them.\n\n[^2]: The other.\n"
    project.chapter(f"# One\n\nText.[^1]\n\nA paragraph with an indent.[^2]\n\n{notes}")
    built = project.build("--only", "handbook", "--jobs", "1")
    assert (built.status, "engine" in built.err) == (0, False), built.err
    # Each begins at the edge, whether the paragraph that calls it has an indent or not.
    lines = [
        line for sheet in sheets(project.folder / "build/handbook.pdf") for line in sheet.lines
    ]
    first, second = (one for one in lines if "all of them" in one.text or "The other" in one.text)
    assert abs(first.box[0] - second.box[0]) < 1
