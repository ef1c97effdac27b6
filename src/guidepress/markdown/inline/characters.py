"""Characters: backslash escapes, entities, and which characters count as white space or punctuation."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from html.entities import html5

PUNCTUATION = frozenset("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")
ENTITY = re.compile(r"&(?:#[xX]([0-9a-fA-F]{1,6})|#([0-9]{1,7})|([A-Za-z][A-Za-z0-9]{1,31}));")
_MARKED = re.compile(r"\\([!-/:-@\[-`{-~])|" + ENTITY.pattern)
# What neither HTML nor XML can carry.
_UNUSABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)


def usable(text: str) -> str:
    """The text with characters that no document may hold replaced."""
    return _UNUSABLE.sub("\ufffd", text)


def entity(match: re.Match[str], first: int = 1) -> str:
    """The characters that a match of ENTITY stands for; itself where HTML knows no such name."""
    hexadecimal, decimal, name = match.group(first, first + 1, first + 2)
    if name is not None:
        return html5.get(f"{name};", match[0])
    number = int(hexadecimal, 16) if hexadecimal else int(decimal)
    if number in (0, 0x0D) or number > 0x10FFFF:
        return "\ufffd" if number != 0x0D else "\n"
    return usable(chr(number))


def decode(text: str) -> str:
    """Resolve backslash escapes and entities, as in destinations, titles and info strings."""
    if "\\" not in text and "&" not in text:
        return text
    return _MARKED.sub(lambda m: m[1] if m[1] else entity(m, 2), text)


@lru_cache(maxsize=4096)
def is_punctuation(character: str) -> bool:
    """Unicode punctuation or symbol."""
    return character in PUNCTUATION or unicodedata.category(character)[0] in "PS"


def is_space(character: str) -> bool:
    """Unicode white space; the edges of a text count as such."""
    return not character or character.isspace()
