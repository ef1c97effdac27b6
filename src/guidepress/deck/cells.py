"""Cells of text files that Anki and other tools for decks read, and that a spreadsheet may be opened with.

A spreadsheet takes a cell that begins with certain signs for a formula, which may send what is in the sheet elsewhere
or start a program (OWASP, "CSV Injection"). A quotation mark or an apostrophe before it would be part of the card.
"""

from __future__ import annotations

# The signs, those that spreadsheets in East Asia read the same way included.
_BEGINNINGS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
# A formula that reaches out of its sheet calls a function or another program.
_CALLS = frozenset("(|!（｜！")
# Anki takes control characters out of every field that it imports (rslib, `normalize_field`), so that the field is what
# it was; to a spreadsheet the cell is text. Of them this is the one that XML, and so .xlsx, can hold.
_GUARD = "\x7f"


def neutral(field: str) -> str:
    """The field of a note as a cell that no spreadsheet calculates, and that Anki imports as the field it was."""
    return f"{_GUARD}{field}" if field.startswith(_BEGINNINGS) else field


def calls(name: str) -> bool:
    """Whether a cell that Anki compares, and that so has to stay as it is (a GUID, the name of a deck), calls anything.

    A formula of names and numbers alone comes to an error or a number in its cell, and to no more.
    """
    return name.startswith(_BEGINNINGS) and not _CALLS.isdisjoint(name)
