"""Cards on paper as a product of a build."""

from __future__ import annotations

from guidepress.diagnostics import Diagnosed, ordered
from guidepress.product import File, Order, Pressed

PRESS = "cards-press.pdf"


class CardsProduct:
    """`cards.pdf`, and `cards-press.pdf` for a printer; none where the book has no cards to print."""

    name = "cards"
    files = ("cards.pdf", PRESS)
    needs = ("handbook",)

    def press(self, order: Order) -> Diagnosed[Pressed]:
        """Set the cards and impose them on sheets."""
        if not order.book.cards:
            return Diagnosed(Pressed())
        # Not above: there are guides without a card.
        from guidepress.cards.options import options_of
        from guidepress.cards.press import press

        options = options_of(order.book.sheets, order.release.news.cards)
        done = press(
            order.book,
            order.layout,
            folios=order.pressed["handbook"].folios,
            options=options,
            workers=order.workers,
            cache=order.cache,
            progress=order.progress,
        )
        if (sheets := done.value) is None:
            # Without an error there was nothing to print, as where nothing is new.
            return Diagnosed(None if done.failed else Pressed(), done.diagnostics)
        file = File("cards.pdf", sheets.pdf, {"cards": sheets.cards, "sheets": sheets.sheets})
        if order.book.sheets.press is None or done.failed:
            return Diagnosed(Pressed((file,)), done.diagnostics)
        from guidepress.cards.printing import for_printer

        printed = for_printer(order, options)
        problems = ordered({*done.diagnostics, *printed.diagnostics})
        if printed.value is None:
            return Diagnosed(Pressed((file,)), problems)
        more = File(PRESS, printed.value.pdf, {"pages": printed.value.pages})
        return Diagnosed(Pressed((file, more)), problems)
