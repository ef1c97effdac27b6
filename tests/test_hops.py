"""How often a paragraph and a card are parsed and written on their way: docs/architecture.md has the table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import lxml.etree
import lxml.html
import pytest

from guidepress import markdown
from guidepress.book.compiler import compile_book
from guidepress.book.model import Book
from guidepress.cards.press import press as press_cards
from guidepress.content import html
from guidepress.deck.press import press as press_deck
from guidepress.deck.templates import FILES, templates_from
from guidepress.handbook.press import Checks, prepare
from guidepress.handbook.proof import compile_and_prove
from guidepress.layouts import Layout, find_layout
from guidepress.markdown.dialect import Dialect
from guidepress.source.project import read_guide
from tests.project import Project, words_in

CHAPTER = """\
# One

See xylophone *music* in [the end](#the-end), with a note[^1] and `code`.

[^1]: A kazoo.

/// card
id: one
Who plays the vuvuzela?
---
A *fan*, see [the end](#the-end).
///

## The end

Over.
"""


class Counts(Counter[str]):
    """Calls by what they do, of those that are given, or give, a text with a word in it."""

    def __init__(self, word: str, patch: pytest.MonkeyPatch) -> None:
        super().__init__()
        self._word = word
        self._patch = patch
        self.watch(Dialect, "read", "markdown")
        self.watch(markdown.nodes, "sanitize", "typed HTML")
        self.watch(lxml.html, "document_fromstring", "parsed")
        self.watch(lxml.html, "fragment_fromstring", "parsed")
        self.watch(lxml.etree, "tostring", "written")
        self.watch(html, "write", "written")
        self.watch(markdown.nodes, "serialize", "written")
        self.watch(markdown.nodes, "inner", "written")

    def watch(self, place: Any, name: str, what: str) -> None:
        call: Callable[..., Any] = getattr(place, name)

        def counted(*arguments: Any, **options: Any) -> Any:
            result = call(*arguments, **options)
            for one in (*arguments, result):
                text = one.decode() if isinstance(one, bytes) else one
                if isinstance(text, str) and self._word in text:
                    self[what] += 1
                    break
            return result

        self._patch.setattr(place, name, counted)

    def taken(self) -> dict[str, int]:
        """What was counted since the last time."""
        found = dict(self)
        self.clear()
        return found


@pytest.fixture
def layout() -> Layout:
    found = find_layout("default").value
    assert found is not None
    return found


def compiled(project: Project) -> Book:
    guide = read_guide(project.folder).value
    assert guide is not None
    book = compile_book(guide, words_in()).value
    assert book is not None
    return book


def test_a_paragraph_is_parsed_once_and_written_once(
    project: Project, layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.chapter(CHAPTER)
    counts = Counts("xylophone", monkeypatch)
    book = compiled(project)
    assert counts.taken() == {"markdown": 1}
    prepared = prepare(book, layout).value
    assert prepared is not None
    assert counts.taken() == {"written": 1}
    # What is composed is compared with the Book, and the pages with what was composed.
    Checks(book, prepared).run()
    assert counts.taken() == {"parsed": 1}
    [draft] = [one for one in prepared.drafts if one.file]
    section = draft.section(draft.filled(None), prepared.styles[draft.tab], prepared.files)
    assert not compile_and_prove(section).proof.losses
    assert counts.taken() == {"parsed": 1}


def test_a_card_is_parsed_once_and_written_once_for_each_product(
    project: Project, layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.chapter(CHAPTER)
    counts = Counts("vuvuzela", monkeypatch)
    book = compiled(project)
    assert counts.taken() == {"markdown": 1}
    paths = {part: layout.path(f"deck/{file}") for part, file in FILES.items()}
    templates = templates_from(paths, words_in()).value
    assert templates is not None
    deck = press_deck(book, None, templates, released=0)
    assert deck.value is not None
    # A field is written node by node, straight to text: neither parsed nor serialized by a library.
    assert counts.taken() == {}
    assert press_cards(book, layout).value is not None
    assert counts.taken() == {"written": 1, "parsed": 1}
