"""The database: a file of SQLite, or a server of PostgreSQL, behind the same few calls."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

SCHEMA = Path(__file__).with_name("schema.sql")


class Conflict(Exception):
    """A constraint of the database forbids the change."""


class Database:
    """What both have in common. Queries are written with `?` for each parameter."""

    conflicts: tuple[type[Exception], ...]
    begin = "BEGIN"

    def __init__(self, connection: Any) -> None:
        self.connection = connection
        self.in_transaction = False

    def execute(self, query: str, parameters: Sequence[Any] = ()) -> Any:
        """Run a statement; what it found can be fetched."""
        try:
            return self.connection.execute(self.written(query), parameters)
        except self.conflicts as problem:
            raise Conflict(str(problem)) from problem

    def written(self, query: str) -> str:
        """The query as this database wants it."""
        return query

    def insert(self, query: str, parameters: Sequence[Any]) -> int:
        """Add a row; its id."""
        return int(self.execute(f"{query} RETURNING id", parameters).fetchall()[0]["id"])

    def lock(self, table: str, row: int) -> bool:
        """Whether there is such a row. Until the transaction ends, nobody else gets it
        locked.
        """
        # The name of a table cannot be a parameter. It never comes from outside.
        query = f"SELECT 1 FROM {table} WHERE id = ?{self.locking}"
        return bool(self.execute(query, (row,)).fetchall())

    locking = ""

    def prepare(self, schema: str) -> None:
        """Make the tables if there are none yet."""
        raise NotImplementedError

    def close(self) -> None:
        """Give the connection back."""
        self.connection.close()


class Sqlite(Database):
    """A file. One writer at a time, which is what IMMEDIATE asks to be."""

    conflicts = (sqlite3.IntegrityError,)
    begin = "BEGIN IMMEDIATE"

    def __init__(self, path: str | Path) -> None:
        super().__init__(sqlite3.connect(path, isolation_level=None, timeout=10))
        self.connection.row_factory = sqlite3.Row
        self.connection.execute("PRAGMA foreign_keys = ON")
        self.connection.execute("PRAGMA journal_mode = WAL")

    def prepare(self, schema: str) -> None:
        """Make the tables if there are none yet."""
        made = "SELECT 1 FROM sqlite_master WHERE name = 'loan'"
        # Asked before the transaction, or readers would wait for the writer; again in it.
        if not self.execute(made).fetchall():
            with transaction(self):
                if not self.execute(made).fetchall():
                    for statement in schema.split(";\n"):
                        self.execute(statement)


# region postgres
class Row(tuple):
    """A row that is read by position or by name, as those of SQLite are."""

    names: tuple[str, ...]

    def keys(self) -> tuple[str, ...]:
        """The names of the columns; with them, `dict(row)` works."""
        return self.names

    def __getitem__(self, at: Any) -> Any:
        return super().__getitem__(self.names.index(at) if isinstance(at, str) else at)


class Postgres(Database):
    """A server. Writers wait only for each other's rows."""

    locking = " FOR UPDATE"

    def __init__(self, url: str) -> None:
        import psycopg

        self.conflicts = (psycopg.IntegrityError,)
        super().__init__(psycopg.connect(url, autocommit=True, connect_timeout=5))
        self.connection.row_factory = self._rows

    @staticmethod
    def _rows(cursor: Any) -> Any:
        names = tuple(column.name for column in cursor.description or ())
        kind = type("Row", (Row,), {"names": names})
        return kind

    def written(self, query: str) -> str:
        """With `%s` for each parameter."""
        return query.replace("?", "%s")

    def prepare(self, schema: str) -> None:
        """Make the tables if there are none yet. Of several processes that start at
        once, one does.
        """
        identity = "INTEGER GENERATED ALWAYS AS IDENTITY PRIMARY KEY"
        made = "SELECT 1 WHERE to_regclass('loan') IS NOT NULL"
        if self.execute(made).fetchall():
            return
        with transaction(self):
            self.execute("SELECT pg_advisory_xact_lock(1)")
            if not self.execute(made).fetchall():
                self.connection.execute(schema.replace("INTEGER PRIMARY KEY", identity))


# endregion


# region connect
def connect(address: str | Path) -> Database:
    """Open a database: `postgresql://…`, or the path of a file."""
    if str(address).startswith(("postgres://", "postgresql://")):
        db: Database = Postgres(str(address))
    else:
        db = Sqlite(address)
    try:
        db.prepare(SCHEMA.read_text(encoding="utf-8"))
    except BaseException:
        db.close()
        raise
    return db


# endregion


# region transaction
@contextmanager
def transaction(db: Database) -> Iterator[None]:
    """All changes inside are made, or none: an exception takes them back. Inside
    another one, it is part of that.
    """
    if db.in_transaction:
        yield
        return
    db.execute(db.begin)
    db.in_transaction = True
    try:
        yield
        db.execute("COMMIT")
    except BaseException:
        db.execute("ROLLBACK")
        raise
    finally:
        db.in_transaction = False


# endregion
