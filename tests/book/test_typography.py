"""Typographic marks in everything that a guide says, and in no name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import fields, is_dataclass
from html import unescape
from pathlib import Path

import pytest
from tests.project import Project, words_in

from guidepress.book.compiler import compile_book
from guidepress.book.words import words_of
from guidepress.content import Content, Formula, Node, Text
from guidepress.content.typography import VERBATIM
from guidepress.source.project import read_guide

ROOT = Path(__file__).parents[2]

CHAPTER = r"""# Anna's "A -- B"

See [](#it-s) and the [heading](#annas-b----c), *client's*{: .term }, `don't`, <code>can't</code>, <kbd>'</kbd>.

## Anna's "B" -- C {: index="Anna's!own" }

A "*word*"[^1], and \(f'\). https://x.org/it's

[^1]: It's a note...

### Why `it's` so's {#it-s}

/// figure | Anna's picture of `it's`
    id: its-figure

text
///

/// card | What's "it"?
    id: minimal-it
    tags: [typed]

It's it
///
"""


@pytest.fixture
def full(project: Project) -> Project:
    project.chapter(CHAPTER)
    project.edit("guide.yaml", "title: A Minimal Guide", "title: Anna's Guide\nsubtitle: \"It's\"")
    project.edit("guide.yaml", "The Only Part", "Anna's Part")
    project.write(
        "glossary.yaml", 'terms:\n- {id: client, term: "client\'s", definition: It\'s "x".}\n'
    )
    return project


def test_marks_are_set_everywhere(full: Project) -> None:
    """In chapters, in what they define, in YAML; a name that is made of words is made of those that were typed."""
    book = full.book()
    (chapter,) = book.chapters()
    assert book.title == "Anna’s Guide"
    assert book.subtitle == "It’s"
    assert book.parts[0].title == "Anna’s Part"
    assert chapter.title == "Anna’s “A\u00a0– B”".replace("\u00a0", " ")
    assert [h.title for h in chapter.headings] == ["Anna’s “B” – C", "Why it's so’s"]
    assert chapter.headings[0].anchor == "one--annas-b----c"
    assert [i.path for i in chapter.index] == [("Anna’s", "own")]
    assert chapter.captions[0].title == "Anna’s picture of it's"
    assert chapter.footnotes[0].content.words == "It’s a note…"
    html = chapter.body.html
    assert "“<em>word</em>”<sup" in html
    assert "<code>don't</code>" in html
    assert "<code>can't</code>" in html
    assert "<kbd>'</kbd>" in html
    assert 'data-tex="f\'"' in html
    assert "href=\"https://x.org/it's\">https://x.org/it's<" in html
    assert 'data-term="client"' in html
    assert book.terms[0].term == "client’s"
    assert book.terms[0].definition.words == "It’s “x”."
    assert book.labels["it-s"].title == "Why it's so’s"
    assert book.cards[0].front.words == "What’s “it”?"


def test_marks_are_set_in_every_part_of_a_card(project: Project) -> None:
    options = "    id: minimal-it\n    hint: It's a hint.\n    why: It's so.\n"
    project.chapter(
        f"# One\n\n/// card | It's asked?\n{options}\nIt's said.\n\n---\n\nIt's more.\n///\n"
    )
    (card,) = project.book().cards
    for part in (card.front, card.back, card.hint, card.extra):
        assert "It’s" in part.words
        assert "'" not in part.words


def test_none_leaves_all_as_it_was_typed(full: Project) -> None:
    full.edit("guide.yaml", "language: en", "language: en\ntypography: none")
    book = full.book()
    (chapter,) = book.chapters()
    assert (book.title, chapter.title) == ("Anna's Guide", 'Anna\'s "A -- B"')
    assert chapter.footnotes[0].content.words == "It's a note..."
    assert "’" not in chapter.body.html


def test_names_are_the_same_with_marks_and_without(full: Project) -> None:
    """Anchors, ids and the labels of references: addresses of a guide do not change with its looks."""
    with_marks = full.book()
    full.edit("guide.yaml", "language: en", "language: en\ntypography: none")
    without = full.book()
    assert {n: label.anchor for n, label in with_marks.labels.items()} == {
        n: label.anchor for n, label in without.labels.items()
    }
    assert [h.anchor for c in with_marks.chapters() for h in c.headings] == [
        h.anchor for c in without.chapters() for h in c.headings
    ]


def test_another_value_is_an_error(project: Project) -> None:
    project.edit("guide.yaml", "language: en", "language: en\ntypography: smart")
    assert project.check().status == 1


def _straight(nodes: Sequence[Node]) -> Iterator[str]:
    """What stands beside a mark of a typewriter, outside of code and formulas."""
    for node in nodes:
        if isinstance(node, Text):
            yield from re.findall(r".{0,25}(?:[\"']|--|\.\.\.).{0,25}", node.text)
        elif node.name not in VERBATIM and not isinstance(node, Formula):
            yield from _straight(node.children)


def _all_text(value: object) -> Iterator[Content]:
    if isinstance(value, Content):
        yield value
    elif is_dataclass(value):
        for one in fields(value):
            yield from _all_text(getattr(value, one.name))
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _all_text(one)


def test_the_shipped_guide_has_no_mark_of_a_typewriter() -> None:
    """In its chapters, records and cards, and in the labels of its drawings."""
    guide = read_guide(ROOT).value
    assert guide is not None
    book = compile_book(guide, words_in()).value
    assert book is not None
    every = (
        *book.chapters(),
        book.roadmap,
        *book.skills,
        *book.questions,
        *book.terms,
        *book.tables,
    )
    texts = list(_all_text((*every, *book.profiles, *book.cards, book.description)))
    assert len(texts) > 1000
    assert [found for one in texts for found in _straight(one.nodes)] == []
    words = (words for record in every for _, words in words_of(record) if isinstance(words, str))
    assert [one for one in words if re.search(r"[\"']|\.\.\.", one)] == []
    labels = (
        unescape(label)
        for image in (ROOT / "source/images").glob("*.svg")
        for label in re.findall(r">([^<>]*)</(?:text|tspan)>", image.read_text())
    )
    assert [label for label in labels if "'" in label] == []
