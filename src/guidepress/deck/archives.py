"""What is in an .apkg, which may be anybody's: not of a size that no deck has, and not code that SQLite would run."""

from __future__ import annotations

import re
import sqlite3
import zipfile

# Bytes, unpacked. A collection of 100,000 notes is a tenth of this; what is larger is no deck but a bomb.
MOST = 1 << 31
# A column that is computed as it is read: GENERATED ALWAYS AS (…), or AS (…) alone.
_COMPUTED = re.compile(r"\bas\s*\(", re.IGNORECASE)


def member(archive: zipfile.ZipFile, name: str) -> bytes:
    """The bytes of a member. Raises KeyError where there is none, ValueError for one that is too large, and what
    `zipfile` does.
    """
    info = archive.getinfo(name)
    if info.file_size > MOST:
        raise ValueError("it is too large")
    # No more than that is unpacked, whatever comes.
    return archive.read(info)


def load(connection: sqlite3.Connection, database: bytes) -> None:
    """Make a collection that of a connection. Raises ValueError for one that is more than tables; sqlite3.Error.

    A view, or a computed column, is a program: one that never ends, say.
    """
    connection.deserialize(database)
    for kind, written in connection.execute("SELECT type, sql FROM sqlite_master"):
        text = str(written or "")
        virtual = text.lstrip()[:14].upper() == "CREATE VIRTUAL"
        if kind not in ("table", "index") or virtual or _COMPUTED.search(text):
            raise ValueError("its collection is more than tables")
