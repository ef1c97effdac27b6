"""The layout's words by language, and the direction of languages."""

from __future__ import annotations

from dataclasses import replace

import pytest

from guidepress.layouts import find_layout
from guidepress.layouts.words import direction, layout_words

LAYOUT = find_layout("default").value
assert LAYOUT is not None
WORDS = {"en": {"page": "p.", "part": "Part"}, "pt": {"page": "p", "a": "1"}, "pt-BR": {"a": "2"}}


def test_a_variety_stands_over_its_language_and_that_over_english() -> None:
    layout = replace(LAYOUT, settings={"words": WORDS})
    assert layout_words(layout, "pt-BR") == {"page": "p", "part": "Part", "a": "2"}
    assert layout_words(layout, "pt") == {"page": "p", "part": "Part", "a": "1"}
    assert layout_words(layout, "fr") == WORDS["en"]


def test_other_words_stand_in_where_the_layout_has_none() -> None:
    layout = replace(LAYOUT, settings={"words": WORDS})
    assert layout_words(layout, "en", {"page": "page", "cut": "Cut"}) == {
        "page": "p.",
        "part": "Part",
        "cut": "Cut",
    }
    assert layout_words(replace(LAYOUT, settings={}), "en") == {}


@pytest.mark.parametrize(
    ("language", "way"),
    [("en", "ltr"), ("ar", "rtl"), ("he-IL", "rtl"), ("AR", "rtl"), ("arn", "ltr"), ("ku", "ltr")],
)
def test_direction(language: str, way: str) -> None:
    assert direction(language) == way
