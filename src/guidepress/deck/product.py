"""The deck as a product of a build."""

from __future__ import annotations

from guidepress.deck.packed import read_apkg
from guidepress.deck.press import PlannedDeck
from guidepress.deck.update_file import update_text
from guidepress.diagnostics import Diagnosed
from guidepress.product import File, Order, Pressed


class DeckProduct:
    """`deck.apkg`, and the same as text for learners with fields of their own."""

    name = "deck"
    files = ("deck.apkg", "deck-update.txt")
    needs = ("handbook",)

    def press(self, order: Order) -> Diagnosed[Pressed]:
        """Finish the deck that was planned for this release."""
        planned = order.release
        assert isinstance(planned, PlannedDeck)
        order.progress(0, 0)
        done = planned.press(order.pressed["handbook"].folios)
        if (deck := done.value) is None:
            return Diagnosed(None, done.diagnostics)
        counts = {"notes": deck.notes, "cards": deck.cards}
        files = [File("deck.apkg", deck.package, counts)]
        package = read_apkg(deck.apkg, "deck.apkg")
        if package.value is not None:
            update = update_text(package.value, deck.lock.released)
            files.append(File("deck-update.txt", update.encode()))
        problems = (*done.diagnostics, *package.diagnostics)
        return Diagnosed(Pressed(tuple(files), lock=deck.lock_path), problems)
