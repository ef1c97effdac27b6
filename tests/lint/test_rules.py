"""Each rule is a file whose examples are what they say, and of which the docs are made."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest
from tests.project import Project

from guidepress.build import check
from guidepress.lint import rules
from guidepress.lint.rule import PREFIX, Example
from guidepress.lint.rules import RULES

ROOT = Path(__file__).parents[2]
FOLDER = Path(rules.__file__).parent

NEW = """\
from guidepress.lint.rule import Example, Finding, Rule, each


def _check(reading):
    if "!" in reading.front.text:
        yield Finding(reading, "this shouts", "ask calmly")


RULE = Rule(
    "card-shouting", finds="an exclamation mark", why="nobody listens", means="A question shouts.",
    remedy="Ask calmly.", check=each(_check), bad=Example(""), good=Example(""),
)
"""


@pytest.fixture(scope="session")
def tables() -> ModuleType:
    """The script that writes the tables."""
    spec = importlib.util.spec_from_file_location("tables", ROOT / "docs/tables.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def codes(project: Project, example: Example) -> set[str]:
    """What `guidepress check` says of a chapter that holds the example."""
    for name, text in example.files.items():
        project.write(name, text)
    project.chapter(f"# One\n\n{example.text}")
    return {problem.code for problem in check(project.folder)}


@pytest.mark.parametrize("code", RULES)
def test_examples_are_what_they_say(code: str, tmp_path: Path) -> None:
    """The bad one breaks this rule and no other, and nothing is wrong with the good one."""
    rule = RULES[code]
    assert codes(Project(tmp_path / "bad"), rule.bad) == {code}
    assert codes(Project(tmp_path / "good"), rule.good) == set()


def test_a_rule_is_called_like_its_file() -> None:
    """So that whoever reads a code finds the rule."""
    names = {path.stem for path in FOLDER.glob("*.py")} - {"__init__"}
    assert names == {code.removeprefix(PREFIX).replace("-", "_") for code in RULES}


def test_a_file_makes_a_rule(
    project: Project, tmp_path: Path, tables: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is applied, allowed by its tag, and in the docs, and is listed nowhere."""
    folder = tmp_path / "more"
    folder.mkdir()
    (folder / "shouting.py").write_text(NEW)
    monkeypatch.setattr(rules, "__path__", [*rules.__path__, str(folder)])
    found = {rule.code: rule for rule in rules._found()}
    assert set(found) == {*RULES, "card-shouting"}
    monkeypatch.setitem(RULES, "card-shouting", found["card-shouting"])
    card = "/// card | Which code means “Not Found”, now!\n    id: x\n{}\n404\n///\n"
    assert codes(project, Example(card.format(""))) == {"card-shouting"}
    assert codes(project, Example(card.format("    tags: [allow-shouting]\n"))) == set()
    for text in (tables.rules(), tables.limits(), tables.examples()):
        assert "`card-shouting`" in text


@pytest.mark.parametrize("name", ["diagnostics.md", "deck.md", "rules.md"])
def test_docs_are_made_of_the_rules(name: str, tables: ModuleType) -> None:
    """Whoever changes a rule writes the docs anew: `.venv/bin/python docs/tables.py`."""
    assert name in tables.PAGES
    page = (ROOT / "docs" / name).read_text("utf-8")
    assert "<!-- tables.py: " in page
    assert tables.renewed(page) == page
    stale = page.replace("| `card-pronoun` |", "| `card-pronouns` |").replace(
        "What is found", "What is seen"
    )
    assert stale != page
    assert tables.renewed(stale) == page
