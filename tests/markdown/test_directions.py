"""Characters that turn the direction of code are told of where they stand, and prose keeps them."""

from __future__ import annotations

import pytest
from tests.project import Project

TURN = "\u202e"
CARD = "/// card | What does it do?\n    id: a\n\n{}\n///\n"


@pytest.mark.parametrize(
    ("text", "places"),
    [
        (f"```python\nok = 1\nx = '{TURN} '\n```\n", ["5:6"]),
        (f"- item\n\n    ```\n    a{TURN}b\n    ```\n", ["6:6"]),
        (f"    a{TURN}\n\tb\u2066\n", ["3:6", "4:3"]),
        (f"Text `a{TURN}b` and `c`.\n", ["3:8"]),
        (CARD.format(f"Say `{TURN}`:\n\n~~~\n{TURN}\n~~~"), ["6:6", "9:1"]),
        (f"Prose {TURN}abc\u202c and ``` `x` ```.\n", []),
        ("```\n\u200f \u200e\n```\n", []),
    ],
)
def test_in_a_chapter(text: str, places: list[str], project: Project) -> None:
    found = [
        one
        for one in project.chapter(f"# One\n\n{text}").problems()
        if one.code == "code-direction"
    ]
    assert [f"{one.span.line}:{one.span.column}" for one in found if one.span] == places
    assert all("U+20" in one.message for one in found)


def test_in_records_and_quoted_files(project: Project) -> None:
    project.write("code/a.py", f"# region x\n\ny = 1{TURN}\n# endregion\nz = '{TURN}'\n")
    project.write(
        "glossary.yaml", f'terms: [{{id: t, term: t, definition: "Say `{TURN}` once."}}]\n'
    )
    project.chapter("# One\n\n/// code | code/a.py#x\n///\n")
    found = {str(one.span) for one in project.problems() if one.code == "code-direction"}
    assert found == {"source/code/a.py:3:6", "source/glossary.yaml:1:44"}
