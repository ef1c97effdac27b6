"""English words that rules on cards look for. In other languages these rules stay silent."""

from __future__ import annotations

import re

STOPWORDS = frozenset(
    """a an and are as at be by can did do does for from had has have he her his i if in into is it its not of on
    or our she so than that the their them then there these they this those to was we were which who will with
    you your""".split()  # noqa: SIM905
)
# A question that starts with one of these is answered by yes or no.
AUXILIARIES = frozenset(
    """am are can could did do does had has have is may might must shall should was were will would aren't can't
    couldn't didn't doesn't don't hasn't haven't isn't shouldn't wasn't won't wouldn't""".split()  # noqa: SIM905
)
PRONOUNS = frozenset(("it", "he", "she", "they"))
# Pronouns before a verb; before a noun they only point at it.
DEMONSTRATIVES = frozenset(("this", "that", "these", "those"))

VAGUE = re.compile(
    r"^\W*(?:tell (?:me|us) (?:about|more)|talk about|discuss|what (?:do you know|can you say) about|"
    r"describe everything|say something about)\b",
    re.IGNORECASE,
)
# A second question tacked on to the first.
SECOND = re.compile(
    r",?\s(?:and|or)\s(?:what|how|why|when|where|which|who|whose|whom)\s(?:\w+\s)*?"
    r"(?:is|are|was|were|do|does|did|can|could|should|would|will|has|have|happens|makes|comes)\b",
    re.IGNORECASE,
)
YES_NO = re.compile(r"^\W*(?:yes|no)\s*(?:[.,;:!–—-]|$)", re.IGNORECASE)
# What holds for a time only; in lower case, as patterns that pass over case take several times as long.
_TIME = re.compile(
    r"\b(?:currently|at present|at the moment|nowadays|these days|today'?s?|recently|as yet|so far|"
    r"this year|last year|next year|the (?:latest|newest|most recent)|up to date|state of the art)\b"
)
_SIGNS = "$€£¥₹"
_CODES = ("USD", "EUR", "GBP", "INR", "JPY", "CAD", "AUD", "CHF")
_NAMES = ("dollars", "euros", "pounds", "rupees", "lakh")
_CURRENCIES = (*_SIGNS, *_CODES, *_NAMES)
_MONEY = re.compile(
    rf"[{_SIGNS}]\s?\d|\b(?:{'|'.join(_CODES)})\s?\d|\d[\d,.]*\s?(?:{'|'.join((*_CODES, *_NAMES))})\b"
)
# What dates a statement.
DATED = re.compile(r"\b(?:as of|in|since|by|of|until)\s(?:\w+\s)?(?:19|20)\d\d\b|\((?:19|20)\d\d\)")


def time_sensitive(text: str) -> str:
    """The first words of a text that hold for a time only, or a sum of money; empty where there are none."""
    found = None
    if _TIME.search(text.casefold()):
        found = re.search(_TIME.pattern, text, re.IGNORECASE)
    # Next to no text names a currency, and that is found out sooner.
    if found is None and any(map(text.__contains__, _CURRENCIES)):
        found = _MONEY.search(text)
    return found[0] if found else ""
