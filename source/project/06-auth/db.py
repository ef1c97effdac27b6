"""The database: how it is opened, and how changes that belong together are kept
together.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SCHEMA = Path(__file__).with_name("schema.sql")


# region connect
def connect(path: str | Path) -> sqlite3.Connection:
    """Open the database, and make its tables if there are none yet."""
    # isolation_level=None: transactions begin where `transaction` says so, and nowhere
    # else.
    db = sqlite3.connect(path, isolation_level=None, timeout=10)
    db.row_factory = sqlite3.Row
    # SQLite checks foreign keys only where it is told to, connection by connection.
    db.execute("PRAGMA foreign_keys = ON")
    # Readers and a writer do not wait for each other.
    db.execute("PRAGMA journal_mode = WAL")
    made = "SELECT 1 FROM sqlite_master WHERE name = 'loan'"
    # Asked before the transaction, or readers would wait for the writer; again in it.
    if not db.execute(made).fetchone():
        with transaction(db):
            if not db.execute(made).fetchone():
                for statement in SCHEMA.read_text(encoding="utf-8").split(";\n"):
                    db.execute(statement)
    return db


# endregion


# region transaction
@contextmanager
def transaction(db: sqlite3.Connection) -> Iterator[None]:
    """All changes inside are made, or none: an exception takes them back. Inside
    another one, it is part of that.
    """
    if db.in_transaction:
        yield
        return
    # IMMEDIATE: the right to write is taken before anything is read that the change
    # depends on.
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        db.execute("ROLLBACK")
        raise
    db.execute("COMMIT")


# endregion
