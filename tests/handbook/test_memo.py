"""A book that is composed and checked with what is known of it comes out as without."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from guidepress.book.compiler import compile_book
from guidepress.book.recall import Recall
from guidepress.handbook.memo import Memo
from guidepress.handbook.press import Checks, prepare
from guidepress.layouts import find_layout
from guidepress.source.project import read_guide
from tests.project import Project, words_in

ONE = """\
# One

/// objectives
- Know [what](two.md) it is.
///

A text with a [term]{.term}, a note[^1] and [the other](#two).

```python
a = 1
```

![A dot](dot.png){width="90%"}

| a | b |
|---|---|
| 1 | 2 |

[^1]: The note.
"""
TWO = "# Two {#two}\n\nSome words of it.\n\n/// glossary\n///\n"
EDITS = [
    ("chapters/one.md", "a = 1", f"a = '{'long' * 40}'"),
    ("chapters/one.md", "Know", "Never forget"),
    ("chapters/one.md", "A text", "One line more.\n\nA text"),
    ("chapters/one.md", "The note", "A note"),
    ("chapters/two.md", "Some words", "More words"),
    ("chapters/two.md", "/// glossary\n///\n", ""),
    ("glossary.yaml", "definition: D", "definition: E"),
    ("guide.yaml", "language: en", "language: en\nproducts: {handbook: {page: A5}}"),
    ("guide.yaml", "[chapters/one.md, chapters/two.md]", "[chapters/two.md, chapters/one.md]"),
]


@pytest.mark.slow
def test_what_is_composed_and_found_is_the_same_after_each_edit(tmp_path: Path) -> None:
    project = Project(tmp_path / "guide").write("chapters/one.md", ONE)
    project.write("chapters/two.md", TWO)
    Image.new("RGB", (100, 50)).save(project.source / "chapters/dot.png")
    project.write("glossary.yaml", "terms: [{id: word, term: term, definition: D}]")
    project.edit("guide.yaml", "[chapters/one.md]", "[chapters/one.md, chapters/two.md]")
    layout, words = find_layout("default").value, words_in()
    assert layout is not None
    recall, memo, codes = Recall(), Memo(), set()
    for edit in [None, *EDITS]:
        if edit:
            project.edit(*edit)
        guide = read_guide(project.folder).value
        assert guide is not None
        book = compile_book(guide, words, recall=recall).value
        assert book is not None
        found = []
        for known in (memo, memo, None):
            ready = prepare(book, layout, memo=known)
            assert ready.value is not None, ready.diagnostics
            checks = Checks(book, ready.value)
            checks.run()
            found.append((ready.value.drafts, ready.diagnostics, checks.problems))
        assert found[0] == found[2], edit
        assert found[1] == found[2], edit
        codes |= {problem.code for problem in found[2][2]}
    # There was something to be found, both new and known.
    assert "handbook-code-wide" in codes
    assert "handbook-image-coarse" in codes


def test_a_chapter_that_is_as_it_was_is_not_set_again() -> None:
    memo, made = Memo(), []

    def make() -> int:
        made.append(1)
        return len(made)

    assert [memo.of("a", 1, make), memo.of("a", 1, make), memo.of("b", 1, make)] == [1, 1, 2]
    assert [memo.of("a", 2, make), memo.of("a", 2, make)] == [3, 3]
