"""Names for anchors."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guidepress.book.slugs import identify, slugify, unique


@pytest.mark.parametrize(
    ("heading", "slug"),
    [
        ("Hello World", "hello-world"),
        ("What's new?", "whats-new"),
        ("C++ & C#", "c--c"),
        ("1.2 The (first) step", "12-the-first-step"),
        ("snake_case", "snake_case"),
        ("Über Größe", "über-größe"),
        ("日本語 の 章", "日本語-の-章"),
        ("e\u0301te\u0301", "été"),
        ("😀", ""),
        ("  spaces  ", "spaces"),
    ],
)
def test_slug_is_that_of_github(heading: str, slug: str) -> None:
    """Links that work in a repository work in the book."""
    assert slugify(heading) == slug


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("HTTP & REST", "http-rest"),
        ("Größe", "groe"),
        ("café.md", "cafe-md"),
        ("日本", ""),
        ("--x--", "x"),
    ],
)
def test_identify(text: str, name: str) -> None:
    """An id of plain letters, or nothing."""
    assert identify(text) == name


@given(st.text())
def test_any_text_gives_an_id_or_nothing(text: str) -> None:
    """What comes out is always a valid id."""
    name = identify(text)
    assert name == "" or all(word and word.isalnum() and word.isascii() for word in name.split("-"))


def test_unique() -> None:
    """The first number that is free, as GitHub counts."""
    assert unique("a", ()) == "a"
    assert unique("a", {"a"}) == "a-1"
    assert unique("a", {"a", "a-1", "a-3"}) == "a-2"
