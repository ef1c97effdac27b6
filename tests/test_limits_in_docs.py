"""docs/security.md states every limit, as the code has it; what is over one is told by its code."""

from __future__ import annotations

import ast
import re
from importlib import import_module
from pathlib import Path

import pytest

import guidepress
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
    for folder in ("source", "markdown", "maths", "book"):
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
    assert len(rows()) == 19
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
