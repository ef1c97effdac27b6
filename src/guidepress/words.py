"""The words that products print themselves ("Chapter", "p."), in one language, with its numbers and dates.

`layouts.words` says where they come from. A message may name others in braces, and values: `{chapter} {n}`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from gettext import c2py
from typing import TypeVar

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from babel.numbers import get_decimal_symbol, get_group_symbol

T = TypeVar("T")

_FIELD = re.compile(r"\{([\w-]+)\}")
# So deep may messages name messages; one that names itself ends here.
_DEPTH = 4
_NUMBER = re.compile(r"([-+]?)([0-9]+)(?:\.([0-9]+))?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MONTH = re.compile(r"[0-9]{4}-[0-9]{2}")


@dataclass(frozen=True, slots=True)
class Plural:
    """The forms of a message that goes with a number; `rule` is gettext's expression for the position of one."""

    forms: tuple[str, ...]
    rule: str

    def form(self, number: int) -> str:
        """Such as "{n} hours" for 2."""
        return self.forms[_position(self.rule)(number)]


_position = lru_cache(maxsize=64)(c2py)


class UnknownWord(KeyError):
    """No catalogue has a message of that name."""

    def __str__(self) -> str:
        return f"no word is called `{self.args[0]}`; words/en.po of the default layout has them all"


class Words(dict[str, str]):
    """Messages by name; of those with plural forms, the last form."""

    def __init__(
        self, messages: Mapping[str, str], plurals: Mapping[str, Plural], language: str
    ) -> None:
        super().__init__(messages)
        self._plurals = plurals
        self._locale = locale_of(language)
        self._made_of = dict(messages), dict(plurals), language

    def __missing__(self, name: str) -> str:
        raise UnknownWord(name)

    def phrase(self, name: str, /, **values: object) -> str:
        """A message with the values, and the messages it names, in place; `n` chooses the plural form."""
        return "".join(str(piece) for piece in self.pieces(name, values, str))

    def pieces(
        self, name: str, values: Mapping[str, object], text: Callable[[str], T], depth: int = 0
    ) -> Iterable[object]:
        """The same in pieces: `text` of what a message says itself, values as they are."""
        message = self._form(name, values.get("n"))
        for position, piece in enumerate(_FIELD.split(message)):
            if position % 2 == 0:
                yield text(piece)
            elif piece in values:
                yield values[piece]
            elif piece in self and depth < _DEPTH:
                yield from self.pieces(piece, values, text, depth + 1)
            else:
                yield text(f"{{{piece}}}")

    def around(self, name: str) -> tuple[str, str]:
        """What a message says before and after its number `n`, where that is marked up."""
        before, _, after = self.phrase(name, n="\0").partition("\0")
        return before, after

    def _form(self, name: str, number: object) -> str:
        plural = self._plurals.get(name)
        return plural.form(number) if plural and isinstance(number, int) else self[name]

    def ordinal(self, number: int) -> str:
        """Such as "1st"."""
        return self.phrase(f"ordinal-{self._locale.ordinal_form(number)}", n=number)

    def number(self, typed: str) -> str:
        """A number as the language groups it; its digits stay as they were typed."""
        found = _NUMBER.fullmatch(typed)
        if found is None:
            return typed
        sign, whole, fraction = found.groups()
        point = get_decimal_symbol(self._locale) if fraction else ""
        return f"{sign}{_grouped(whole, self._locale)}{point}{fraction or ''}"

    def date(self, typed: str) -> str:
        """A day (2025-11-01) or a month (2025-11) as the language writes it; anything else as it was typed."""
        for form, pattern, rest in ((_DAY, "date-pattern", ""), (_MONTH, "month-pattern", "-01")):
            if form.fullmatch(typed):
                try:
                    day = date.fromisoformat(typed + rest)
                except ValueError:
                    break
                return format_date(day, self[pattern], self._locale)
        return typed


def made_of(words: Words) -> object:
    """All that some words depend on, as data."""
    return words._made_of


def _grouped(digits: str, locale: Locale) -> str:
    """By thousands; in India by hundreds above the first thousand."""
    last, others = locale.decimal_formats[None].grouping
    symbol = get_group_symbol(locale)
    head, tail = digits[:-last], digits[-last:]
    while head:
        head, tail = head[:-others], f"{head[-others:]}{symbol}{tail}"
    return tail


@lru_cache(maxsize=64)
def locale_of(language: str) -> Locale:
    """What Babel knows of a BCP 47 language; of one that it does not know, what it knows of English."""
    parts = language.split("-")
    while parts:
        try:
            return Locale.parse("-".join(parts), sep="-")
        except (UnknownLocaleError, ValueError):
            parts.pop()
    return Locale("en")
