"""Permanent identities: what Anki recognises a note, a note type and a deck by.

All of them are hashes of authored ids; none depends on text, order or time. Numbers end up in JSON
that JavaScript reads, so they stay below 2^53, and above the millisecond timestamps that Anki
itself assigns.
"""

from __future__ import annotations

import binascii
import hashlib
import zlib

_FIRST_ID = 2_000_000_000_000  # in milliseconds the year 2033
_DAY = 24 * 3600 * 1000
# Few cards have more gaps than this; those that do use the room behind.
NOTE_ROOM = 24
_URL_SAFE = bytes.maketrans(b"+/", b"-_")
_ID_BITS = 50  # 2 · 2^50 + _FIRST_ID < 2^53


def _digest(*parts: str) -> bytes:
    return hashlib.sha256("\0".join(parts).encode()).digest()


def note_guid(guide: str, card: str) -> str:
    """The GUID of a card's note: 96 bits of a hash of guide id and card id, in URL-safe base 64.

    Anki's own GUIDs use base 91, whose quotes and commas would need care in text files.
    """
    encoded = binascii.b2a_base64(_digest("note", guide, card)[:12], newline=False)
    return encoded.translate(_URL_SAFE).decode()


def note_type_id(guide: str, kind: str) -> int:
    """The id of a note type. Each guide has its own, so that one guide's style never overwrites another's.

    Those of other languages (`basic@de`) are above all of the guide's own, the least of which a push goes by.
    """
    return _number("note type", guide, kind) + ((1 << _ID_BITS) if "@" in kind else 0)


def deck_id(guide: str, place: str) -> int:
    """The id of a deck or subdeck; `place` is as in the lock (`.`, `part:…`, `chapter:…`)."""
    return _number("deck", guide, place)


def preset_id(guide: str) -> int:
    """The id of the preset of a guide's deck options."""
    return _number("deck options", guide)


def day_offset(guid: str) -> int:
    """Milliseconds within a day, for the id of a note: each has its own, with `NOTE_ROOM` ids for its cards.

    It depends on nothing but the GUID. Several notes, of one guide or of two, may get the same one.
    """
    return (zlib.crc32(guid.encode()) * (_DAY // NOTE_ROOM) >> 32) * NOTE_ROOM


def short_hash(*parts: str) -> str:
    """64 bits of a hash as 16 hexadecimal digits, for telling whether a text changed."""
    return _digest(*parts)[:8].hex()


def _number(*parts: str) -> int:
    return _FIRST_ID + (int.from_bytes(_digest(*parts)[:8], "big") >> (64 - _ID_BITS))
