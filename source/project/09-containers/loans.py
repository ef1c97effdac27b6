"""The rules of the library: who may borrow what, and until when."""

from __future__ import annotations

from datetime import date

import rules
from db import Conflict, Database, transaction


# region errors
class Refused(Exception):
    """A rule of the library forbids it. The message is for whoever asked."""


class Unknown(Refused):
    """There is no such book, member or loan."""


# endregion


def add_book(db: Database, title: str, author: str, year: int) -> int:
    """Add a book; its id."""
    try:
        return db.insert(
            "INSERT INTO book (title, author, year) VALUES (?, ?, ?)",
            (title, author, year),
        )
    except Conflict as problem:
        raise Refused(
            "a book has a title, an author and a year from 1450 to 2100"
        ) from problem


def add_member(db: Database, name: str, email: str, password: str = "") -> int:
    """Add a member; the id. `password` is a hash; without one the member cannot sign
    in.
    """
    try:
        return db.insert(
            "INSERT INTO member (name, email, password) VALUES (?, ?, ?)",
            (name, email.lower(), password),
        )
    except Conflict as problem:
        raise Refused(
            "the name or the address is missing, or somebody has it"
        ) from problem


# region borrow
def borrow(db: Database, book: int, member: int, today: date) -> int:
    """Lend a book to a member; the id of the loan."""
    with transaction(db):
        _exists(db, "book", book)
        # Locked: two requests of one member must not both count what the other is
        # about to take.
        _exists(db, "member", member)
        (held,) = db.execute(
            "SELECT count(*) FROM loan WHERE member = ? AND returned IS NULL", (member,)
        ).fetchall()[0]
        if held >= rules.LIMIT:
            raise Refused(f"member {member} has {rules.LIMIT} books already")
        try:
            return db.insert(
                "INSERT INTO loan (book, member, taken, due) VALUES (?, ?, ?, ?)",
                (book, member, today.isoformat(), rules.due(today).isoformat()),
            )
        except Conflict as problem:
            raise Refused(f"book {book} is lent to somebody") from problem


# endregion


# region give-back
def give_back(db: Database, loan: int, today: date) -> None:
    """Note that a book has come back. Said twice, the first date stays."""
    changed = db.execute(
        "UPDATE loan SET returned = ? WHERE id = ? AND returned IS NULL",
        (today.isoformat(), loan),
    )
    if not changed.rowcount:
        _exists(db, "loan", loan)


# endregion


def _exists(db: Database, table: str, row: int) -> None:
    if not db.lock(table, row):
        raise Unknown(f"there is no {table} {row}")
