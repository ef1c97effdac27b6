"""The words of a book that are not hyphenated as their language has it."""

from __future__ import annotations

import re

from guidepress.book.model import Book
from guidepress.handbook.geometry import HandbookSettings

_WORD = re.compile(r"[^\W\d_]+")


def hyphenation(book: Book, settings: HandbookSettings) -> tuple[str, ...]:
    """Words with hyphens where they may be broken, without any where they never are.

    Terms of the glossary that are one word stay whole; the layout's list comes before those, the guide's before either.
    What is common in terms of several words ("load balancer") is hyphenated elsewhere, so there too.
    """
    found: dict[str, str] = {}
    terms = (word for term in book.terms for word in (term.term, *term.aliases))
    for words in (
        [term for term in terms if _WORD.fullmatch(term)],
        settings.hyphenation,
        book.hyphenation,
    ):
        found |= {word.replace("-", "").casefold(): word for word in words}
    return tuple(sorted(found.values()))
