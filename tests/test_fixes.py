"""`check --fix`: cards without an id get one that stays."""

from __future__ import annotations

from tests.project import Project

CARDS = """\
# One

/// card | What is asked here?

The first answer.
///

- In a list:

  /// cloze
  Something is ==hidden== here.
  ///

/// card | What is asked here?
    tags: [one]

The same question again.
///
"""


def test_missing_ids_are_written(project: Project) -> None:
    """Each card gets an id of its own under its header; the text around stays as it was."""
    project.chapter(CARDS)
    result = project.check("--fix")
    assert result.status == 0, result.err
    text = (project.source / "chapters/one.md").read_text()
    ids = [line.strip() for line in text.splitlines() if line.strip().startswith("id:")]
    assert len(ids) == len(set(ids)) == 3
    assert ids[0] == "id: one-what-is-asked-here"
    kept = [line for line in text.splitlines() if not line.strip().startswith("id:")]
    assert kept == CARDS.splitlines()


def test_ids_are_written_once(project: Project) -> None:
    """A second `--fix` finds nothing to do, and an edit of the question leaves the id alone."""
    project.chapter(CARDS)
    project.check("--fix")
    project.edit("chapters/one.md", "What is asked here?", "What else is asked here?")
    before = (project.source / "chapters/one.md").read_text()
    assert project.check("--fix").status == 0
    assert (project.source / "chapters/one.md").read_text() == before


def test_line_ends_stay(project: Project) -> None:
    """A file with the line ends of Windows keeps them."""
    project.write("chapters/one.md", CARDS.replace("\n", "\r\n").encode())
    assert project.check("--fix").status == 0
    data = (project.source / "chapters/one.md").read_bytes()
    assert data.count(b"\n") == data.count(b"\r\n")


def test_without_fix_nothing_is_written(project: Project) -> None:
    """`check` alone tells of the missing ids and of the way to write them."""
    project.chapter(CARDS)
    result = project.check()
    assert result.status == 1
    assert result.err.count("card-id-missing") == 3
    assert (project.source / "chapters/one.md").read_text() == CARDS
