"""Compiling never raises on content, and what comes out holds together."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.project import GUIDES, Project

PIECES = st.sampled_from(
    [
        "# A", "## A", "## A {#a}", "### B {.unnumbered}", "##### [](#a)", "# ", "## ![x](x.svg)", "Setext\n===",
        "[](#a)", "[x](#stage-s)", "[](one.md#a)", "[](two.md)", "[](#)", "[x](%00)", "![x](x.svg)", "![](gone.png)",
        "![x](https://example.org/x.png)", "x[^1]", "[^1]: note [](#a)", "*a*{: .term }", "*b*{: index='x!y;z' #a }",
        "/// card | Q\n    id: q\nA\n///", "/// card | Q\nA\n///",
        "/// cloze\n    id: c\n\n==x==\n///", "/// cloze\nx\n///",
        "/// roadmap\n///", "/// stage | s\n///", "/// faq\n///", "/// glossary\n///",
        "/// skills\n///", "/// data | t\n///",
        "/// data | nix\n///", "/// figure | C [](#a)\n    id: a\n![x](x.svg)\n///", "/// figure\n///",
        "/// table | T\n\n| a |\n|---|\n| 1 |\n///", "/// note\nx\n///", "///", "```\nx\n```", "```", "| a |\n|---|",
        "<h2 id='a'>x</h2>", "<img src='x.svg'>", "<a href='#a'></a>", "<div id='fn-1'>",
        "<p data-ref='0'>", "&#0;&#27;",
        "- x\n  - # y", "> # q", "---", "id: Not An Id", "==m==", "text", "\u2028", "\u202e", "é😀", "\t", "",
    ]
)  # fmt: skip


@settings(
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(PIECES, max_size=12), st.lists(PIECES, max_size=2))
def test_any_chapter_compiles(project: Project, pieces: list[str], field: list[str]) -> None:
    """There is a book or an error; anchors are unique, and every reference leads to one of them."""
    project.write("chapters/x.svg", '<svg viewBox="0 0 1 1"/>')
    project.write("roadmap.yaml", "stages: [{id: s, title: S}, {id: t, title: T}]")
    project.write("skills.yaml", "skills: [{id: s, name: S, summary: S}]")
    project.write("data/t.yaml", "{kind: table, id: t, title: T, columns: [{id: a, name: A}], rows: [[1]],"
                  " as_of: x, source: y}")  # fmt: skip
    text = "\n\n".join(field).replace("\0", "")
    quoted = "'" + text.replace("'", "''") + "'" if text.strip() else "x"
    project.write("faq.yaml", f"questions: [{{id: q, question: Q, answer: {quoted}}}]")
    project.write("glossary.yaml", "terms: [{id: a, term: a, definition: D}]")
    project.chapter("\n\n".join(pieces))
    compiled = project.compile()
    assert compiled.value is not None or compiled.failed
    if compiled.value is None:
        return
    book = compiled.value
    html = [chapter.body.html for chapter in book.chapters()]
    anchors = [anchor for one in html for anchor in re.findall(r'\bid="([^"]*)"', one)]
    anchors += [a for c in book.chapters() for block in c.blocks for a in block.anchors.values()]
    anchors += [note.anchor for chapter in book.chapters() for note in chapter.footnotes]
    anchors += [chapter.anchor for chapter in book.chapters()] + [
        part.anchor for part in book.parts
    ]
    assert sorted(anchors) == sorted(set(anchors))
    for one in html:
        assert set(re.findall(r'class="ref" href="#([^"]*)"', one)) <= set(anchors)
        assert not re.search(r"<[^>]*\bdata-(ref|image)=", one)
    for span in (d.span for d in compiled.diagnostics):
        assert span is not None
        if span.line:
            lines = (project.folder / span.file).read_text().split("\n")
            assert span.line <= len(lines)


FULL = {
    path.relative_to(GUIDES / "full/source").as_posix(): path.read_text()
    for path in sorted((GUIDES / "full/source").rglob("*"))
    if path.suffix in {".yaml", ".md"}
}
DAMAGE = st.sampled_from(
    ["", " ", "\n", ":", "- ", "{", "]", "'", '"', "#", "|", "*x", "&x ", "<", "[](#", "/// ", "`", "==", "\\",
     "\t", "0", "null", "é😀", "\u2028", "\x00", "![](", "{: .term }", "---\n"]
)  # fmt: skip


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return Project(tmp_path_factory.mktemp("full") / "guide", "full")


@settings(max_examples=60)
@given(st.sampled_from(sorted(FULL)), st.floats(0, 1), st.integers(0, 12), DAMAGE)
def test_damaged_guide_is_explained(
    full: Project, name: str, where: float, gone: int, piece: str
) -> None:
    """A slip anywhere in any file of the full guide: there is a book, or an error that has a place."""
    text = FULL[name]
    at = int(where * len(text))
    full.write(name, text[:at] + piece + text[at + gone :])
    try:
        compiled = full.compile()
    finally:
        full.write(name, text)
    assert compiled.value is not None or compiled.failed
    for diagnostic in compiled.diagnostics:
        assert diagnostic.span is not None
        assert (full.folder / Path(diagnostic.span.file)).exists()
