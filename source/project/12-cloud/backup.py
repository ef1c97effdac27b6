"""Copies of the database, and the proof that they can be read: `python backup.py
FOLDER`, once a day.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import sys
from datetime import datetime, timezone
from pathlib import Path

from db import Database, connect, transaction
from migrate import known, migrate

# In an order in which each row's references are there before it.
TABLES = ("book", "member", "loan")
KEPT = 14


# region back-up
def back_up(db: Database, folder: Path, now: datetime) -> Path:
    """Write all that cannot be made again to a file; older files go, but for the newest
    ones.
    """
    with transaction(db):
        db.snapshot()  # all tables as they are at one moment
        rows = {
            table: [dict(row) for row in db.execute(f"SELECT * FROM {table}").fetchall()]
            for table in TABLES
        }
    data = json.dumps({"migration": max(known()), "tables": rows}).encode()
    packed = gzip.compress(data, mtime=0)
    folder.mkdir(parents=True, exist_ok=True)
    name = (
        f"library-{now:%Y%m%dT%H%M%SZ}-{hashlib.sha256(packed).hexdigest()[:16]}.json.gz"
    )
    # Password hashes are in it: for its owner's eyes only.
    new = os.open(folder / f"{name}.new", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(new, "wb") as file:
        file.write(packed)
        file.flush()
        os.fsync(file.fileno())
    os.replace(folder / f"{name}.new", folder / name)
    for old in sorted(folder.glob("library-*.json.gz"))[:-KEPT]:
        old.unlink()
    return folder / name


# endregion


# region restore
def restore(path: Path, db: Database) -> dict[str, int]:
    """Fill an empty database from a copy; the number of rows in each table."""
    packed = path.read_bytes()
    if hashlib.sha256(packed).hexdigest()[:16] not in path.name:
        raise ValueError(f"{path.name} is not what was written")
    copy = json.loads(gzip.decompress(packed))
    if copy["migration"] > max(known()):
        raise ValueError(f"{path.name} is from a later release")
    migrate(db)
    with transaction(db):
        for table in TABLES:
            if db.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchall():
                raise ValueError(f"the table {table} is not empty")
            for row in copy["tables"][table]:
                names = ", ".join(row)
                marks = ", ".join("?" for _ in row)
                db.execute(
                    f"INSERT INTO {table} ({names}) VALUES ({marks})", tuple(row.values())
                )
            db.count_on(table)
    return {table: len(rows) for table, rows in copy["tables"].items()}


# endregion


# region drill
def drill(path: Path) -> dict[str, int]:
    """Restore a copy to nowhere. A backup that was never restored is a hope."""
    db = connect(":memory:")
    try:
        return restore(path, db)
    finally:
        db.close()


# endregion


def main() -> None:
    """Back up the database of DATABASE_URL, and try the copy."""
    db = connect(os.environ.get("DATABASE_URL", "library.db"))
    try:
        path = back_up(db, Path(sys.argv[1]), datetime.now(timezone.utc))
    finally:
        db.close()
    rows = drill(path)
    print(f"{path}: {', '.join(f'{count} {table}' for table, count in rows.items())}")


if __name__ == "__main__":
    main()
