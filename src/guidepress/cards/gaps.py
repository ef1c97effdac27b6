"""Clozes on paper: a blank to fill in the mind on the front, the same words picked out on the back."""

from __future__ import annotations

from collections.abc import Sequence

from guidepress.book.gaps import framed
from guidepress.content import Content, Element, Gap, Node, Text
from guidepress.content.walk import elements, rewrite

# What stands in the only blank of a card; where there are several they are numbered.
BLANK = "?"


def blank(text: Content) -> Content:
    """A blank in the place of each hidden text, with the author's hint beside it."""
    several = len({one.number for one in elements(text.nodes) if isinstance(one, Gap)}) > 1

    def label(gap: Gap) -> str:
        return str(gap.number) if several else BLANK

    def visit(old: Element, new: Element) -> Element | Sequence[Node]:
        if not isinstance(old, Gap):
            return new
        hole = Element("span", {"class": "blank"}, (Text(label(old)),))
        if not old.hint:
            return hole
        clue = Element("span", {"class": "clue"}, (Text(f"({old.hint})"),))
        return (hole, Text("\u00a0"), clue)

    return Content(rewrite(framed(text, lambda _, gap: f"\\,{label(gap)}\\,").nodes, visit))


def reveal(text: Content) -> Content:
    """What was hidden, picked out."""

    def visit(old: Element, new: Element) -> Element:
        if not isinstance(old, Gap):
            return new
        return Element("mark", {"class": "gap"}, new.children)

    return Content(rewrite(framed(text, lambda hidden, _: hidden).nodes, visit))
