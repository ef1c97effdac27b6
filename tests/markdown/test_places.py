"""Everything that is reported stands where it says, through containers, tabs and YAML fields."""

from __future__ import annotations

import re

import pytest
from tests.markdown.cases import nodes_of

from guidepress.content import Image, Reference
from guidepress.diagnostics import Span
from guidepress.markdown import Document, convert


def read(text: str, **where: int) -> Document:
    document = convert(text, "text.md", **where).value
    assert document is not None
    return document


def cut(text: str, span: Span) -> str:
    """The characters that a span covers."""
    line = text.split("\n")[span.line - 1]
    return line[span.column - 1 : span.column - 1 + span.length]


TARGETS = """\
Text [a](#one) and
[b]( <#two> ) ![c](three.png "T")

# Heading [d](#four)

> quote [e](#five)
lazy [f](#six)
> - item [g](#seven)
>
>   | x | y |
>   |---|---|
>   | `a\\|b` | [h](#eight) |

1. one
\t[i](#nine)
   ```
   code
   ```
   *em [j](#ten) **strong ![k](eleven.png)***

!!! note "Title [l](#twelve)"
    [m](#thirteen)

/// note | Title [n](#fourteen)
[o](#fifteen)
///

Term [p](#sixteen)
:   Definition [q](#seventeen)

[^1]: Note [r](#eighteen)[^1]

- [ ] task [s](#nineteen)
"""


def test_targets() -> None:
    document = read(TARGETS + "x[^1]")
    for use in nodes_of(document, Reference):
        assert cut(TARGETS, use.span).strip("<>") == use.target
    for image in nodes_of(document, Image):
        assert cut(TARGETS, image.span) == image.src
    assert len(nodes_of(document, Reference)) == 17
    assert len(nodes_of(document, Image)) == 2


def test_lines_of_blocks() -> None:
    """`data-line` is the line at which the block's own text stands."""
    text = "\n".join([
        "# word1", "", "word3", "word3b", "", "- word6", "  - word7", "", "    word9", "",
        "> word11", "> > word12", "", "| word14 |", "|---|", "| word16 |", "", "Setext18", "===",
        "", "```", "word22", "```", "", "/// note | word25", "    id: x", "word27", "///",
        "term29", ": word30", "", "[^n]: word32", "", "word34[^n]", "", "    word36",
    ])  # fmt: skip
    document = read(text)
    html = document.content.html + document.footnotes[0].content.html
    found = {
        int(number): [int(line) for line in re.findall(r'data-line="(\d+)"', before)][-1]
        for before, number in (
            (html[: m.start()], m[1]) for m in re.finditer(r"(?:word|Setext|term)(\d+)\b", html)
        )
    }
    # The fence of code stands in the line before the code.
    assert found == {n: n for n in found} | {22: 21}
    assert len(found) == 18


def test_place_of_a_field() -> None:
    """Text of a YAML record says where it starts; all of its lines start in that column."""
    document = read("A [b](#c)\n\n- d [e](#f)", line=10, column=7)
    assert [(r.span.line, r.span.column) for r in nodes_of(document, Reference)] == [
        (10, 13),
        (12, 15),
    ]
    assert 'data-line="12"' in document.content.html


def test_lines_after_front_matter() -> None:
    document = read("---\nid: x\n---\n\n# Title [a](#b)")
    assert document.headings[0].span == Span("text.md", 5, 3, len("Title [a](#b)"))
    assert nodes_of(document, Reference)[0].span == Span("text.md", 5, 13, 2)


@pytest.mark.parametrize(
    ("text", "covered"),
    [
        ("> - x[^no]", "[^no]"),
        ("text\n\n> ```python\n> x", "```python"),
        ("- ```nope\n  x\n  ```", "nope"),
        ("a\n  b <font>c</font>", "<font>"),
        ("<div>\n<p>\n  <font x>y</font>\n</p>\n</div>", "<font x>"),
        ("> /// nope | x\n> ///", "/// nope | x"),
        ("- /// card | x\n      idd: y\n  a\n  ///", "idd"),
        ("- /// card | x\n      id: Y Y\n  a\n  ///", "Y Y"),
        ("| a | b |\n|---|---|\n| c | [d](e.pdf) |", "e.pdf"),
        ("text [a][nowhere] text", "[nowhere]"),
        ("*a*{: .x\tnope=1 }", "{: .x\tnope=1 }"),
        ("[^1]: unused", "[^1]:"),
        ("x\n!!! nope\n    y", "nope"),
        ("a\x07b", "\x07"),
    ],
)
def test_problem_covers(text: str, covered: str) -> None:
    (problem,) = convert(text, "text.md").diagnostics
    assert problem.span is not None
    assert cut(text, problem.span) == covered


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends(end: str) -> None:
    document = read(f"---{end}id: x{end}---{end}# A{end}{end}[b](#c){end}")
    assert document.front_matter == {"id": "x"}
    assert nodes_of(document, Reference)[0].span == Span("text.md", 6, 5, 2)


def test_byte_order_mark() -> None:
    assert read("\ufeff---\nid: x\n---\n# A").front_matter == {"id": "x"}
