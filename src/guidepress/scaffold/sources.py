"""What a deck can be brought in from: a package of Anki's, a folder of CrowdAnki's, a table of notes."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from guidepress.book.dates import EARLIEST
from guidepress.deck.foreign import (
    ForeignDeck,
    ForeignNote,
    ForeignType,
    foreign_type,
    read_foreign,
)
from guidepress.diagnostics import Diagnosed, Diagnostic, Span, error
from guidepress.source.files import inside

PACKAGES = frozenset((".apkg", ".colpkg"))
TABLES = frozenset((".csv", ".tsv", ".txt"))
# A number below 2^53, which JavaScript can read, and above those that Anki assigns itself.
_FIRST_ID, _ID_BITS = 2_000_000_000_000, 50
_FRONT = ("front", "question", "term", "word", "prompt")
_BACK = ("back", "answer", "definition", "meaning", "translation")
_CLOZE = ("text", "cloze")
_NAMES = {"guid": ("guid",), "tags": ("tags", "tag"), "deck": ("deck",), "notetype": ("notetype",)}


def is_deck(path: Path) -> bool:
    """Whether a path is one of a deck: a file, or a folder with a CrowdAnki export in it."""
    return path.is_file() or _crowd_file(path) is not None


def read_deck(path: Path) -> Diagnosed[ForeignDeck]:
    """Read a deck. Errors: `apkg-unreadable`, `deck-unreadable`. Raises OSError where a file cannot be read."""
    if path.is_dir():
        found = _crowd_file(path)
        assert found is not None
        return _crowd(found, path)
    suffix = path.suffix.lower()
    if suffix in PACKAGES:
        return read_foreign(path.read_bytes(), str(path))
    if suffix in TABLES:
        return _table(path)
    known = ", ".join(sorted((*PACKAGES, *TABLES)))
    return Diagnosed(
        None, (_unreadable(path, f"a deck is a folder of CrowdAnki's or a file {known}"),)
    )


def _unreadable(path: Path, message: str) -> Diagnostic:
    return error("deck-unreadable", message, Span(str(path)))


# CrowdAnki


def _crowd_file(folder: Path) -> Path | None:
    """The JSON file of a CrowdAnki export: `deck.json`, or in older ones of the folder's name."""
    for name in ("deck.json", f"{folder.resolve().name}.json"):
        if (folder / name).is_file():
            return folder / name
    return None


def _crowd(file: Path, folder: Path) -> Diagnosed[ForeignDeck]:
    try:
        data = json.loads(file.read_bytes())
        if data["__type__"] != "Deck":
            raise ValueError("it holds no deck")
        types = {m["crowdanki_uuid"]: _crowd_type(m) for m in data.get("note_models", [])}
        notes = tuple(_crowd_notes(data, types))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as problem:
        return Diagnosed(None, (_unreadable(file, f"this is no export of CrowdAnki: {problem!r}"),))
    media = folder / "media"
    there = {
        p.name: p for p in (sorted(media.iterdir()) if media.is_dir() else ())
        if p.is_file() and inside(folder, p)
    }  # fmt: skip
    used = {note.type.id for note in notes}
    kept = tuple(t for t in types.values() if t.id in used)
    descriptions = {str(data["name"]): str(data.get("desc") or "")}
    return Diagnosed(
        ForeignDeck(notes, kept, descriptions, tuple(there), lambda name: there[name].read_bytes())
    )


def _crowd_type(model: Mapping[str, Any]) -> ForeignType:
    """CrowdAnki names note types by UUIDs, and every collection has its own number for one: so has this guide."""
    number = int.from_bytes(hashlib.sha256(model["crowdanki_uuid"].encode()).digest()[:8], "big")
    kept = {k: v for k, v in model.items() if k not in ("__type__", "crowdanki_uuid")}
    return foreign_type({**kept, "id": _FIRST_ID + (number >> (64 - _ID_BITS)), "mod": EARLIEST})


def _crowd_notes(
    deck: Mapping[str, Any], types: Mapping[str, ForeignType], above: str = ""
) -> Iterator[ForeignNote]:
    name = str(deck["name"])
    if above and not name.startswith(f"{above}::"):
        name = f"{above}::{name}"
    for at, note in enumerate(deck.get("notes", [])):
        found = types[note["note_model_uuid"]]
        values = tuple(str(value) for value in note["fields"])
        values += ("",) * (len(found.fields) - len(values))
        yield ForeignNote(
            EARLIEST * 1000 + at, str(note["guid"]), found, EARLIEST,
            tuple(str(tag) for tag in note.get("tags", ())), values[: len(found.fields)], name, 1,
        )  # fmt: skip
    for child in deck.get("children", []):
        yield from _crowd_notes(child, types, name)


# Tables


def _table(path: Path) -> Diagnosed[ForeignDeck]:
    """A table of notes: columns by the names in its first line or in Anki's `#` lines, else question, answer."""
    try:
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError:
        return Diagnosed(None, (_unreadable(path, "the file is not UTF-8"),))
    settings = {}
    lines = text.splitlines(keepends=True)
    while lines and lines[0].startswith("#") and ":" in lines[0]:
        key, _, value = lines.pop(0)[1:].strip().partition(":")
        settings[key.strip().lower()] = value.strip()
    body = "".join(lines)
    separator = _separator(settings.get("separator", ""), body)
    try:
        rows = [row for row in csv.reader(io.StringIO(body, ""), delimiter=separator) if any(row)]
    except csv.Error as problem:
        return Diagnosed(None, (_unreadable(path, f"the table cannot be read: {problem}"),))
    header, rows = _header(settings, rows)
    if not rows or len(header) < 2:
        return Diagnosed(None, (_unreadable(path, "there are no notes in this table"),))
    notes = _table_notes(header, rows, path.stem, html=settings.get("html", "true") != "false")
    return Diagnosed(ForeignDeck(tuple(notes), ()))


def _separator(named: str, body: str) -> str:
    words = {"tab": "\t", "comma": ",", "semicolon": ";", "space": " ", "pipe": "|", "colon": ":"}
    if named:
        return words.get(named.lower(), named[:1])
    first = body.partition("\n")[0]
    return max("\t;,|", key=first.count)


def _header(
    settings: Mapping[str, str], rows: list[list[str]]
) -> tuple[list[str], list[list[str]]]:
    """The names of the columns, in small letters, and the rows below."""
    if not rows:
        return [], []
    width = max(map(len, rows))
    special = {
        int(settings[f"{name} column"]) - 1: name
        for name in _NAMES
        if settings.get(f"{name} column", "").isdigit()
    }
    if "columns" in settings or special:
        separator = _separator(settings.get("separator", ""), settings.get("columns", ""))
        named = settings["columns"].split(separator) if "columns" in settings else []
        named += [""] * (width - len(named))
        return [special.get(at, name.strip()) for at, name in enumerate(named)], rows
    first = [name.strip() for name in rows[0]]
    known = {*_FRONT, *_BACK, *_CLOZE, *(n for names in _NAMES.values() for n in names)}
    if known & {name.casefold() for name in first}:
        return [first[at] if at < len(first) else "" for at in range(width)], rows[1:]
    return [
        ("Front", "Back", "Extra")[at] if at < 3 else f"Field {at + 1}" for at in range(width)
    ], rows


def _table_notes(
    header: list[str], rows: Iterable[list[str]], deck: str, *, html: bool
) -> Iterator[ForeignNote]:
    low = [name.casefold() for name in header]
    special = {
        kind: next((low.index(n) for n in names if n in low), -1) for kind, names in _NAMES.items()
    }
    fields = [at for at in range(len(header)) if at not in special.values()]
    first = [
        at for names in (_CLOZE, _FRONT, _BACK) for n in names if n in low for at in (low.index(n),)
    ]
    order = [*dict.fromkeys(at for at in (*first, *fields) if at in fields)]
    for number, row in enumerate(rows):
        cells = [*row, *[""] * (len(header) - len(row))]
        values = [cells[at] if html else _as_html(cells[at]) for at in order]
        names = [header[at] or f"Field {at + 1}" for at in order]
        cloze = "{{c" in values[0]
        found = ForeignType(
            0, "", 0, cloze, tuple(names), (f"{{{{{'cloze:' if cloze else ''}{names[0]}}}}}",),
            (f"{{{{{names[1] if len(names) > 1 else names[0]}}}}}",), {},
        )  # fmt: skip
        tags = cells[special["tags"]].split() if special["tags"] >= 0 else []
        guid = cells[special["guid"]] if special["guid"] >= 0 else ""
        own = cells[special["deck"]] if special["deck"] >= 0 else ""
        yield ForeignNote(
            EARLIEST * 1000 + number, guid, found, EARLIEST, tuple(tags), tuple(values), own or deck, 1
        )  # fmt: skip


def _as_html(text: str) -> str:
    written = text.replace("&", "&amp;").replace("<", "&lt;")
    return written.replace("\n", "<br>")
