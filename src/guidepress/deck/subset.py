"""A package with some of its notes only, to be added to a collection that has the others."""

from __future__ import annotations

import io
import json
import sqlite3
import zipfile
from collections.abc import Collection
from typing import Final

from guidepress.deck.packed import COLLECTION

# A member of memory; nothing here writes files of a project.
_WRITE: Final = "w"


def subset(content: bytes, guids: Collection[str], known_decks: Collection[str]) -> bytes:
    """The notes with these GUIDs of a package that `read_apkg` reads; without media.

    Importing it leaves alone what is in the collection: its note types are older than any there, and of the decks in
    `known_decks` neither options nor descriptions come along.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        database = archive.read(COLLECTION)
    connection = sqlite3.connect(":memory:")
    try:
        connection.deserialize(database)
        connection.execute("CREATE TEMP TABLE wanted (guid TEXT PRIMARY KEY)")
        connection.executemany("INSERT INTO wanted VALUES (?)", [(guid,) for guid in guids])
        connection.execute("DELETE FROM notes WHERE guid NOT IN (SELECT guid FROM wanted)")
        connection.execute("DELETE FROM cards WHERE nid NOT IN (SELECT id FROM notes)")
        models, decks = map(
            json.loads, connection.execute("SELECT models, decks FROM col").fetchone()
        )
        used = {deck for (deck,) in connection.execute("SELECT DISTINCT did FROM cards")}
        types = {str(t) for (t,) in connection.execute("SELECT DISTINCT mid FROM notes")}
        models = {id_: {**model, "mod": 0} for id_, model in models.items() if id_ in types}
        names = {decks[str(id_)]["name"] for id_ in used if str(id_) in decks}
        for id_, deck in list(decks.items()):
            own = deck["name"]
            if id_ != "1" and not any(n == own or n.startswith(f"{own}::") for n in names):
                del decks[id_]
            elif own in known_decks:
                deck.update(conf=1, desc="")
        connection.execute(
            "UPDATE col SET models = ?, decks = ?",
            (json.dumps(models, ensure_ascii=False), json.dumps(decks, ensure_ascii=False)),
        )
        connection.commit()
        database = connection.serialize()
    finally:
        connection.close()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, _WRITE, zipfile.ZIP_STORED) as archive:
        archive.writestr(COLLECTION, database)
        archive.writestr("media", "{}")
    return packed.getvalue()
