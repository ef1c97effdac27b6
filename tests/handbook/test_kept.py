"""A book that is composed and checked with what the cache has of it comes out as without."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from guidepress.book.compiler import compile_book
from guidepress.book.model import Book
from guidepress.cache import Cache
from guidepress.handbook.kept import Kept
from guidepress.handbook.press import Checks, prepare
from guidepress.layouts import find_layout
from guidepress.layouts.layout import builtin
from guidepress.layouts.words import layout_words
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
TWO = """\
# Two {#two}

Some words of it.

/// card | What is it?
    id: what
A card.
///

/// skills
///

/// glossary
///
"""
EDITS = [
    ("chapters/one.md", "a = 1", f"a = '{'long' * 40}'"),
    ("chapters/one.md", "A text", "One line more.\n\nA text"),
    ("chapters/one.md", "The note", "A note"),
    ("chapters/two.md", "# Two", "# The second"),
    ("chapters/two.md", "A card.", "Another."),
    ("chapters/two.md", "/// glossary\n///\n", ""),
    ("glossary.yaml", "definition: D", "definition: E"),
    ("skills.yaml", "name: Talk", "name: Speak"),
    ("brand.yaml", "accent: '#112233'", "accent: '#332211'"),
    ("brand.yaml", "chapter: Lesson", "chapter: Unit"),
    ("../layouts/own/handbook/review.html", "questions }}", "questions or none }}"),
    ("guide.yaml", "layout: own", "layout: own, page: A5"),
    ("guide.yaml", "layout: own", "layout: own, index: mentions"),
    ("guide.yaml", "[chapters/one.md, chapters/two.md]", "[chapters/two.md, chapters/one.md]"),
]


class _Whole:
    """A guide that is compiled and composed with what the cache has of it."""

    def __init__(self, project: Project, cache: Cache) -> None:
        guide = read_guide(project.folder).value
        assert guide is not None
        options = guide.source
        layout = find_layout(options.products.handbook.layout, project.folder, cache).value
        assert layout is not None
        words = layout_words(layout, options.language, guide.brand.words)
        book = compile_book(guide, words).value
        assert book is not None
        ready = prepare(book, layout)
        assert ready.value is not None, ready.diagnostics
        checks = Checks(book, ready.value)
        checks.run()
        self.problems = (ready.diagnostics, checks.problems)
        self.drafts = ready.value.drafts
        self.styles = ready.value.styles

    @property
    def html(self) -> dict[str, str]:
        return {draft.name: draft.html for draft in self.drafts}


@pytest.fixture
def project(tmp_path: Path) -> Project:
    made = Project(tmp_path / "guide").write("chapters/one.md", ONE).write("chapters/two.md", TWO)
    Image.new("RGB", (100, 50)).save(made.source / "chapters/dot.png")
    made.write("glossary.yaml", "terms: [{id: word, term: term, definition: D}]")
    made.write("skills.yaml", "skills: [{id: talk, name: Talk, kind: soft, description: To talk.}]")
    made.write("brand.yaml", "colours: {accent: '#112233'}\nwords: {chapter: Lesson}")
    own = "writing-lines: 2\n"
    made.write("../layouts/own/layout.yaml", own)
    review = (builtin() / "default/handbook/review.html").read_text(encoding="utf-8")
    made.write("../layouts/own/handbook/review.html", review + "{# questions }} #}")
    made.edit("guide.yaml", "[chapters/one.md]", "[chapters/one.md, chapters/two.md]")
    return made.edit(
        "guide.yaml", "language: en", "language: en\nproducts: {handbook: {layout: own}}"
    )


@pytest.mark.slow
def test_what_is_composed_and_found_is_the_same_after_each_edit(
    project: Project, tmp_path: Path
) -> None:
    cache, codes = Cache(tmp_path / "cache"), set()
    for edit in [None, *EDITS]:
        if edit:
            project.edit(*edit)
        known, new = _Whole(project, cache), _Whole(project, Cache(None))
        assert known.html == new.html, edit
        assert known.drafts == new.drafts, edit
        assert known.styles == new.styles, edit
        assert known.problems == new.problems, edit
        codes |= {problem.code for problem in new.problems[1]}
    # There was something to be found, both new and known.
    assert "handbook-code-wide" in codes
    assert "handbook-image-coarse" in codes


def test_a_template_may_read_any_part_of_the_book(project: Project, tmp_path: Path) -> None:
    """What it read is noted, so that the section is composed anew where it is another."""
    template = (
        "{% for one in book.chapters() %}{{ one.title }}, {% endfor %}{{ book.terms[0].term }}"
    )
    project.write("../layouts/own/handbook/chapter.html", f"<html><body>{template}</body></html>")
    cache = Cache(tmp_path / "cache")
    assert "One, Two, term" in _Whole(project, cache).html["chapter-one"]
    project.edit("chapters/two.md", "# Two", "# The second")
    assert "One, The second, term" in _Whole(project, cache).html["chapter-one"]
    project.edit("glossary.yaml", "term: term", "term: word")
    assert "One, The second, word" in _Whole(project, cache).html["chapter-one"]


def test_a_section_that_a_template_fails_on_is_reported_each_time(
    project: Project, tmp_path: Path
) -> None:
    project.write("../layouts/own/handbook/chapter.html", "{{ chapter.nothing }}")
    cache = Cache(tmp_path / "cache")
    for _ in range(2):
        guide = read_guide(project.folder).value
        assert guide is not None
        layout = find_layout("own", project.folder, cache).value
        assert layout is not None
        book = compile_book(guide, words_in()).value
        assert book is not None
        found = prepare(book, layout).diagnostics
        assert [problem.code for problem in found].count("layout-template") == 1


def test_only_what_differs_is_composed(tmp_path: Path, sample: Book) -> None:
    cache, made = Cache(tmp_path / "cache"), []

    def title(book: Book, name: str, made_of: object, common: str = "") -> str:
        kept = Kept(cache, book, [common])

        def make() -> str:
            made.append(name)
            return f"{name} of {kept.book.title}"

        return kept.of(name, made_of, make, str)

    other = replace(sample, subtitle="Another")
    renamed = replace(sample, title="Another")
    assert title(sample, "a", 1) == title(other, "a", 1) == f"a of {sample.title}"
    assert title(sample, "b", 1) == f"b of {sample.title}"
    assert made == ["a", "b"]
    assert title(renamed, "a", 1) == "a of Another"
    assert title(renamed, "a", 2) == "a of Another"
    assert title(renamed, "a", 2, "in another layout") == "a of Another"
    assert made == ["a", "b", "a", "a", "a"]
    # A function may give anything: what is made with one is made each time.
    assert title(renamed, "a", print) == title(renamed, "a", print) == "a of Another"
    assert len(made) == 7


def test_a_place_of_a_term_in_one_chapter_moves_none_in_another(project: Project) -> None:
    project.edit("guide.yaml", "layout: own", "layout: own, index: mentions")
    project.edit("chapters/two.md", "Some words", "A term, that term, and some words")
    project.edit("chapters/one.md", "[term]{.term}", "word")
    before = _Whole(project, Cache(None)).html["chapter-two"]
    assert 'id="two--mention-1"' in before
    project.edit("chapters/one.md", "A text with a", "A term, that term. A text with a")
    after = _Whole(project, Cache(None)).html
    assert 'id="one--mention-1"' in after["chapter-one"]
    assert after["chapter-two"] == before
