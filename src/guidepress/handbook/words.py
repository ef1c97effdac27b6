"""The words that the layout itself prints ("Contents", "p."), in the language of the book."""

from __future__ import annotations

from collections.abc import Mapping

from guidepress.layouts import Layout

FALLBACK = "en"


def layout_words(layout: Layout, language: str) -> Mapping[str, str]:
    """The words for a BCP 47 language: those of `pt-BR` over those of `pt` over English ones."""
    by_language: Mapping[str, Mapping[str, str]] = layout.settings.get("words", {})
    found: dict[str, str] = {}
    for name in (FALLBACK, language.split("-")[0], language):
        found.update(by_language.get(name, {}))
    return found
