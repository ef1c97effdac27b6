"""Whatever a folder holds becomes a guide that checks without an error, and no line of it moves."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guidepress.scaffold import adopt
from guidepress.scaffold.books.adopting import Wishes, read_book
from tests.project import run

MARKS = [
    ":::note", ":::", "::: {.x", "!!! note", '??? a "b"', '=== "T"', "    ", "\t", "> ", "- ", "1. ", "```", "~~~",
    "`",
    "```{note}", "{{< a >}}", "{{< /a >}}", "{% raw %}", "{% endraw %}", "{{ x }}", "{{#include a.rs}}", "<A>", "</A>",
    '<A b={c} d="e" />', "<", ">", "{/*", "*/}", "{", "}", "import x from 'y'", "export const a = {", "$", "$$", "\\[",
    "\\]", "\\(", "\\)", "[[", "]]", "|", "![", "](", ")", "[x]: y", "#", "## T", "===", "---",
    "+++", "///", "/// note",
    ":rocket:", "(a)=", "{a}`b`", "++k++", "<details>", "</details>", "<summary>Why?</summary>", "Why?", "\n", "\n\n",
    "<!--", "-->", "<pre>", "é", "سلام", "\u200c", "{: .a b=c }", "[TOC]",
]  # fmt: skip
FILES = {
    "escapes.md": b'---\ntitle: "\\a\\ud800"\nquestion: "\\ud800 why?"\n---\ntext\n',
    "bom.md": b"\xef\xbb\xbf# BOM\r\n\r\ntext\r\n", "empty.md": b"", "dash.md": b"---\n",
    "open.md": b"---\ntitle: x\n",
    "broken.md": b"{{<\n:::\n<\n$$\n```\n", "lt.mdx": b"<Foo\n", "export.mdx": b"export const x = {\n",
    "comment.mdx": b"{/* never\n", "plus.md": b"+++\nx\n", "wiki.md": b"[[a|b|c]] ![[]] [[#]] ![]() []( )\n",
    "sidebars.json": b'{"a":[', "mkdocs.yml": b"nav: [", "book.toml": b"x", "_quarto.yml": b"- x", "_toc.yml": b"}",
    "bytes.md": bytes(range(256)) * 8, "quote.md": b"> " * 300 + b"x", "braces.md": b"{" * 5000,
    "tags.md": b"<a " * 3000,
    "brackets.md": b"[[" * 3000, "dollars.md": b"$" * 5000, "ticks.md": b"`" * 3001, "colons.md": b":::a\n" * 500,
}  # fmt: skip


def test_broken_files(tmp_path: Path) -> None:
    """Each is taken as far as it goes; settings that are broken are said to be."""
    book = tmp_path / "book"
    book.mkdir()
    for name, data in FILES.items():
        (book / name).write_bytes(data)
    adopt(tmp_path / "guide", book, Wishes(cards=True))
    result = run("check", tmp_path / "guide", "--format", "github")
    assert (result.status, "::error" in result.out) == (0, False), result.out
    report = (tmp_path / "guide/ADOPTED.md").read_text()
    assert "the order in mkdocs.yml: it cannot be read" in report
    assert "the order in sidebars.json: it is no plain data" in report


@pytest.mark.parametrize("suffix", ["md", "mdx"])
@settings(max_examples=60)
@given(pieces=st.lists(st.sampled_from(MARKS), max_size=40))
def test_any_text(suffix: str, pieces: list[str]) -> None:
    """No mark in no place raises, or moves a line."""
    text = "# Title\n\n" + " ".join(pieces).replace(" \n", "\n").replace("\n ", "\n")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"a.{suffix}"
        path.write_text(text, "utf-8")
        book = read_book(Path(folder), Wishes(), lambda *_: None)
    [page] = book.pages.values()
    # A container that never ends is ended behind the last line.
    assert len(page.lines) - len(text.split("\n")) in range(0, 2 * text.count(":::") + 1)
