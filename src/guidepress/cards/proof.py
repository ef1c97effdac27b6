"""Proof-reading: which of the author's words are missing on a printed page."""

from __future__ import annotations

import unicodedata
from collections import Counter

from guidepress.content.working import parse
from guidepress.pdf.reading import Print

# HTML of one piece of a card.
Html = str

# A line may be broken at any of these, and fonts draw them alike.
_HYPHENS = str.maketrans("\u2010\u2011", "--")
# What lists print beside the author's words.
_MARKERS = frozenset("0123456789.-–•◦▪()")


def missing(html: Html, found: Print) -> str:
    """The first words of a side's HTML that are not on its page, empty if all are.

    Characters are counted, not their order: that is the painter's.
    """
    there, wanted = Counter(_compared(found.text)), Counter(_letters(html))
    lost = wanted - there
    # Characters that look alike may share a glyph, and then stand for each other.
    others = sum(count for char, count in (there - wanted).items() if char not in _MARKERS)
    return _first_lost(html, lost) if lost.total() > others else ""


def undrawn(html: Html, found: Print) -> str:
    """The first formula of a side's HTML that is not on its page, empty if all are."""
    pictures = parse(html).iter("img") if 'class="math"' in html else ()
    wanted = Counter(
        " ".join((picture.get("alt") or "").split())
        for picture in pictures
        if picture.get("class") == "math"
    )
    return next(iter(wanted - Counter(found.formulas)), "")


def unsaid(text: Html, html: Html) -> str:
    """The first words of a text that `html` does not say, empty if it says all, one after the other."""
    letters, there = _letters(text), _letters(html)
    return "" if letters in there else _first_lost(text, Counter(letters) - Counter(there))


def words(html: Html) -> str:
    """The text of HTML."""
    text: str = parse(html).text_content() if "<" in html or "&" in html else html
    return text


def _letters(html: Html) -> str:
    return _compared(words(html))


def _compared(text: str) -> str:
    """The characters of a text that are compared: no white space and nothing invisible, either case."""
    folded = unicodedata.normalize("NFKD", text).casefold().translate(_HYPHENS)
    return "".join(c for c in folded if not c.isspace() and not _is_invisible(c))


def _is_invisible(character: str) -> bool:
    # Soft hyphens, joiners, marks of direction; variation selectors.
    return unicodedata.category(character) == "Cf" or "\ufe00" <= character <= "\ufe0f"


def _first_lost(html: Html, lost: Counter[str]) -> str:
    """The first word of which all characters are lost, or else one, with those after it."""
    every = words(html).split()
    whole = (i for i, word in enumerate(every) if Counter(_compared(word)) <= lost)
    partly = (i for i, word in enumerate(every) if not lost.keys().isdisjoint(_compared(word)))
    first = next(whole, next(partly, 0))
    return " ".join(every[first : first + 5])
