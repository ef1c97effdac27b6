"""Whose copy a package is: said in the collection's settings, which no import reads, and nowhere in a note.

So notes keep their GUIDs and contents, and an update finds them whoever's copy it was.
"""

from __future__ import annotations

import io
import json
import sqlite3
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from guidepress.deck.archives import load, member
from guidepress.deck.package import without_version
from guidepress.deck.packed import COLLECTION

_KEY = "guidepressCopy"
# A member of memory; nothing here writes files of a project.
_WRITE: Final = "w"


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose copy it is: its number, name, licence line, its mark, and what else it was made from, as a seal."""

    number: int
    name: str
    licence: str
    mark: str
    seal: str


class Package:
    """A package that guidepress made, to be given owners. `read_apkg` tells whether it is one."""

    def __init__(self, content: bytes) -> None:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            self._members = [(info, archive.read(info)) for info in archive.infolist()]

    def owned(self, owner: Owner) -> bytes:
        """The package as that of its owner: the same bytes every time, and no other member or table is touched."""
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, _WRITE, zipfile.ZIP_STORED) as archive:
            for info, data in self._members:
                own = _marked(data, owner) if info.filename == COLLECTION else data
                entry = zipfile.ZipInfo(info.filename, info.date_time)
                entry.create_system, entry.external_attr = info.create_system, info.external_attr
                archive.writestr(entry, own)
        return packed.getvalue()


def owner_of(content: bytes) -> Owner | None:
    """Whose copy a package is; None where it says nothing, or is no package."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            database = member(archive, COLLECTION)
        connection = sqlite3.connect(":memory:")
        try:
            load(connection, database)
            (conf,) = connection.execute("SELECT conf FROM col").fetchone()
        finally:
            connection.close()
        return _owner(json.loads(conf)[_KEY])
    except (zipfile.BadZipFile, zlib.error, sqlite3.Error, LookupError, TypeError, ValueError, EOFError,
            NotImplementedError, RuntimeError):  # fmt: skip
        return None


def _owner(said: Mapping[str, object]) -> Owner:
    number = said["copy"]
    if not isinstance(number, int):
        raise ValueError
    return Owner(number, *(str(said[key]) for key in ("name", "licence", "mark", "seal")))


def _marked(database: bytes, owner: Owner) -> bytes:
    """A collection whose settings name its owner."""
    connection = sqlite3.connect(":memory:")
    try:
        connection.deserialize(database)
        (conf,) = connection.execute("SELECT conf FROM col").fetchone()
        settings = json.loads(conf)
        settings[_KEY] = {
            "copy": owner.number,
            "name": owner.name,
            "licence": owner.licence,
            "mark": owner.mark,
            "seal": owner.seal,
        }
        connection.execute("UPDATE col SET conf = ?", (json.dumps(settings, ensure_ascii=False),))
        connection.commit()
        return without_version(connection.serialize())
    finally:
        connection.close()
