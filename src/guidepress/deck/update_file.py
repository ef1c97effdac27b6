"""`deck-update.txt`: the deck as a text file, for learners who added fields and tags of their own.

Anki's text import replaces only the columns that a file has: a learner's own fields at the end of a note type,
own tags and all progress stay, even on cards that changed. It takes over every field that differs, whatever its
date, adds new cards, and leaves everything in the deck it is in. Pictures come with deck.apkg only.

No cell is a formula that a spreadsheet would run: fields are guarded (`deck.cells`); a note whose GUID or deck is
called like one comes with deck.apkg only.
"""

from __future__ import annotations

import csv
import io

from guidepress.deck.cells import calls, neutral
from guidepress.deck.note_types import FIELDS
from guidepress.deck.packed import Package

# Columns beyond the fields that both note types have would, in the shorter one, blank a learner's own fields.
_COMMON = min(len(fields) for fields in FIELDS.values())
_HEADER = """\
#separator:tab
#html:true
#guid column:1
#notetype column:2
#deck column:3
"""


def update_text(package: Package, released: int) -> str:
    """The file for a package. Of withdrawn cards it has those that were withdrawn at `released` or later.

    A note that goes blank is added to a collection that does not have it, so earlier ones stay out.
    """
    out = io.StringIO()
    out.write(_HEADER)
    writer = csv.writer(out, delimiter="\t", lineterminator="\n")
    for note in package.notes.values():
        if note.withdrawn and note.mod < released:
            continue
        deck = note.deck or next(iter(package.decks), "Default")
        # The name of a note type that came with a deck may be that of another one in a collection.
        name = note.type.name if "CardKey" in note.type.fields else str(note.type.id)
        if any(map(calls, (note.guid, name, deck))):
            continue
        writer.writerow((note.guid, name, deck, *map(neutral, note.values[:_COMMON])))
    return out.getvalue()
