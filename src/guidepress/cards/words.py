"""The words that the cards themselves print, in the language of the book."""

from __future__ import annotations

from collections.abc import Mapping

from guidepress.layouts import Layout

# English, for layouts that leave a word out.
WORDS: Mapping[str, str] = {
    "cards": "Cards",
    "card": "Card",
    "question": "Question",
    "answer": "Answer",
    "hint": "Hint",
    "both-ways": "both ways",
    "handbook": "Handbook",
    "page": "p.",
    "calibration": "Calibration of the backs",
}


def card_words(layout: Layout, language: str) -> Mapping[str, str]:
    """The words for a BCP 47 language: the layout's for `pt-BR` over those for `pt` over English."""
    by_language: Mapping[str, Mapping[str, str]] = layout.settings.get("words", {})
    found = dict(WORDS)
    for name in ("en", language.split("-")[0], language):
        found.update(by_language.get(name, {}))
    return found
