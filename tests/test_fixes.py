"""`check --fix`: what diagnostics say would correct the source is written into it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from guidepress.diagnostics import Fix, Span, error, warning
from guidepress.fixes import apply, fix
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


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "- /// card | Q a b?\n\n  A\n  ///",
            "- /// card | Q a b?\n      id: one-q-a-b\n\n  A\n  ///",
        ),
        ("> /// card | Q a b?\n> A\n> ///", "> /// card | Q a b?\n>     id: one-q-a-b\n> A\n> ///"),
        (
            "1. > /// card | Q a b?\n   > A\n   > ///",
            "1. > /// card | Q a b?\n   >     id: one-q-a-b\n   > A\n   > ///",
        ),
        (
            "/// card | Q a b?\n      tags: [x]\n      hint: h\nA\n///",
            "/// card | Q a b?\n      id: one-q-a-b\n      tags: [x]\n      hint: h\nA\n///",
        ),
        ("/// card | Q a b?  \nA\n///", "/// card | Q a b?  \n    id: one-q-a-b\nA\n///"),
        ("/// card | Q a b?\nA\n///", "/// card | Q a b?\n    id: one-q-a-b\nA\n///"),
        ("/// card Q a b?\nA\n///", "/// card | Q a b?\n    id: one-q-a-b\nA\n///"),
        ("/// aside Title\nA\n///", "/// aside | Title\nA\n///"),
    ],
)
def test_a_fixed_chapter_has_nothing_more_to_fix(project: Project, before: str, after: str) -> None:
    """Wherever a card stands, in whatever depth its options are, and whatever is wrong beside."""
    project.chapter(f"# One\n\n{before}\n")
    assert project.problems()
    result = project.check("--fix")
    assert "card-id-missing" not in result.err
    assert "block-" not in result.err
    assert (project.source / "chapters/one.md").read_text() == f"# One\n\n{after}\n"


def test_what_was_fixed_is_told(project: Project) -> None:
    """The file, and how many problems were."""
    result = project.chapter(CARDS).check("--fix")
    assert result.out == f"fixed 3 problems in {project.source / 'chapters/one.md'}\n"


def test_machines_get_the_fix(project: Project) -> None:
    """An editor can apply what `--fix` would."""
    project.chapter("# One\n\n/// card Q a b?\nA\n///\n")
    found = json.loads(project.check("--format", "json").out)["diagnostics"]
    fixes = {d["code"]: d["fix"] for d in found}
    where = found[0]["span"]["file"]
    assert fixes == {
        "block-header-invalid": {
            "file": where, "line": 3, "column": 1, "length": 15, "text": "/// card | Q a b?",
        },
        "card-id-missing": {
            "file": where, "line": 3, "column": 16, "length": 0, "text": "\n    id: one-q-a-b",
        },
    }  # fmt: skip


@pytest.mark.parametrize(
    "answer",
    [
        "|\n      /// aside Title\n      A\n      ///",
        ">\n      /// aside Title\n\n      A\n\n      ///",
        '"/// aside Title\\nA\\n///"',
    ],
)
def test_yaml_is_left_alone(project: Project, answer: str) -> None:
    """Where a text is quoted, folded or indented, its place in the file is not that of the text."""
    text = f"questions:\n  - id: q\n    question: Why is it so?\n    answer: {answer}\n"
    project.write("faq.yaml", text).chapter("# One\n\n/// faq\n///\n")
    assert "block-header-invalid" in project.codes()
    assert project.check("--fix").out == ""
    assert (project.source / "faq.yaml").read_text() == text


def at(line: int, column: int, length: int, text: str) -> Fix:
    return Fix(Span("a.md", line, column, length), text)


@pytest.mark.parametrize(
    ("text", "fixes", "expected"),
    [
        ("one\ntwo\n", [at(2, 1, 3, "2"), at(1, 1, 3, "1")], ("1\n2\n", 2)),
        ("one\ntwo", [at(2, 4, 0, "\nthree")], ("one\ntwo\nthree", 1)),
        ("one\r\ntwo", [at(2, 4, 0, "\nthree")], ("one\r\ntwo\r\nthree", 1)),
        ("one\rtwo\n", [at(1, 4, 0, "\n")], ("one\r\rtwo\n", 1)),
        ("\ufeffone", [at(1, 1, 1, "O")], ("\ufeffOne", 1)),
        ("one", [at(1, 1, 2, "x"), at(1, 2, 2, "y")], ("xe", 1)),
        ("one", [at(1, 2, 0, "x"), at(1, 2, 0, "y")], ("oxne", 1)),
        ("one", [at(1, 1, 3, "1"), at(1, 4, 0, "!")], ("1!", 2)),
        ("one", [at(2, 1, 0, "x"), at(1, 9, 1, "x"), at(1, 3, 9, "x"), at(0, 1, 1, "x")], ("one", 0)),
        ("", [at(1, 1, 0, "x")], ("x", 1)),
    ],
)  # fmt: skip
def test_fixes_are_applied_to_a_text(
    text: str, fixes: list[Fix], expected: tuple[str, int]
) -> None:
    """In place, whatever their order; the first of those that overlap; none that is not of this text."""
    assert apply(text, fixes) == expected
    assert apply(text, reversed(fixes)) == expected


def test_any_diagnostic_can_carry_a_fix(tmp_path: Path) -> None:
    """No code is special, a fix that two problems share is applied once, and bytes that are no text stay."""
    (tmp_path / "a.md").write_bytes(b"\xff teh end\n")
    (tmp_path / "b.md").write_bytes(b"teh end\n")
    problems = [
        error("x-y", "m", fix=at(1, 3, 3, "the")),
        warning("y-z", "m", fix=at(1, 3, 3, "the")),
        error("x-y", "m", Span("b.md", 1)),
    ]
    assert fix(tmp_path, problems) == {tmp_path / "a.md": 1}
    assert (tmp_path / "a.md").read_bytes() == b"\xff the end\n"
    assert (tmp_path / "b.md").read_bytes() == b"teh end\n"
