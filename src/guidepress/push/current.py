"""What a running Anki has now of the notes, the note types and the decks of a package."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from guidepress import scratch
from guidepress.deck.foreign import read_foreign
from guidepress.deck.look import Look
from guidepress.deck.packed import Package, PackedType
from guidepress.diagnostics import Diagnosed, Diagnostic, Span, error
from guidepress.push.ankiconnect import AnkiConnect, AnkiError, Call

T = TypeVar("T")

KEY = "CardKey"
# So many notes or cards are asked for at a time: an answer of some megabytes.
_SOME = 500


@dataclass(frozen=True, slots=True)
class CurrentNote:
    """A note of ours as it is in Anki: its fields by name, and the deck that each of its cards is in."""

    id: int
    fields: Mapping[str, str]
    tags: tuple[str, ...]
    cards: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class CurrentState:
    """All of it. `notes` are by the GUIDs of the package; `strangers` are notes of its note types that it does not
    have, a learner's own and those of other editions. `types` are the names that note types have here by id, `looks`
    their looks.
    """

    notes: Mapping[str, CurrentNote]
    strangers: tuple[CurrentNote, ...]
    decks: tuple[str, ...]
    types: Mapping[int, str] = field(default_factory=dict)
    looks: Mapping[int, Look] = field(default_factory=dict)

    def roots(self) -> list[str]:
        """The topmost decks of those that have cards of ours."""
        ours = (*self.notes.values(), *self.strangers)
        used = {deck for note in ours for deck in note.cards.values()}
        return sorted({deck.partition("::")[0] for deck in used})


def read_current(anki: AnkiConnect, package: Package, file: str) -> Diagnosed[CurrentState]:
    """Look at a running Anki; nothing is changed. `file` is the package's name, for spans.

    Error: `push-note-type`, where a field of a note type of ours is missing. Raises AnkiError.
    """
    here = {int(id_): name for name, id_ in anki.call("modelNamesAndIds").items()}
    types = [t for id_, t in sorted(package.types.items()) if id_ in here]
    if problems := tuple(_unfit(anki, types, here, file)):
        return Diagnosed(None, problems)
    found: dict[str, CurrentNote] = {}
    strangers: list[CurrentNote] = []
    for type_ in types:
        infos = _infos(anki, anki.call("findNotes", query=f"mid:{type_.id}"))
        decks = _decks(anki, [card for info in infos for card in info["cards"]])
        guids = _guids(anki, type_, package, infos, decks)
        for info in infos:
            note = CurrentNote(
                info["noteId"],
                {name: one["value"] for name, one in info["fields"].items()},
                tuple(info["tags"]),
                {card: decks[card] for card in info["cards"] if card in decks},
            )
            if (guid := guids.get(note.id)) is None:
                strangers.append(note)
            else:
                found[guid] = note
    looks = {type_.id: _look(anki, here[type_.id]) for type_ in types}
    names = tuple(anki.call("deckNames"))
    return Diagnosed(CurrentState(found, tuple(strangers), names, here, looks))


def _unfit(
    anki: AnkiConnect, types: Sequence[PackedType], here: Mapping[int, str], file: str
) -> Iterator[Diagnostic]:
    for type_ in types:
        there = anki.call("modelFieldNames", modelName=here[type_.id])
        for missing in sorted(set(type_.fields) - set(there)):
            message = f"the note type `{here[type_.id]}` in Anki has no field `{missing}`"
            hint = "give the field its name back (Tools > Manage Note Types), or import the deck"
            yield error("push-note-type", message, Span(file), hints=(hint,))


def _infos(anki: AnkiConnect, notes: Sequence[int]) -> list[Mapping[str, Any]]:
    calls: list[Call] = [("notesInfo", {"notes": some}) for some in _chunks(notes)]
    # A note that was deleted in between comes back empty.
    return [info for infos in anki.calls(calls) for info in infos if info]


def _decks(anki: AnkiConnect, cards: Sequence[int]) -> dict[int, str]:
    calls: list[Call] = [("getDecks", {"cards": some}) for some in _chunks(cards)]
    return {
        int(card): deck
        for answer in anki.calls(calls)
        for deck, own in answer.items()
        for card in own
    }


def _guids(
    anki: AnkiConnect,
    type_: PackedType,
    package: Package,
    infos: Sequence[Mapping[str, Any]],
    decks: Mapping[int, str],
) -> dict[int, str]:
    """The GUIDs of notes of a type by their ids, as far as the package has them."""
    if KEY not in type_.fields:
        wanted = {int(info["noteId"]) for info in infos}
        return {
            id_: guid
            for id_, guid in _exported(anki, set(decks.values())).items()
            if id_ in wanted and guid in package.notes
        }
    known = {note.key: note for note in package.notes.values() if note.type.id == type_.id}
    found: dict[str, int] = {}
    for info in sorted(infos, key=lambda info: int(info["noteId"])):
        note = known.get(info["fields"][KEY]["value"])
        # A learner may have duplicated a note. Anki gave the first one the id that the package has, if it could.
        if note is not None and (note.guid not in found or info["noteId"] == note.id):
            found[note.guid] = info["noteId"]
    return {id_: guid for guid, id_ in found.items()}


def _exported(anki: AnkiConnect, decks: set[str]) -> dict[int, str]:
    """The GUIDs of all notes in decks, which the add-on tells nobody: by way of an export."""
    found: dict[int, str] = {}
    with tempfile.TemporaryDirectory(prefix="anki-", dir=scratch.folder()) as folder:
        for number, deck in enumerate(sorted({deck.partition("::")[0] for deck in decks})):
            path = Path(folder) / f"{number}.apkg"
            export(anki, deck, path, scheduling=False)
            read = read_foreign(path.read_bytes(), str(path))
            if read.value is None:
                raise AnkiError(f"what Anki exported of the deck `{deck}` cannot be read")
            found |= {note.id: note.guid for note in read.value.notes}
    return found


def export(anki: AnkiConnect, deck: str, path: Path, scheduling: bool) -> None:
    """Have Anki write a deck and those below it into a file. Raises AnkiError where it did not."""
    done = anki.call("exportPackage", deck=deck, path=str(path), includeSched=scheduling)
    if not done or not path.is_file() or not path.stat().st_size:
        raise AnkiError(f"Anki did not write the deck `{deck}` to {path}")


def _look(anki: AnkiConnect, name: str) -> Look:
    templates = anki.call("modelTemplates", modelName=name)
    return Look(
        anki.call("modelStyling", modelName=name)["css"],
        {card: (sides["Front"], sides["Back"]) for card, sides in templates.items()},
    )


def _chunks(items: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(items), _SOME):
        yield items[start : start + _SOME]
