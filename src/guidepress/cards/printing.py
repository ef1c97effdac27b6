"""What a printer gets beside the sheets: each side of a card on a page of its own, PDF/X-4."""

from __future__ import annotations

from dataclasses import dataclass, replace

from guidepress.book.dates import release_epoch
from guidepress.cards.appearance import card_colours
from guidepress.cards.format import BLEED, card_format
from guidepress.cards.options import CardsOptions
from guidepress.cards.press import metadata, press
from guidepress.cards.stock import SINGLE
from guidepress.diagnostics import Diagnosed
from guidepress.layouts.pressing import job, pressed
from guidepress.layouts.words import layout_words
from guidepress.lengths import millimetres
from guidepress.pdf.printing.document import dated
from guidepress.product import Order


@dataclass(frozen=True, slots=True)
class Printed:
    """The PDF for a printer, and how many pages it has: two a card."""

    pdf: bytes
    pages: int


def singles(options: CardsOptions) -> Diagnosed[CardsOptions]:
    """The same cards one a page, as large as on the sheets, with a bleed."""
    form = card_format(options)
    if form.value is None:
        return Diagnosed(None, form.diagnostics)
    size = form.value.card
    return Diagnosed(
        replace(
            options,
            sheet=SINGLE,
            card=(f"{size.width:g}mm", f"{size.height:g}mm"),
            gutter="",
            margin="",
            bleed=options.bleed or f"{BLEED:g}mm",
            flip="",
            offset=("0", "0"),
            ticks=False,
        )
    )


def for_printer(order: Order, options: CardsOptions) -> Diagnosed[Printed]:
    """The cards for a printer, None where there are none to print.

    Problems: those of `card_format`, of `press`, and of `layouts.pressing`.
    """
    book = order.book
    single, colours = singles(options), card_colours(order.layout, book.brand)
    if single.value is None or colours.value is None:
        return Diagnosed(None, (*single.diagnostics, *colours.diagnostics))
    bleed = millimetres(single.value.bleed)
    ready = job(book, book.sheets.press, colours.value.named, bleed)
    if ready.value is None:
        return Diagnosed(None, ready.diagnostics)
    made = press(
        book,
        order.layout,
        folios=order.pressed["handbook"].folios,
        options=single.value,
        workers=order.workers,
        cache=order.cache,
        progress=order.progress,
    )
    if made.value is None or made.failed:
        return Diagnosed(None, made.diagnostics)
    words = layout_words(order.layout, book.language, book.brand.words)
    about = dated(metadata(book, words), release_epoch(book.date))
    span = book.sheets.press.span if book.sheets.press else None
    done = pressed(made.value.pdf, ready.value.in_colour(), about, 0, "the cards", span)
    value = None if done.value is None else Printed(done.value, made.value.pages)
    return Diagnosed(value, (*made.diagnostics, *done.diagnostics))
