"""Changes of the schema, each in a file, applied once and in order: `python migrate.py
[DATABASE]`.
"""

from __future__ import annotations

import os
import sys
from datetime import datetime, timezone
from pathlib import Path

from db import Database, connect, transaction

FOLDER = Path(__file__).with_name("migrations")


# region migrate
def known() -> dict[int, Path]:
    """The migrations of this release, by their numbers."""
    return {int(path.name[:4]): path for path in sorted(FOLDER.glob("[0-9]*.sql"))}


def applied(db: Database) -> set[int]:
    """The numbers of the migrations that the database has seen."""
    db.execute(
        "CREATE TABLE IF NOT EXISTS migration"
        " (number INTEGER PRIMARY KEY, at TEXT NOT NULL)"
    )
    return {row["number"] for row in db.execute("SELECT number FROM migration").fetchall()}


def migrate(db: Database) -> list[int]:
    """Apply what is missing; the numbers. Each migration happens whole or not at all."""
    done = []
    with transaction(db):
        db.exclusive()  # two releases that start at once take turns
        seen = applied(db)
        if not seen and db.has_table("loan"):
            # A database of the time before migrations: it is what the first one makes.
            _note(db, 1)
            seen = {1}
    for number, path in known().items():
        with transaction(db):
            db.exclusive()
            if number in seen or number in applied(db):
                continue
            db.script(path.read_text(encoding="utf-8"))
            _note(db, number)
            done.append(number)
    return done


def pending(db: Database) -> list[int]:
    """The migrations that this release needs and the database has not seen. More than
    known is no harm.
    """
    return sorted(known().keys() - applied(db))


def _note(db: Database, number: int) -> None:
    now = datetime.now(timezone.utc).isoformat(timespec="seconds")
    db.execute("INSERT INTO migration (number, at) VALUES (?, ?)", (number, now))


# endregion


def main() -> None:
    """Migrate the database that the command line or DATABASE_URL names."""
    given = (
        sys.argv[1] if len(sys.argv) > 1 else os.environ.get("DATABASE_URL", "library.db")
    )
    db = connect(given)
    try:
        print(f"applied: {', '.join(map(str, migrate(db))) or 'nothing'}")
    finally:
        db.close()


if __name__ == "__main__":
    main()
