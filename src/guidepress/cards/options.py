"""What the author asks for: the paper, how it is printed, and which cards."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from guidepress.book.model import SheetOptions
from guidepress.cards.imposition import Flip, Order
from guidepress.diagnostics import Span

# One length for both directions, or one across (width, left and right) and one down (height, top and bottom).
Lengths = str | tuple[str, str]


@dataclass(frozen=True, slots=True)
class Selection:
    """Which cards are printed: those that fulfil every condition given, all of them without any.

    `parts` and `chapters` are ids, `tags` the author's; a card needs one of each that is given. `ids` are
    the cards that are new in an edition; that there are none to print is then no error.
    """

    parts: tuple[str, ...] = ()
    chapters: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    ids: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class CardsOptions:
    """How cards are printed; lengths as authors write them ("6mm", "0.25in"), empty where there are defaults.

    `sheet` is a name of `stock.SHEETS` or `stock.PERFORATED`, `card` (one card a page), or width and height;
    `card` a name of `stock.CARDS`, or width and height. Without a `flip` sheets are turned about their long edge,
    as duplex printers do by default, and single cards so that the backs stand upright. `offset` moves
    the backs to the right and down. `guides` are a card on learning and dividers, in places that would stay empty.
    `span` is where the author says so.
    """

    sheet: str | tuple[str, str] = "A4"
    card: str | tuple[str, str] = ""
    gutter: Lengths = ""
    margin: Lengths = ""
    bleed: str = ""
    safe: str = ""
    flip: Flip | Literal[""] = ""
    order: Order = "stack"
    offset: tuple[str, str] = ("0", "0")
    ticks: bool = True
    guides: bool = True
    selection: Selection = field(default_factory=Selection)
    span: Span | None = None


def options_of(sheets: SheetOptions, new: frozenset[str] | None = None) -> CardsOptions:
    """What a book wishes of its sheets. `new` are the cards that are new in its edition."""
    return CardsOptions(
        sheet=sheets.sheet,
        card=sheets.card,
        gutter=sheets.gutter,
        margin=sheets.margin,
        bleed=sheets.bleed,
        safe=sheets.safe,
        flip=sheets.flip,
        order=sheets.order,
        offset=sheets.offset,
        ticks=sheets.ticks,
        guides=sheets.guides,
        selection=Selection(
            sheets.parts, sheets.chapters, sheets.tags, new if sheets.news else None
        ),
        span=sheets.span,
    )
