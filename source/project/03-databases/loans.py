"""The rules of the library: who may borrow what, and until when."""

from __future__ import annotations

import sqlite3
from datetime import date, timedelta

from db import transaction

LIMIT = 3  # books that a member may have at a time
PERIOD = timedelta(days=28)


# region errors
class Refused(Exception):
    """A rule of the library forbids it. The message is for whoever asked."""


class Unknown(Refused):
    """There is no such book, member or loan."""


# endregion


def add_book(db: sqlite3.Connection, title: str, author: str, year: int) -> int:
    """Add a book; its id."""
    try:
        made = db.execute(
            "INSERT INTO book (title, author, year) VALUES (?, ?, ?)",
            (title, author, year),
        )
    except sqlite3.IntegrityError as problem:
        raise Refused(
            "a book has a title, an author and a year from 1450 to 2100"
        ) from problem
    return int(made.lastrowid or 0)


def add_member(db: sqlite3.Connection, name: str, email: str) -> int:
    """Add a member; the id."""
    try:
        made = db.execute(
            "INSERT INTO member (name, email) VALUES (?, ?)", (name, email.lower())
        )
    except sqlite3.IntegrityError as problem:
        raise Refused(
            "the name or the address is missing, or somebody has it"
        ) from problem
    return int(made.lastrowid or 0)


# region borrow
def borrow(db: sqlite3.Connection, book: int, member: int, today: date) -> int:
    """Lend a book to a member; the id of the loan."""
    with transaction(db):
        _exists(db, "book", book)
        _exists(db, "member", member)
        (held,) = db.execute(
            "SELECT count(*) FROM loan WHERE member = ? AND returned IS NULL", (member,)
        ).fetchone()
        if held >= LIMIT:
            raise Refused(f"member {member} has {LIMIT} books already")
        try:
            made = db.execute(
                "INSERT INTO loan (book, member, taken, due) VALUES (?, ?, ?, ?)",
                (book, member, today.isoformat(), (today + PERIOD).isoformat()),
            )
        except sqlite3.IntegrityError as problem:
            raise Refused(f"book {book} is lent to somebody") from problem
        return int(made.lastrowid or 0)


# endregion


# region give-back
def give_back(db: sqlite3.Connection, loan: int, today: date) -> None:
    """Note that a book has come back. Said twice, the first date stays."""
    changed = db.execute(
        "UPDATE loan SET returned = ? WHERE id = ? AND returned IS NULL",
        (today.isoformat(), loan),
    )
    if not changed.rowcount:
        _exists(db, "loan", loan)


# endregion


def _exists(db: sqlite3.Connection, table: str, row: int) -> None:
    # The name of a table cannot be a parameter. It never comes from outside.
    if not db.execute(f"SELECT 1 FROM {table} WHERE id = ?", (row,)).fetchone():
        raise Unknown(f"there is no {table} {row}")
