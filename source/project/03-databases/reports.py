"""Questions that a librarian asks, each of them one query."""

from __future__ import annotations

import sqlite3
from datetime import date

# region overdue
OVERDUE = """
SELECT member.name, book.title, loan.due
FROM loan
JOIN member ON member.id = loan.member
JOIN book ON book.id = loan.book
WHERE loan.returned IS NULL AND loan.due < ?
ORDER BY loan.due, book.title
"""
# endregion

# region popular
POPULAR = """
SELECT title, author, loans, rank
FROM (
    SELECT book.title, book.author, count(loan.id) AS loans,
        rank() OVER (ORDER BY count(loan.id) DESC) AS rank
    FROM book
    JOIN loan ON loan.book = book.id
    GROUP BY book.id
) AS ranked
WHERE rank <= ?
ORDER BY rank, title
"""
# endregion

# region never-lent
NEVER_LENT = """
SELECT title FROM book
WHERE NOT EXISTS (SELECT 1 FROM loan WHERE loan.book = book.id)
ORDER BY title
"""
# endregion


def overdue(db: sqlite3.Connection, today: date) -> list[sqlite3.Row]:
    """Loans that should have come back before today: name, title, due."""
    return db.execute(OVERDUE, (today.isoformat(),)).fetchall()


def popular(db: sqlite3.Connection, places: int) -> list[sqlite3.Row]:
    """The most lent books. Books that were lent equally often share a place."""
    return db.execute(POPULAR, (places,)).fetchall()


def never_lent(db: sqlite3.Connection) -> list[str]:
    """The titles that nobody has borrowed yet."""
    return [title for (title,) in db.execute(NEVER_LENT)]


# region explain
def plan(db: sqlite3.Connection, query: str, parameters: tuple[object, ...]) -> list[str]:
    """What SQLite would do for a query: a SEARCH uses an index, a SCAN reads a whole
    table.
    """
    return [row["detail"] for row in db.execute(f"EXPLAIN QUERY PLAN {query}", parameters)]


# endregion
