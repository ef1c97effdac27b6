"""A learner's collection: the real Anki."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import anki.collection  # noqa: F401  # before anki.cards: the two import each other
from anki.cards import Card
from anki.collection import Collection, ImportAnkiPackageOptions, ImportAnkiPackageRequest
from anki.notes import Note
from anki.scheduler.v3 import CardAnswer


@dataclass(frozen=True)
class Imported:
    """How many notes an import added, updated, left alone and could not match."""

    new: int
    updated: int
    duplicate: int
    conflicting: int


class Learner:
    """A learner with a fresh profile in a folder."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.col = Collection(str(folder / "collection.anki2"))
        self._count = 0

    def take(self, apkg: bytes, **options: Any) -> Imported:
        """Import a deck with Anki's default options, but for those that are given."""
        self._count += 1
        path = self.folder / f"deck{self._count}.apkg"
        path.write_bytes(apkg)
        request = ImportAnkiPackageRequest(
            package_path=str(path), options=ImportAnkiPackageOptions(**options)
        )
        log = self.col.import_anki_package(request).log
        self.col.models._clear_cache()
        return Imported(len(log.new), len(log.updated), len(log.duplicate), len(log.conflicting))

    def note(self, key: str) -> Note:
        """The note of a card by its id in the guide."""
        (found,) = self.col.find_notes(f'"CardKey:{key}"')
        return self.col.get_note(found)

    def cards(self, key: str) -> list[Card]:
        """The cards of a note by its id in the guide."""
        return self.note(key).cards()

    def answer(self, card: Card) -> Card:
        """Answer a card with "Easy": it becomes a review card of some days."""
        card.start_timer()
        states = self.col._backend.get_scheduling_states(card.id)
        self.col.sched.answer_card(
            self.col.sched.build_answer(card=card, states=states, rating=CardAnswer.EASY)
        )
        return self.col.get_card(card.id)

    def empty_cards(self) -> list[int]:
        """Ids of the cards that Tools > Empty Cards would remove."""
        return [card for note in self.col.get_empty_cards().notes for card in note.card_ids]

    def remove_empty_cards(self) -> None:
        """Tools > Empty Cards, Delete."""
        self.col.remove_cards_and_orphaned_notes(self.empty_cards())

    def decks(self) -> list[str]:
        """Names of the decks with cards, in Anki's order."""
        return [
            d.name for d in self.col.decks.all_names_and_ids()
            if self.col.decks.card_count(d.id, include_subdecks=False)
        ]  # fmt: skip

    def note_types(self) -> list[str]:
        """Names of the note types that came with a deck."""
        stock = {"Basic", "Cloze", "Image Occlusion"}
        return sorted(
            m.name for m in self.col.models.all_names_and_ids()
            if m.name not in stock and not m.name.startswith("Basic (")
        )  # fmt: skip

    def healthy(self) -> bool:
        """Whether Anki's own check finds nothing to repair."""
        return self.col.fix_integrity()[1]
