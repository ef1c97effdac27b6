"""Options of a block: `key: value` right below its header, however far it is indented."""

from __future__ import annotations

import pytest
from tests.project import Project

from guidepress.diagnostics import Severity
from guidepress.markdown import CardUse, convert


def card(text: str) -> CardUse:
    """The only card of a text that has no problems."""
    converted = convert(text, "text.md")
    assert converted.diagnostics == ()
    assert converted.value is not None
    (found,) = converted.value.cards
    return found


def problems(text: str) -> list[tuple[Severity, str, int]]:
    """Severity, code and line of each problem of a text."""
    return [
        (d.severity, d.code, d.span.line if d.span else 0)
        for d in convert(text, "text.md").diagnostics
    ]


@pytest.mark.parametrize("indent", range(7))
def test_options_are_read_at_any_indentation(indent: int) -> None:
    """None of them becomes the answer."""
    space = " " * indent
    found = card(f"/// card | Why?\n{space}id: why\n{space}tags: [a, b]\nBecause.\n///\n")
    assert (found.id, found.tags) == ("why", ("a", "b"))
    assert found.back.words.split() == ["Because."]


@pytest.mark.parametrize("indent", [0, 2, 4])
@pytest.mark.parametrize("around", ["- ", "> ", "1. "])
def test_options_inside_of_lists_and_quotes(around: str, indent: int) -> None:
    """The indentation counts from what the block stands in."""
    inner = around if around == "> " else " " * len(around)
    lines = ["/// card | Why?", f"{' ' * indent}id: why", "Because.", "///"]
    text = "\n".join([f"{around}{lines[0]}", *(f"{inner}{line}" for line in lines[1:])])
    found = card(text + "\n")
    assert found.id == "why"
    assert found.back.words.split() == ["Because."]


def test_values_of_several_lines() -> None:
    """A list below its key, and text in a block of lines, at little indentation."""
    found = card(
        "/// card | Why?\nid: why\ntags:\n- a\n- b\nextra: |\n  One line.\n  And one more.\nBecause.\n///\n"
    )
    assert (found.id, found.tags) == ("why", ("a", "b"))
    assert found.extra.words.split() == ["One", "line.", "And", "one", "more."]
    assert found.back.words.split() == ["Because."]


def test_a_list_below_an_option_is_the_answer() -> None:
    """Where the option above has its value, a list is text."""
    found = card("/// card | Why?\nid: why\n- One.\n- Two.\n///\n")
    assert found.back.words.split() == ["One.", "Two."]


@pytest.mark.parametrize("indent", [0, 2, 4])
def test_a_misspelt_option_is_an_error(indent: int) -> None:
    """At any indentation."""
    text = f"/// card | Why?\n{' ' * indent}tag: [a]\nBecause.\n///\n"
    assert problems(text) == [(Severity.ERROR, "block-option-unknown", 2)]


@pytest.mark.parametrize(("indent", "severity"), [(0, Severity.WARNING), (2, Severity.ERROR)])
def test_what_looks_like_an_option_is_reported(indent: int, severity: Severity) -> None:
    """Text that is not indented stays text, with a warning."""
    text = f"/// card | Why?\n{' ' * indent}colour: red\n///\n"
    assert problems(text) == [(severity, "block-option-unknown", 2)]
    found = convert(text, "text.md").value
    assert found is not None
    assert ("colour" in found.cards[0].back.words) == (indent == 0)


@pytest.mark.parametrize(
    "text",
    ["Note: this is text.", "http://example.org/", "::before", "\ncolour: red", "a: b".upper()],
)
def test_text_that_is_no_option(text: str) -> None:
    """Capitals, addresses, and whatever stands below an empty line."""
    assert problems(f"/// card | Why?\n{text}\n///\n") == []


def test_options_of_different_depth_are_an_error() -> None:
    """One error, which says so."""
    found = convert("/// card | Why?\n    id: why\n  tags: [a]\nBecause.\n///\n", "text.md")
    (problem,) = found.diagnostics
    assert (problem.code, problem.span and problem.span.line) == ("block-option-invalid", 3)
    assert "as far" in problem.message


@pytest.mark.parametrize(
    "options",
    [
        "id: why",
        "  id: why",
        "    id: Why Not",
        "  id: Why Not",
        "    id:",
        "    id: why\n    tags: [a",
        "    id: why\n  tags: [a]",
        "\nid: why",
        "\n  id: why\n",
    ],
)
def test_no_second_id_is_written(project: Project, options: str) -> None:
    """`check --fix` leaves a card alone in which an `id:` stands, whatever is wrong with it."""
    text = f"# One\n\n/// card | Why?\n{options}\nBecause.\n///\n"
    project.chapter(text)
    project.check("--fix")
    assert (project.source / "chapters/one.md").read_text() == text


def test_an_id_below_an_empty_line_is_named(project: Project) -> None:
    """The message says where it belongs, instead of suggesting another."""
    project.chapter("# One\n\n/// card | Why?\n\nid: why\n\nBecause.\n///\n")
    (problem,) = project.problems()
    assert problem.code == "card-id-missing"
    assert problem.fix is None
    assert "right below the header" in " ".join(problem.hints)
