"""Which figures stand overleaf: neither on the page of the text that names them nor on the one facing it.

A figure that does not fit below its text moves on (`deferring`), to the back of the sheet where that text is on a
right-hand page. Whoever reads it then turns the page to see what it is about, and back. Only books printed on both
sides have spreads: in these, `main` is of the class `spreads`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from weasyprint.layout.absolute import AbsolutePlaceholder

from guidepress.pdf.engine.deferring import classes

CLASS = "spreads"
# So many pages before a figure a reference to it leads on to it; those further away look back, or far ahead.
AHEAD = 2


class Shown(NamedTuple):
    """The ids of the `figures` that a page shows, and of those that its text refers to; whether it is a right-hand
    page, or in a book from right to left a left-hand one.
    """

    figures: tuple[str, ...]
    named: frozenset[str]
    recto: bool


def shown(page: Any) -> Shown:
    """The figures that a page shows and names; none where it is not one of a book with spreads."""
    main = main_of(page)
    figures: list[str] = []
    named: set[str] = set()
    if main is None or CLASS not in classes(main):
        return Shown((), frozenset(), True)
    for box in main.children:
        element = box.element
        if element is None:
            continue
        if element.tag == "figure" and element.get("id"):
            figures.append(element.get("id"))
        elif any(_is_reference(link) for link in element.iter("a")):
            named.update(_named(box))
    forwards = main.style["direction"] == "ltr"
    return Shown(
        tuple(figures), frozenset(named), page.page_type.side == ("right" if forwards else "left")
    )


def overleaf(pages: Sequence[Shown], *, turned: bool = False, goes_on: bool = False) -> int:
    """How many figures of some pages stand overleaf; or would, if the first page were on the other side (`turned`).

    While a document still `goes_on`, the page that will face the last one may name what is on that.
    """
    found = 0
    seen: set[str] = set()
    for number, page in enumerate(pages):
        facing = number - 1 if page.recto != turned else number + 1
        for figure in page.figures:
            # A table that is broken is looked for where it begins.
            if figure in seen or (goes_on and facing == len(pages)):
                continue
            seen.add(figure)
            naming = [at for at, other in enumerate(pages) if figure in other.named]
            in_view = any(at in (number, facing) for at in naming)
            found += not in_view and any(0 < number - at <= AHEAD for at in naming)
    return found


def main_of(page: Any) -> Any:
    """The text of a page; None where there is none."""
    waiting = list(page.children)
    while waiting:
        one = waiting.pop()
        box = one._box if isinstance(one, AbsolutePlaceholder) else one
        if box.element_tag == "main":
            return box
        waiting += getattr(box, "children", ())
    return None


def _is_reference(element: Any) -> bool:
    return "ref" in (element.get("class") or "").split()


def _named(box: Any) -> Iterator[str]:
    """The ids that references in a block lead to, as far as they stand on its page."""
    for one in box.descendants():
        element = one.element
        if element is not None and element.tag == "a" and _is_reference(element):
            yield (element.get("href") or "").removeprefix("#")
