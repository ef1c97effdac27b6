"""ISBNs of thirteen digits (ISO 2108), which are EANs of books: prefix, group, publisher, title, check digit."""

from __future__ import annotations

import re

_SHAPE = re.compile(r"97[89](?:[- ]?[0-9]){10}")


def isbn(value: str) -> str:
    """An ISBN as it was typed.

    Raises ValueError, which says what is wrong: another number, or a check digit that does not fit the others.
    """
    typed = value.removeprefix("ISBN").strip(": ")
    if not _SHAPE.fullmatch(typed):
        raise ValueError(
            "an ISBN has thirteen digits, of which the first are 978 or 979, such as `978-0-306-40615-7`"
        )
    found = digits(typed)
    if (wanted := check_digit(found[:12])) != found[12]:
        raise ValueError(
            f"the last digit of this ISBN would have to be {wanted}: one of the digits is wrong, or two changed places"
        )
    return typed


def digits(typed: str) -> str:
    """The digits of an ISBN without what stands between them."""
    return "".join(sign for sign in typed if sign.isdigit())


def check_digit(twelve: str) -> str:
    """The last digit of an EAN, from the twelve before it."""
    total = sum(int(digit) * (3 if at % 2 else 1) for at, digit in enumerate(twelve))
    return str(-total % 10)
