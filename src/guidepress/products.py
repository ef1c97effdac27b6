"""The products that a guide can be pressed into. A new one is a folder and a line here."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from graphlib import TopologicalSorter
from pkgutil import resolve_name
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from guidepress.product import Product

# In the order in which they are pressed and listed. By name, so that the command line can offer them without loading
# any, and a build loads only what it presses.
PRODUCTS: dict[str, str] = {
    "handbook": "guidepress.handbook.product:HandbookProduct",
    "deck": "guidepress.deck.product:DeckProduct",
    "cards": "guidepress.cards.product:CardsProduct",
    "web": "guidepress.web.product:WebProduct",
    "epub": "guidepress.web.product:EpubProduct",
}
# What a worker of a build runs.
WORK = ("guidepress.pdf.warming", "guidepress.handbook.proof", "guidepress.cards.setting")
# Where a product that cites the handbook takes its page numbers from, where the handbook itself is not wanted: it is
# laid out for them, an earlier build knows them, or there are none.
Pages = Literal["fresh", "cached", "none"]

# What of a product can be checked without a page: by `guidepress check`, and by a build before it lays one out. Each
# is called with the guide, its book and its layout, and gives the problems.
CHECKS: dict[str, str] = {
    "handbook": "guidepress.handbook.settled:check",
    "cards": "guidepress.cards.settled:check",
}

# What of a product can be begun as soon as there is a book, before it is known that nothing stops the build: each is
# called with the book, its layout, the workers and the cache, and leaves work to them that `press` will want.
AHEAD: dict[str, str] = {"handbook": "guidepress.handbook.ahead:begin"}


def load(name: str) -> Product:
    """The product of that name."""
    product: Product = resolve_name(PRODUCTS[name])()
    return product


def leave(wanted: Iterable[str], file: str) -> bool:
    """Whether one of the wanted products may leave a file of this name."""
    from guidepress.product import may_leave

    return any(may_leave(file, load(name).files) for name in wanted)


def in_order(wanted: Iterable[str], given: Collection[str] = ()) -> list[Product]:
    """The wanted products and all that they need but for what is `given`, each after what it needs.

    Raises ValueError on a circle.
    """
    found: dict[str, Product] = {}
    waiting = list(wanted)
    while waiting:
        if (name := waiting.pop(0)) not in found and name not in given:
            found[name] = load(name)
            waiting += found[name].needs
    order = TopologicalSorter({name: product.needs for name, product in found.items()})
    return [found[name] for name in order.static_order() if name in found]
