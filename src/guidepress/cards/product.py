"""Cards on paper as a product of a build."""

from __future__ import annotations

from guidepress.diagnostics import Diagnosed
from guidepress.product import File, Order, Pressed


class CardsProduct:
    """`cards.pdf`; none where the book has no cards to print."""

    name = "cards"
    files = ("cards.pdf",)
    needs = ("handbook",)

    def press(self, order: Order) -> Diagnosed[Pressed]:
        """Set the cards and impose them on sheets."""
        if not order.book.cards:
            return Diagnosed(Pressed())
        # Not above: there are guides without a card.
        from guidepress.cards.options import options_of
        from guidepress.cards.press import press

        done = press(
            order.book,
            order.layout,
            folios=order.pressed["handbook"].folios,
            options=options_of(order.book.sheets, order.release.news.cards),
            workers=order.workers,
            cache=order.cache,
            progress=order.progress,
        )
        if (sheets := done.value) is None:
            # Without an error there was nothing to print, as where nothing is new.
            return Diagnosed(None if done.failed else Pressed(), done.diagnostics)
        file = File("cards.pdf", sheets.pdf, {"cards": sheets.cards, "sheets": sheets.sheets})
        return Diagnosed(Pressed((file,)), done.diagnostics)
