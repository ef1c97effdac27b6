"""A guide that is compiled again with what is known of its chapters gives the book that it gives without."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import pytest
from tests.project import Project, words_in

from guidepress.book.compiler import compile_book
from guidepress.book.model import Book
from guidepress.book.recall import Recall
from guidepress.diagnostics import Diagnosed, ordered
from guidepress.source.project import read_guide

ONE = """\
# One *and only* {#first}

A "quoted" text with \\(x^2\\), a [term]{.term}, [the second](#second) and [](two.md#shared).

## Shared

![A dot](dot.svg)

/// note
It has no title.
///

/// figure | A figure
    id: fig
![x](dot.svg)
///

/// data | pay
///
"""
TWO = """\
# Two {#second}

## Shared

To [](#fig), [](#first), [](#pay); a note.[^n] A [broken](#nowhere) one. {#place}

/// code | shown.py#part
///

/// card | What is it?
    id: card-one
A card.
///

[^n]: A note with "quotes", \\(y\\), and ![A dot](dot.svg).
"""
THREE = """\
---
stage: three
---

# Three

## Shared {#fig teaches="topic 1"}

Back to [](#place), [](#shared) and [](one.md#shared).
"""
PAY = "{kind: table, id: pay, title: Pay, columns: [{id: a, name: A}], rows: [[1]], as_of: x, source: y}"
STAGE = "id: three, title: Three, promise: P, objectives: [O], needs: [], hours: 1, topics: [T], practice: [U]"
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 2 1"><rect width="1" height="1"/></svg>'
QUOTED = "# region part\na = 1\n# endregion\n"

EDITS = [
    ("chapters/one.md", "only", "best"),
    ("chapters/one.md", "## Shared", "A line.\n\n## Shared"),
    ("chapters/one.md", "id: fig", "id: other"),
    ("chapters/one.md", "id: other", "id: fig"),
    ("chapters/two.md", "{#second}", "{#zwei}"),
    ("chapters/two.md", "nowhere", "shared"),
    ("chapters/two.md", "A card.", 'A "card" of \\(z\\).'),
    ("chapters/two.md", "[^n]: A note", "[^n]: Another note"),
    ("chapters/one.md", "![A dot](dot.svg)", "![A dot](missing.svg)"),
    ("chapters/one.md", "(missing.svg)", "(dot.svg)"),
    ("chapters/dot.svg", 'viewBox="0 0 2 1"', 'viewBox="0 0 3 1" onload="x()"'),
    ("shown.py", "a = 1", "b = 2"),
    ("shown.py", "region part", "region whole"),
    ("glossary.yaml", "term: term", "term: words"),
    ("data/pay.yaml", "title: Pay", "title: Salaries"),
    ("chapters/three.md", "{#fig ", "{#figure "),
    ("chapters/three.md", "# Three", "/// data | pay\n///\n\n# Three"),
    (
        "guide.yaml",
        "[chapters/one.md, chapters/two.md, chapters/three.md]",
        "[chapters/three.md, chapters/one.md, chapters/two.md]",
    ),
    ("guide.yaml", ", chapters/two.md]", "]"),
    ("guide.yaml", "language: en", "language: de"),
]  # fmt: skip


@pytest.fixture
def guide(tmp_path: Path) -> Project:
    project = Project(tmp_path / "guide")
    project.write("chapters/one.md", ONE).write("chapters/two.md", TWO)
    project.write("chapters/three.md", THREE).write("chapters/dot.svg", SVG)
    project.write("roadmap.yaml", f"{{title: R, stages: [{{{STAGE}}}]}}")
    project.write("data/pay.yaml", PAY).write("shown.py", QUOTED)
    project.write("glossary.yaml", "terms: [{id: word, term: term, definition: D}]")
    return project.edit(
        "guide.yaml", "[chapters/one.md]", "[chapters/one.md, chapters/two.md, chapters/three.md]"
    )


words = lru_cache(words_in)


def compiled(project: Project, recall: Recall | None = None) -> Diagnosed[Book]:
    guide = read_guide(project.folder).value
    assert guide is not None
    book = compile_book(guide, words(guide.source.language), recall=recall)
    return Diagnosed(book.value, ordered(book.diagnostics))


@pytest.mark.slow
def test_the_book_is_the_same_after_each_edit(guide: Project) -> None:
    """Whatever was edited: the text, names that others refer to, pictures, quoted files, records, the order."""
    recall = Recall()
    codes = set()
    compiled(guide, recall)
    for edit in EDITS:
        guide.edit(*edit)
        fresh = compiled(guide)
        for _ in range(2):
            again = compiled(guide, recall)
            assert again.diagnostics == fresh.diagnostics, edit
            assert again.value == fresh.value, edit
            assert again.value is not None
            assert fresh.value is not None
            assert list(again.value.labels) == list(fresh.value.labels)
            assert again.value.formulas == fresh.value.formulas
        codes |= {problem.code for problem in fresh.diagnostics}
    # The edits have done what they are for.
    assert {
        "reference-unknown", "image-missing", "image-cleaned", "label-duplicate", "term-undefined",
    } <= codes  # fmt: skip


def test_an_edit_leaves_the_other_chapters_what_they_were(guide: Project) -> None:
    recall = Recall()
    before = compiled(guide, recall).value
    after = compiled(guide.edit(*EDITS[0]), recall).value
    assert before is not None
    assert after is not None
    shared = [
        a.body.nodes is b.body.nodes
        for a, b in zip(before.chapters(), after.chapters(), strict=True)
    ]
    # The title of the first is another: references print it, so all are resolved again.
    assert shared == [False, False, False]
    before, after = (
        after,
        compiled(guide.edit("chapters/one.md", 'A "quoted"', "Some"), recall).value,
    )
    assert after is not None
    shared = [
        a.body.nodes is b.body.nodes
        for a, b in zip(before.chapters(), after.chapters(), strict=True)
    ]
    assert shared == [False, True, True]
