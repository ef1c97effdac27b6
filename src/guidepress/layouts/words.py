"""The words that the layout itself prints ("Contents", "p."), and which way the lines of a language run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from guidepress.layouts.layout import Layout

FALLBACK = "en"
# Languages that are written from right to left, by their subtag.
_RIGHT_TO_LEFT = frozenset({"ar", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"})


def layout_words(
    layout: Layout, language: str, otherwise: Mapping[str, str] | None = None
) -> Mapping[str, str]:
    """The words for a BCP 47 language: those of `pt-BR` over those of `pt` over English ones.

    `otherwise` are words for what the layout says in none of them.
    """
    by_language: Mapping[str, Mapping[str, str]] = layout.settings.get("words", {})
    found = dict(otherwise or {})
    for name in (FALLBACK, language.split("-")[0], language):
        found.update(by_language.get(name, {}))
    return found


def direction(language: str) -> Literal["ltr", "rtl"]:
    """`rtl` for BCP 47 languages that are written from right to left, else `ltr`."""
    return "rtl" if language.split("-")[0].lower() in _RIGHT_TO_LEFT else "ltr"
