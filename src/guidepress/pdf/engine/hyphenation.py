"""Where words are hyphenated: by the dictionary of their language, but for those that are said to be otherwise.

pyphen takes the first dictionary of a language by the alphabet, so that "en" is British English. Here it is that of
most who speak the language: American English, and for others that of the country with the language's name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import Any

from weasyprint.text.line_break import pyphen

# Dictionaries of languages without a country, where it is not the country with their name.
_COUNTRIES = {"en": "en_US", "pt": "pt_BR"}
# A capital behind a small letter: the name of a product, which is written in one piece.
_NAME = re.compile(r"[^\W\d_]*[^\W\d_A-Z][A-Z]")
# What makes a word an address, a path or a name in code, of which no part is hyphenated.
TECHNICAL = re.compile(r"[/@\\_=<>{}\d]|\w[.:]\w|\w\(|[^\W\d_]-")
# Where code may be broken that does not fit: behind these, if something is behind them.
_CODE = re.compile(
    r"(?<=[\w\])}'\"])[/.,;:=&?@+|(\[{_-]+(?=\w)|(?<=\w)[/.(\[{]+(?=[^\w\s])|[,(]+(?=['\"])"
)
# Letters of it that stand on a line at the least.
_FEW_OF_CODE = 3
_POSSESSIVE = re.compile(r"['’]s?\Z")


@lru_cache(maxsize=64)
def language(name: str) -> str | None:
    """The name of the dictionary for a language; None where there is none."""
    fallback: str | None = pyphen.language_fallback(name)
    if fallback is None:
        return None
    return _country(fallback) or fallback


def _country(name: str) -> str | None:
    own = _COUNTRIES.get(name, f"{name}_{name.upper()}")
    return own if own in pyphen.LANGUAGES else None


@lru_cache(maxsize=256)
def _dictionary(lang: str, left: int, right: int) -> Any:
    return pyphen.Pyphen(lang=lang, left=left, right=right)


def places_in_code(word: str) -> Iterator[int]:
    """Where code that fits no line may be broken: the numbers of letters before, from the fewest."""
    for match in _CODE.finditer(word):
        if _FEW_OF_CODE <= match.end() <= len(word) - _FEW_OF_CODE:
            yield match.end()


class Hyphenation:
    """Hyphenates the words of a document; stands in for the module pyphen in the engine.

    `exceptions` are words with hyphens where they may be broken, in small letters or as they are written; without any
    hyphen, they never are.
    """

    def __init__(self, exceptions: Iterable[str] = ()) -> None:
        self._exceptions: dict[str, tuple[int, ...]] = {}
        for word in exceptions:
            parts = word.replace("\u00ad", "-").split("-")
            places, at = [], 0
            for part in parts[:-1]:
                at += len(part)
                places.append(at)
            self._exceptions["".join(parts).casefold()] = tuple(places)
        self._known: dict[tuple[str, str, int, int], tuple[int, ...]] = {}
        self.language_fallback: Callable[[str], str | None] = language

    def places(self, word: str, lang: str, left: int, right: int) -> tuple[int, ...]:
        """The numbers of letters that may stand before a hyphen, from the fewest; `lang` is a dictionary's name."""
        key = word, lang, left, right
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = self._find(*key)
        return known

    def _find(self, word: str, lang: str, left: int, right: int) -> tuple[int, ...]:
        bare = _POSSESSIVE.sub("", word)
        folded = bare.casefold()
        for known in (folded, folded.removesuffix("s")):
            if known in self._exceptions:
                return tuple(at for at in self._exceptions[known] if at < len(word))
        if _NAME.match(bare) or (len(bare) > 1 and bare.isupper()):
            return ()
        # Where a word is spelled another way when it is broken, its letters would not be those of the source.
        found = _dictionary(lang, left, right).positions(word)
        return tuple(int(at) for at in found if not at.data)

    def Pyphen(self, lang: str, left: int = 2, right: int = 2) -> _Dictionary:
        """What the engine makes of pyphen for a language."""
        return _Dictionary(self, lang, left, right)


class _Dictionary:
    """The part of pyphen's class that the engine asks."""

    def __init__(self, hyphenation: Hyphenation, lang: str, left: int, right: int) -> None:
        self._places = hyphenation.places
        self._rest = lang, left, right

    def iterate(self, word: str) -> Iterator[tuple[str, str]]:
        """A word in two parts, the longest first part first."""
        for at in reversed(self._places(word, *self._rest)):
            yield word[:at], word[at:]
