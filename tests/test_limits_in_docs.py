"""docs/security.md states every limit, as the code has it; what is over one is told by its code."""

from __future__ import annotations

import ast
import re
from importlib import import_module
from pathlib import Path

import pytest

import guidepress
from guidepress.diagnostics import Severity
from tests.project import Project

ROOT = Path(__file__).parents[1]
PACKAGE = Path(guidepress.__path__[0])
ROW = re.compile(
    r"\| (?P<what>[^|]+) \| (?P<most>[\d,]+) \|(?P<codes>[^|]*)\| `(?P<name>[\w.]+)`[^|]*\|"
)


def rows() -> dict[str, tuple[int, list[str]]]:
    """By the name of the constant: the number, and the codes."""
    text = (ROOT / "docs/security.md").read_text().partition("## Limits")[2]
    found = [match for line in text.splitlines() if (match := ROW.fullmatch(line))]
    return {
        one["name"]: (int(one["most"].replace(",", "")), re.findall(r"`([\w-]+)`", one["codes"]))
        for one in found
    }


def constants() -> set[str]:
    """Every limit of what authors write: a `MAX_…` of a module that reads it."""
    found = set()
    for folder in ("source", "markdown", "maths", "book", "handbook"):
        for path in (PACKAGE / folder).rglob("*.py"):
            module = ".".join(path.relative_to(PACKAGE).with_suffix("").parts)
            for node in ast.parse(path.read_text()).body:
                names = node.targets if isinstance(node, ast.Assign) else []
                found |= {
                    f"{module}.{one.id}"
                    for one in names
                    if isinstance(one, ast.Name) and one.id.startswith("MAX_")
                }
    return found


def test_every_limit_is_stated() -> None:
    assert len(rows()) == 26
    assert constants() <= set(rows())


@pytest.mark.parametrize("name", rows())
def test_a_limit_is_what_it_is_said_to_be(name: str) -> None:
    module, _, constant = name.rpartition(".")
    most, codes = rows()[name]
    assert getattr(import_module(f"guidepress.{module}"), constant) == most
    known = (ROOT / "docs/diagnostics.md").read_text()
    assert all(f"`{code}`" in known or f"`…-{code.partition('-')[2]}`" in known for code in codes)


@pytest.mark.parametrize(
    ("name", "chapter"),
    [
        ("markdown.flow.frame.MAX_DEPTH", "> " * 101 + "x"),
        ("markdown.inline.tokens.MAX_DEPTH", "*a **b " * 41 + "c** d*" * 41),
        ("markdown.html.filter.MAX_DEPTH", "<b>" * 41 + "x" + "</b>" * 41),
        ("source.files.MAX_TEXT", "x" * 10_485_761),
    ],
)
def test_what_is_over_a_limit_is_told(name: str, chapter: str, project: Project) -> None:
    """In a message that names the number, at the chapter."""
    most, codes = rows()[name]
    found = [
        one for one in project.chapter(f"# One\n\n{chapter}\n").problems() if one.code in codes
    ]
    assert found
    assert str(most) in found[0].message or str(most // 1048576) in found[0].message
    assert found[0].span is not None
    assert found[0].span.file == "source/chapters/one.md"


CELL, END = "<table><tr><td>\n", "</td></tr></table>\n"


@pytest.mark.parametrize(
    ("table", "line"),
    [
        (f"{CELL * 4}x\n{END * 4}{CELL * 4}y\n{END * 4}", 6),
        # In Markdown that stands in HTML.
        (f"{CELL * 3}\n| a |\n|---|\n| b |\n\n{END * 3}", 7),
        # Where other tags were too deep before.
        (f"{'<b>' * 41}x{'</b>' * 41}\n\n{CELL * 4}x\n{END * 4}", 8),
    ],
)
def test_tables_in_tables(table: str, line: int, project: Project) -> None:
    """An error, once, at the first that is too deep; three are none."""
    (found,) = [
        one
        for one in project.chapter(f"# One\n\n{table}").problems()
        if "tables are" in one.message
    ]
    assert found.code == "nesting-too-deep"
    assert found.severity is Severity.ERROR
    assert "more than 3 deep" in found.message
    assert found.span is not None
    assert (found.span.file, found.span.line) == ("source/chapters/one.md", line)
    assert "nesting-too-deep" not in project.chapter(f"# One\n\n{CELL * 3}x\n{END * 3}").codes()


NOTES = "# One\n\nA[^a] b[^b] c[^c].\n\n[^a]: A.\n\n[^b]: B.\n\n[^c]: C.\n"
TABLE = "# One\n\n| a | b |\n|---|---|\n" + "| 1 | 2 |\n" * 4
HTML = "# One\n\n<table>\n<tr><td>1</td><td>2</td></tr>\n<tr><th>3</th></tr></table>\n"
DATA = """kind: table
id: x
title: X
columns:
  - {id: a, name: A}
  - {id: b, name: B}
rows:
  - [1, 2]
  - [3, 4]
as_of: "2025"
source: us
"""
TERMS = "terms:\n" + "".join(f"  - {{id: t{n}, term: T{n}, definition: D}}\n" for n in range(3))


@pytest.mark.parametrize(
    ("constant", "most", "file", "text", "code", "line"),
    [
        ("markdown.flow.table.MAX_CELLS", 5, "chapters/one.md", TABLE, "table-too-large", 6),
        ("markdown.flow.table.MAX_CELLS", 2, "data/x.yaml", DATA, "table-too-large", 9),
        ("book.limits.MAX_CELLS", 2, "chapters/one.md", HTML, "table-too-large", 5),
        ("book.limits.MAX_FOOTNOTES", 2, "chapters/one.md", NOTES, "footnotes-too-many", 9),
        ("book.limits.MAX_TERMS", 2, "glossary.yaml", TERMS, "terms-too-many", 4),
        (
            "book.limits.MAX_ENTRIES", 2, "chapters/one.md",
            '# One\n\n*a*{: index="a;b" }\n\n*b*{: index="c" }\n', "index-too-long", 5,
        ),
    ],
)  # fmt: skip
def test_the_first_that_is_too_many_is_told(
    constant: str,
    most: int,
    file: str,
    text: str,
    code: str,
    line: int,
    project: Project,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """At its place; one fewer is none."""
    module, _, name = constant.rpartition(".")
    monkeypatch.setattr(f"guidepress.{module}.{name}", most)
    monkeypatch.setattr(f"guidepress.book.limits.{name}", most)
    project.write(file, text)
    found = [one for one in project.problems() if one.code == code]
    assert [(one.span.file, one.span.line) for one in found if one.span] == [
        (f"source/{file}", line)
    ]
    assert code in {each for _, codes in rows().values() for each in codes}
    monkeypatch.setattr(f"guidepress.{module}.{name}", 100)
    monkeypatch.setattr(f"guidepress.book.limits.{name}", 100)
    assert code not in project.codes()


def test_a_handbook_with_too_many_pages_is_no_book(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Told at the section with which there are too many, and nothing is written."""
    monkeypatch.setattr("guidepress.handbook.compilation.MAX_PAGES", 1)
    done = project.build("--only", "handbook", "--jobs", "1", "--no-cache")
    assert done.status == 1
    assert "error[handbook-limit]" in done.err
    assert "with it the handbook has more than 1 pages" in done.err
    assert not project.artifacts
