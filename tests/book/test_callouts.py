"""Call-outs: marks in code, and notes that begin with them."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.project import Project

from guidepress.book.callouts import set_callouts
from guidepress.content import Element, Text
from guidepress.content.walk import elements, text
from guidepress.diagnostics import Span

NOTES = "\n/// callouts\n1. *First*.\n2. Second.\n///\n"


def chapter(tmp_path: Path, body: str) -> Project:
    return Project(tmp_path / "g").chapter(f"# One\n\nText.\n\n{body}")


def code(project: Project) -> str:
    """The code of the only block."""
    [chapter] = project.book().chapters()
    [block] = elements(chapter.body.nodes, "pre")
    return text(block.children)


def notes(project: Project) -> list[str]:
    [chapter] = project.book().chapters()
    [block] = [e for e in elements(chapter.body.nodes, "div") if "callouts" in e.classes]
    return [text(p.children) for p in elements(block.children, "p")]


@pytest.mark.parametrize(
    ("language", "typed", "printed"),
    [
        ("python", "a = 1  # (1)\nb = (2)  # (2)", "a = 1  ❶\nb = (2)  ❷\n"),
        ("python", "a = 1  # a remark  (1)\nb  # (2)", "a = 1  # a remark  ❶\nb  ❷\n"),
        ("js", "f(1)  // (1)\nf(2) /* (2) */", "f(1)  ❶\nf(2)  ❷\n"),
        ("sql", "SELECT 1 -- (1)\nFROM t  -- (2)", "SELECT 1  ❶\nFROM t  ❷\n"),
        ("html", "<p> <!-- (1) -->\n</p>  <!-- (2) -->", "<p>  ❶\n</p>  ❷\n"),
        ("json", '{"a":  (1)\n 1}  (2)', '{"a":  ❶\n 1}  ❷\n'),
        ("", "one  (1) (2)", "one  ❶ ❷\n"),
        ("", "# (1)\n# (2)\nthree", "  ❶\n  ❷\nthree\n"),
        # Of a mark that is used twice there is one note.
        ("ini", "a = 1 ; (1)\nb = 2 ; (2)\nc = 3 ; (1)", "a = 1  ❶\nb = 2  ❷\nc = 3  ❶\n"),
    ],
)
def test_marks_end_lines_of_code(tmp_path: Path, language: str, typed: str, printed: str) -> None:
    made = chapter(tmp_path, f"```{language}\n{typed}\n```\n{NOTES}")
    assert code(made) == printed
    assert notes(made) == ["❶ First.", "❷ Second."]


def test_without_notes_code_is_as_it_was_typed(tmp_path: Path) -> None:
    assert code(chapter(tmp_path, "```python\na  # (1)\n```\n")) == "a  # (1)\n"


def test_code_of_a_file_has_marks(tmp_path: Path) -> None:
    made = chapter(tmp_path, f"/// code | a.py\n///\n{NOTES}").write("a.py", "a  # (1)\nb  # (2)\n")
    assert code(made) == "a  ❶\nb  ❷\n"


def test_a_note_of_several_blocks(tmp_path: Path) -> None:
    block = "/// callouts\n1. One.\n\n    - two\n///\n"
    made = chapter(tmp_path, f"```\na  (1)\n```\n\n{block}")
    [one] = made.book().chapters()
    [div] = [e for e in elements(one.body.nodes, "div") if "callouts" in e.classes]
    assert [e.name for e in div.children if isinstance(e, Element)] == ["p", "ul"]


def test_on_cards(tmp_path: Path) -> None:
    card = "//// card | Why?\n    id: why\n```\na  (1)\n```\n/// callouts\n1. So.\n///\n////\n"
    [one] = chapter(tmp_path, card).book().cards
    assert "❶ So." in text(one.back.nodes)
    assert "a  ❶" in text(one.back.nodes)


@pytest.mark.parametrize(
    ("body", "code", "message"),
    [
        (f"Words.\n{NOTES}", "callouts-misplaced", "below the block of code"),
        (f"```\na  (1)\n```\n{NOTES}", "callouts-unmatched", "(2) is not in the code above"),
        (f"```\na  (1) (2) (3)\n```\n{NOTES}", "callouts-unmatched", "(3) has no note"),
        (f"```\na  (1) (2) (0) (99)\n```\n{NOTES}", "callouts-unmatched", "(0), (99) have no note"),
        ("```\na  (1)\n```\n/// callouts\nWords.\n///\n", "callouts-content", "numbered list"),
        ("```\na  (1)\n```\n/// callouts\n///\n", "callouts-content", "numbered list"),
        (
            "```\na  (1)\n```\n/// callouts\n" + "1. x\n" * 21 + "///\n",
            "callouts-content",
            "20 notes at most",
        ),
    ],
)
def test_what_is_wrong_has_its_line(tmp_path: Path, body: str, code: str, message: str) -> None:
    made = chapter(tmp_path, body)
    [problem] = [p for p in made.problems() if p.code.startswith("callouts")]
    assert problem.code == code
    assert message in problem.message
    assert problem.span is not None
    assert (made.folder / problem.span.file).read_text().splitlines()[
        problem.span.line - 1
    ] == "/// callouts"


WORD = st.text("ab ()#/12", max_size=9)


@given(st.lists(st.tuples(WORD, st.integers(0, 3)), min_size=1, max_size=6), st.data())
def test_nothing_but_marks_leaves_the_code(
    lines: list[tuple[str, int]], data: st.DataObject
) -> None:
    """Code in any pieces: what is left are its lines, each with the mark that ended it."""
    lines = [(f"{word}x", number) for word, number in lines]
    typed = "\n".join(f"{word}  # ({number})" if number else word for word, number in lines)
    cuts = sorted(data.draw(st.sets(st.integers(0, len(typed)), max_size=5)) | {0, len(typed)})
    pieces = [typed[a:b] for a, b in pairwise(cuts)]
    nodes = [
        Element("span", {"class": "c"}, (Text(p),)) if i % 2 else Text(p)
        for i, p in enumerate(pieces)
        if p
    ]
    items = tuple(Element("li", {}, (Text("note"),)) for _ in range(3))
    block = Element("div", {"class": "callouts"}, (Element("ol", {}, items),))
    made, _ = set_callouts(
        [Element("pre", {}, (Element("code", {}, tuple(nodes)),)), block], Span("")
    )
    assert text(made[:1]) == "\n".join(
        f"{word}  {'❶❷❸'[number - 1]}" if number else word for word, number in lines
    )
