"""A deck for other tools: the JSON of CrowdAnki, or tables such as Brain Brew's.

Notes keep their GUIDs, by which both find them again. Withdrawn notes, which have no cards, stay behind.
"""

from __future__ import annotations

import csv
import io
import json
import re
import uuid
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from guidepress.deck.cells import calls, neutral
from guidepress.deck.foreign import ForeignDeck, ForeignNote, ForeignType

_SPACE = uuid.uuid5(uuid.NAMESPACE_URL, "guidepress")
_UNSAFE = re.compile(r"[^a-z0-9]+")
# What of a note type's JSON belongs to a collection.
_OF_A_COLLECTION = frozenset({"id", "mod", "usn", "did"})
# Options as Anki has them for new decks.
_OPTIONS: Mapping[str, Any] = {
    "__type__": "DeckConfig", "autoplay": True, "dyn": False, "maxTaken": 60, "replayq": True, "timer": 0,
    "lapse": {"delays": [10], "leechAction": 1, "leechFails": 8, "minInt": 1, "mult": 0},
    "new": {
        "bury": True, "delays": [1, 10], "initialFactor": 2500, "ints": [1, 4, 0], "order": 1, "perDay": 20,
        "separate": True,
    },
    "rev": {"bury": True, "ease4": 1.3, "fuzz": 0.05, "ivlFct": 1, "maxIvl": 36500, "minSpace": 1, "perDay": 200},
}  # fmt: skip


def crowdanki(deck: ForeignDeck) -> dict[str, bytes]:
    """The files of a folder that CrowdAnki imports, by their paths in it."""
    notes = _studied(deck)
    root = _tree(notes, deck.descriptions)
    used = {note.type.id: note.type for note in notes}
    media = _media(deck, notes, used)
    data = root.as_dict(_uuid("options", root.name))
    data["deck_configurations"] = [
        {**_OPTIONS, "name": root.name, "crowdanki_uuid": _uuid("options", root.name)}
    ]
    data["media_files"] = sorted(media)
    data["note_models"] = [_model(type_) for _, type_ in sorted(used.items())]
    text = json.dumps(data, indent=4, ensure_ascii=False, sort_keys=True) + "\n"
    return {"deck.json": text.encode(), **{f"media/{name}": media[name] for name in sorted(media)}}


def tables(deck: ForeignDeck) -> dict[str, bytes]:
    """A table for each note type, with a line for the names of its columns: `guid`, the fields, `tags` and `deck`.

    No cell is a formula that a spreadsheet would run, as in `deck.update_file`.
    """
    notes = _studied(deck)
    by_type: dict[int, list[ForeignNote]] = defaultdict(list)
    for note in notes:
        by_type[note.type.id].append(note)
    files: dict[str, bytes] = {}
    for _, own in sorted(by_type.items()):
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(("guid", *map(neutral, own[0].type.fields), "tags", "deck"))
        for note in own:
            if not any(map(calls, (note.guid, note.deck))):
                fields = (*note.values, " ".join(note.tags))
                writer.writerow((note.guid, *map(neutral, fields), note.deck))
        files[_unique(own[0].type.name, files)] = out.getvalue().encode()
    media = _media(deck, notes, {note.type.id: note.type for note in notes})
    return {**files, **{f"media/{name}": media[name] for name in sorted(media)}}


@dataclass(slots=True)
class _Deck:
    """A deck with those below it; `path` is its full name."""

    path: str
    name: str
    description: str = ""
    notes: list[ForeignNote] = field(default_factory=list)
    below: dict[str, _Deck] = field(default_factory=dict)

    def as_dict(self, options: str) -> dict[str, Any]:
        """As CrowdAnki has it."""
        return {
            "__type__": "Deck",
            "children": [deck.as_dict(options) for _, deck in sorted(self.below.items())],
            "crowdanki_uuid": _uuid("deck", self.path),
            "deck_config_uuid": options,
            "desc": self.description,
            "dyn": 0,
            "extendNew": 10,
            "extendRev": 50,
            "media_files": [],
            "name": self.name,
            "notes": [
                {
                    "__type__": "Note",
                    "fields": list(note.values),
                    "guid": note.guid,
                    "note_model_uuid": _uuid("note type", str(note.type.id)),
                    "tags": list(note.tags),
                }
                for note in self.notes
            ],
        }


def _studied(deck: ForeignDeck) -> list[ForeignNote]:
    return [note for note in deck.notes if note.cards]


def _tree(notes: list[ForeignNote], descriptions: Mapping[str, str]) -> _Deck:
    """The decks of notes below one: CrowdAnki exports one deck with all below it."""
    first = {note.deck.partition("::")[0] for note in notes}
    # Several have none above them, and get one without a name of its own.
    top = first.pop() if len(first) == 1 else "Decks"
    root = _Deck(top, top, descriptions.get(top, ""))
    for note in notes:
        levels = note.deck.split("::")
        here = root
        for level in levels[1:] if levels[0] == top else levels:
            path = f"{here.path}::{level}"
            here = here.below.setdefault(level, _Deck(path, level, descriptions.get(path, "")))
        here.notes.append(note)
    return root


def _model(type_: ForeignType) -> dict[str, Any]:
    model = {name: value for name, value in type_.model.items() if name not in _OF_A_COLLECTION}
    return {**model, "__type__": "NoteModel", "crowdanki_uuid": _uuid("note type", str(type_.id))}


def _media(
    deck: ForeignDeck, notes: list[ForeignNote], types: Mapping[int, ForeignType]
) -> dict[str, bytes]:
    """The files that the notes and their templates use."""
    written = "\n".join(value for note in notes for value in note.values)
    look = "\n".join(
        text for t in types.values() for text in (*t.fronts, *t.backs, str(t.model.get("css", "")))
    )
    return {name: deck.read(name) for name in deck.media if name in written or name in look}


def _uuid(*parts: str) -> str:
    return str(uuid.uuid5(_SPACE, "\0".join(parts)))


def _unique(name: str, taken: Mapping[str, object]) -> str:
    """A name for the file of a note type."""
    stem = _UNSAFE.sub("-", name.lower()).strip("-") or "notes"
    found, number = f"{stem}.csv", 1
    while found in taken:
        number += 1
        found = f"{stem}-{number}.csv"
    return found
