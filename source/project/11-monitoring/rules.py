"""The rules of the library that need no database: every test of them takes
microseconds.
"""

from __future__ import annotations

from datetime import date, timedelta

LIMIT = 3  # books that a member may have at a time
PERIOD = timedelta(days=28)
GRACE = timedelta(days=2)
FEE, HIGHEST_FEE = 20, 500  # cents: for each day, and for a book however late


# region due
def due(taken: date) -> date:
    """The last day on which a book may come back."""
    return taken + PERIOD


# endregion


# region fee
def fee(due: date, returned: date) -> int:
    """What a late book costs, in cents. Days of grace are free; after them, every day
    since the due one counts.
    """
    late = returned - due
    if late <= GRACE:
        return 0
    return min(late.days * FEE, HIGHEST_FEE)


# endregion


# region isbn
def is_isbn(text: str) -> bool:
    """Whether these are the 13 digits of an ISBN: the last one checks the others."""
    if not (len(text) == 13 and text.isascii() and text.isdigit()):
        return False
    return (
        sum(int(digit) * (3 if at % 2 else 1) for at, digit in enumerate(text)) % 10 == 0
    )


# endregion
