"""Packages that nobody exported: bombs, other types, locked archives. What they are is told; nothing is unpacked."""

from __future__ import annotations

import io
import sqlite3
import zipfile
from collections.abc import Callable

import pytest

from guidepress.deck import archives
from guidepress.deck.foreign import read_foreign
from guidepress.deck.packed import read_apkg


def packed(
    collection: bytes = b"", media: bytes = b"{}", method: int = zipfile.ZIP_DEFLATED
) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        archive.writestr("collection.anki2", collection)
        archive.writestr("media", media)
    return target.getvalue()


def locked() -> bytes:
    """One of which each member says that a password opens it."""
    data = bytearray(packed(method=zipfile.ZIP_STORED))
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = -1
        while (place := data.find(mark, place + 1)) >= 0:
            data[place + at] |= 1
    return bytes(data)


def unknown_method() -> bytes:
    data = bytearray(packed(method=zipfile.ZIP_STORED))
    for mark, at in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        place = -1
        while (place := data.find(mark, place + 1)) >= 0:
            data[place + at] = 99
    return bytes(data)


ENDLESS = (
    "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n)"
    " SELECT x AS models, x AS decks FROM n WHERE x < 0"
)
TABLES = (
    "CREATE TABLE notes (id, guid, mid, mod, tags, flds)",
    "CREATE TABLE cards (id, nid, ord, did, due)",
)


def programmed(*statements: str) -> bytes:
    """A package whose collection runs something when it is read."""
    connection = sqlite3.connect(":memory:")
    for statement in (*TABLES, *statements):
        connection.execute(statement)
    return packed(connection.serialize())


@pytest.mark.parametrize(
    "made",
    [
        locked,
        unknown_method,
        lambda: packed(media=b"[1]"),
        lambda: packed(media=b"7"),
        lambda: packed(media=b"[" * 100_000 + b"]" * 100_000),
        lambda: packed(b"SQLite format 3\0" + bytes(100)),
        lambda: packed(bytes(4096)),
        lambda: packed(b"x")[:-30],
        lambda: programmed(f"CREATE VIEW col AS {ENDLESS}"),
        lambda: programmed("CREATE TABLE col (ver, decks, models AS (zeroblob(1000000000)))"),
        lambda: programmed("CREATE VIRTUAL TABLE col USING fts5(models, decks)"),
    ],
)
def test_no_package(made: Callable[[], bytes]) -> None:
    for read in (read_apkg, read_foreign):
        found = read(made(), "x.apkg")
        assert [one.code for one in found.diagnostics] == ["apkg-unreadable"]


def test_a_note_with_fewer_fields_than_its_type() -> None:
    """Whoever reads our decks asks for each field of a type."""
    model = '{"1": {"name": "x", "mod": 1, "flds": [{"name": "a"}, {"name": "b"}]}}'
    row = "INSERT INTO notes VALUES (1, 'g', 1, 1, '', %s)"
    both = "'a' || char(31) || 'b'"
    for fields, codes in (
        ("'a'", ["apkg-unreadable"]),
        (f"{both} || char(31)", ["apkg-unreadable"]),
        (both, []),
    ):
        made = programmed(
            "CREATE TABLE col (models, decks)",
            f"INSERT INTO col VALUES ('{model}', '{{}}')",
            row % fields,
        )
        assert [one.code for one in read_apkg(made, "x.apkg").diagnostics] == codes


def test_a_bomb_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MOST", 1000)
    for made in (packed(bytes(2000)), packed(media=bytes(2000))):
        for read in (read_apkg, read_foreign):
            assert [one.code for one in read(made, "x.apkg").diagnostics] == ["apkg-unreadable"]
