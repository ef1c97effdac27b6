"""The words that products print themselves, without what a whole guide takes to load."""

from __future__ import annotations

from collections.abc import Mapping

from guidepress.layouts import find_layout
from guidepress.layouts.words import layout_words
from guidepress.words import Words


def words_in(language: str = "en", brand: Mapping[str, str] | None = None) -> Words:
    """The built-in words in a language, and a brand's over them."""
    layout = find_layout("default").value
    assert layout is not None
    return layout_words(layout, language, brand)
