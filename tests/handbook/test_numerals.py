"""Old-style figures belong among small letters: in running text, and nowhere else."""

from __future__ import annotations

from pathlib import Path

import pytest
from bench.printed import Line, sheets

from tests.handbook.conftest import Pressed
from tests.project import Project

CHAPTER = """\
# From 1903 to 2157

By 1913 there were 20 of them, at <https://example.org/1903/2157>.[^n]

[^n]: In the year 1913, chapter 20.

## What 10 and 20 have in 1903

### Of *1903*, of `1913`

/// table | Figures of 1903 and 2157
| Year 2013 | Count |
|---|---|
| 1903 | *2,157* |
///

/// note | Mind the 1903
By 1913.
///
"""


def set_in_old_style(path: Path) -> list[Line]:
    return [line for sheet in sheets(path) for line in sheet.lines if line.old_style]


@pytest.fixture(scope="module")
def chapter(tmp_path_factory: pytest.TempPathFactory) -> Path:
    project = Project(tmp_path_factory.mktemp("numerals"))
    project.chapter(CHAPTER + "Words of 1903 and on. " * 900)
    built = project.build("--jobs", "1", "--only", "handbook")
    assert built.status == 0, built.err
    return project.folder / "build" / "handbook.pdf"


def test_running_text_has_old_style_figures(chapter: Path) -> None:
    found = [line.text for line in set_in_old_style(chapter)]
    assert any(text.startswith("By 1913 there were 20") for text in found)
    assert any(text.startswith("By 1913.") for text in found)


def test_headings_captions_and_tables_have_lining_figures(chapter: Path) -> None:
    """And so have running heads and folios, which no structure has."""
    read = [line for sheet in sheets(chapter) for line in sheet.lines]
    for kind in ("head", "caption", "table"):
        lines = [line for line in read if line.block and line.block.kind == kind]
        assert any(set(line.text) & set("012345679") for line in lines), kind
        assert [line.text for line in lines if line.old_style] == []
    margins = [line for line in read if line.block is None]
    assert any("1903" in line.text for line in margins)
    assert [line.text for line in margins if line.old_style] == []


def test_the_font_of_headings_has_lining_figures_everywhere(
    chapter: Path, pressed: Pressed
) -> None:
    """In labels, notes below tables, addresses, the roadmap: whatever a book has."""
    for path in (chapter, pressed.path):
        found = [
            line.text
            for line in set_in_old_style(path)
            if any("Source-Sans" in font for font in line.old_style)
        ]
        assert found == []
