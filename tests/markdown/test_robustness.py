"""Parsing never raises and never takes long, whatever the text."""

from __future__ import annotations

import pickle
import re
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from lxml import html
from tests.markdown.cases import all_cases

from guidepress.markdown import Document, convert
from guidepress.markdown.readable import readable

PIECES = st.sampled_from([
    "- ", "* ", "1. ", "2) ", "> ", "    ", "  ", "\t", "\n", "\n", "\n\n", "```", "~~~", "```python\n",
    "# ", "===", "---", "***", "word", "*", "**", "_", "`", "[a]", "[a](b)", "![a](b.png)", "[a][b]",
    "[", "]", "(", ")", "\\", "&amp;", "&", "|", "| a | b |\n|---|---|\n", "~~", "==", "<b>", "</b>",
    "<div>\n", "</div>\n", "<!--", "-->", "<T>", "{: .x #y }", "{", "}", "[^1]", "[^1]: ", "*[A]: B\n",
    "A", ": ", "!!! note\n", "/// note | x\n", "/// card | x\n    id: y\n", "/// cloze\n", "///\n",
    "//// extra\n", "////\n", "/// figure\n", "/// data | x\n", "/// nope\n", "    id: [\n", "    a\n",
    "[ ] ", "[x] ", "> [!NOTE]\n", "https://a.b/c", "www.a.b", "a@b.c", "é", "“", "\u2028", "\x00", "😀",
    "\r\n", "  \n", "[b]: c 'd'\n", "==a=={: cloze=2 hint=\"x\" }", "<svg>", "---\nid: x\n---\n",
    "\\(", "\\)", "\\[", "\\]", "\\[\n", "\\]\n", "$`", "`$", "```math\n", "\\frac{", "}", "\\(==a==\\)", "% ",
])  # fmt: skip


SOURCES = [case.source for case in all_cases()]


# What reads the first formula of a process takes longer than hypothesis waits.
convert("\\(x\\)", "text.md")


def check(text: str) -> None:
    result = convert(text, "text.md")
    document = result.value
    assert document is not None
    lines = len(re.split(r"\r\n?|\n", text))
    for problem in result.diagnostics:
        assert problem.span is not None
        assert 1 <= problem.span.line <= lines
        assert problem.span.column >= 1
    for piece in pieces(document):
        # Well-formed as far as the parser of the book is concerned, and within its limits.
        html.fragment_fromstring(f"<div>{piece}</div>")
    assert pickle.loads(pickle.dumps(document)) == document
    assert convert(text, "text.md") == result


def pieces(document: Document) -> list[str]:
    cards = [part for c in document.cards for part in (c.front, c.back, c.text, c.extra, c.hint)]
    contents = [document.content, *cards, *(n.content for n in document.footnotes)]
    return [one.html for one in contents]


@given(st.text())
def test_any_text(text: str) -> None:
    check(text)


@given(st.lists(PIECES, max_size=40).map("".join))
@example("/// data | x\n/// card | x\n    id: y\n")
@example("| a | b |\n|---|---|\n}")
@example("lone \ud800 surrogate")
def test_any_markdown(text: str) -> None:
    check(text)


@given(st.data())
def test_pieces_of_cases(data: st.DataObject) -> None:
    """Halves of the fixtures' inputs, put together."""
    parts = [data.draw(st.sampled_from(SOURCES)) for _ in range(3)]
    cuts = [data.draw(st.integers(0, len(part))) for part in parts]
    check("".join(part[:at] for part, at in zip(parts, cuts, strict=True)))


@given(st.text(alphabet="*_~=a b[]()`<>!\\\n", max_size=60))
def test_any_inline(text: str) -> None:
    check(text)


N = 10_000
LONG = {
    "quotes": ">" * N,
    "quotes over lines": (">" * 200 + "a\n") * 200,
    "lists in a line": "- " * N + "a",
    "lists over lines": "".join("  " * i + "- a\n" for i in range(1500)),
    "ordered lists": "1. " * N,
    "brackets": "[" * N,
    "brackets with text": "[a" * N,
    "brackets closed": "[" * N + "]" * N,
    "images": "![" * N,
    "links opened": "[a](" * N,
    "links opened with text": "[a](b" * N,
    "pointed links": "[a](<b" * N,
    "titles": '[a](b "' * N,
    "links in links": "[" * N + "a" + "](b)" * N,
    "labels": ("[" + "a" * 900) * 200 + "]" * 200,
    "definitions": "".join(f"[a{i}]: b\n" for i in range(N)),
    "references": "[a]: b\n\n" + "[a]" * N,
    "unknown references": "[a][b]" * N,
    "emphasis": "*" * N,
    "emphasis opened": "*a " * N,
    "emphasis opened both": "*a **a " * N,
    "emphasis closed": "a* " * N,
    "emphasis in emphasis": "*a _b " * N + "b_ a* " * N,
    "strong in words": "**x" * N,
    "strikes": "~a " * N + "a~ " * N,
    "marks": "==a " * N,
    "backticks": " ".join("`" * i for i in range(1, 400)),
    "backticks unclosed": "`x" * N + "``",
    "tags opened": "<" * N,
    "tags with names": "<a " * N,
    "tags with attributes": '<a href="' * N,
    "comments": "x" + "<!--" * N,
    "instructions": "x<?" * N,
    "declarations": "x<!A " * N,
    "sections": "x<![CDATA[" * N,
    "divisions": "<div>" * N,
    "divisions over lines": "<div>\n" * N,
    "spans": "x " + "<span>" * N,
    "spans closed": "x <span>" + "</span>" * N,
    "pictures": "x <svg>" * N,
    "entities": "&" * N + "&a" * N,
    "spaces": "a" + " " * 200_000 + "b",
    "lines": "\n" * 200_000,
    "tabs": "\t" * N,
    "backslashes": "\\" * N,
    "hashes": "# " * N + "\n" + "#" * N,
    "underlines": "a\n-\n" * N,
    "fences": "```\n" * (N + 1),
    "a long line of code": "```python\n" + "(" * N + "\n```",
    "columns": "|" * N + "\n" + "|-" * N + "\n" + "|\n" * N,
    "short rows": "|a" * 90 + "|\n" + "|-" * 90 + "|\n" + "|\n" * 2000,
    "braces": "*a*{" * N + "\n\n# a " + "{" * N,
    "attributes": '*a*{: a="' * N,
    "notes": "[^a]" * N,
    "notes of notes": "".join(f"[^{i}]: [^{i + 1}]\n" for i in range(3000)) + "\n[^0]",
    "notes in notes": "[^1]: " * N,
    "definitions of terms": "a\n" + ": " * N,
    "blocks in blocks": "/// card | x\n" * 300,
    "blocks with longer fences": "".join("/" * (i + 3) + " note\n" for i in range(300)),
    "admonitions": "".join("    " * i + "!!! note\n" for i in range(300)),
    "abbreviations": "".join(f"*[A{i}]: x\n" for i in range(2000)) + "\n" + "A1 " * N,
    "addresses": "http://" * N + " " + "http://a.b/(" * N,
    "mail": "a@" * N + "a" * 200_000 + "@",
    "tasks": "- [ ] " * N,
}


@pytest.mark.parametrize("name", LONG)
def test_long(name: str) -> None:
    start = time.process_time()
    result = convert(LONG[name], "text.md", line=2)
    assert result.value is not None
    # Far above what any of them takes (0.8 s), far below what quadratic time would.
    assert time.process_time() - start < 8
    for piece in pieces(result.value):
        html.fragment_fromstring(f"<div>{piece}</div>")


@pytest.mark.slow
def test_a_megabyte() -> None:
    text = (Path(__file__).parents[2] / "docs" / "markdown.md").read_text("utf-8")
    text *= 1_000_000 // len(text)
    start = time.process_time()
    assert convert(text, "text.md").diagnostics == ()
    # About a second of this process; a busy machine is no fault of the text.
    assert time.process_time() - start < 10


def test_threads_do_not_mix() -> None:
    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(lambda source: convert(source, "text.md"), SOURCES * 2))
    assert results == [convert(source, "text.md") for source in SOURCES * 2]


def depth(text: str) -> int:
    def below(element: html.HtmlElement) -> int:
        return 1 + max((below(child) for child in element), default=0)

    return below(html.fragment_fromstring(f"<div>{text}</div>"))


@pytest.mark.parametrize(
    "name",
    ["quotes", "lists in a line", "emphasis in emphasis", "divisions", "spans", "notes in notes"],
)
def test_depth_is_limited_and_told(name: str) -> None:
    result = convert(LONG[name], "text.md")
    assert [d.code for d in result.diagnostics].count("nesting-too-deep") == 1
    assert result.value is not None
    assert depth(result.value.content.html) < 250


def test_a_formula_without_its_arguments(capfd: pytest.CaptureFixture[str]) -> None:
    """It stays TeX, and the library that reads it prints nothing."""
    assert readable(r"\frac") == r"\frac"
    assert capfd.readouterr().err == ""
