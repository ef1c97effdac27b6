"""What `check` says of the formulas of a guide: without a page, at their place in the source."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.project import Project

from guidepress.build import check


def found(project: Project) -> list[tuple[str, str, int, int, int]]:
    return [
        (d.code, d.span.file, d.span.line, d.span.column, d.span.length)
        for d in check(project.folder)
        if d.span and d.code.startswith("maths")
    ]


def test_chapters_cards_and_footnotes(tmp_path: Path) -> None:
    project = Project(tmp_path / "guide").chapter(
        "# One \\(\\a\\)\n\nText \\(\\foo\\).[^1]\n\n[^1]: \\(\\b\\)\n\n"
        "/// card | \\(\\c\\)?\n    id: one\n\\(x\\)\n///\n\n\\[\n\\d\n\\]\n"
    )
    file = "source/chapters/one.md"
    assert found(project) == [
        ("maths-invalid", file, 1, 7, 6),
        ("maths-invalid", file, 3, 6, 8),
        ("maths-invalid", file, 5, 7, 6),
        ("maths-invalid", file, 7, 12, 6),
        ("maths-invalid", file, 12, 1, 2),
    ]


def test_records(tmp_path: Path) -> None:
    project = Project(tmp_path / "guide").write(
        "glossary.yaml",
        "terms:\n  - id: a\n    term: A\n    definition: is \\(\\foo\\)\n",
    )
    assert [line[:4] for line in found(project)] == [
        ("maths-invalid", "source/glossary.yaml", 4, 20)
    ]


def test_gaps_are_drawn_empty_too(tmp_path: Path) -> None:
    """`\\left` needs the bracket that the gap would take away."""
    project = Project(tmp_path / "guide").chapter(
        "# One\n\n/// cloze\n    id: one\nThe sum \\(\\left==(==x\\right)\\) is known.\n///\n"
    )
    assert [line[2] for line in found(project)] == [5]


def test_a_guide_without_formulas_does_not_load_the_engine(tmp_path: Path) -> None:
    project = Project(tmp_path / "guide")
    code = (
        "import sys; from pathlib import Path; from guidepress.build import check;"
        "print(len(check(Path(sys.argv[1]))), [m for m in ('ziamath', 'pylatexenc') if m in sys.modules])"
    )
    result = subprocess.run(
        [sys.executable, "-c", code, str(project.folder)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert result.stdout.strip() == "0 []"
