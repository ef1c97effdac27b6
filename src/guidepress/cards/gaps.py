"""Clozes on paper: a blank to fill in the mind on the front, the same words picked out on the back."""

from __future__ import annotations

from collections.abc import Iterator

from lxml.html import HtmlElement, builder

from guidepress.book import formulas
from guidepress.book.tree import elements, has_class

# What stands in the only blank of a card; where there are several they are numbered.
BLANK = "?"


def blank(root: HtmlElement) -> None:
    """Put a blank in the place of each hidden text, with the author's hint beside it."""
    marks = list(_marks(root))
    several = len({_number(mark) for mark in marks}) > 1
    formulas.blank(root, lambda mark: f"\\,{_number(mark) if several else BLANK}\\,")
    for mark in marks:
        if mark.getparent() is None:
            continue  # it lay inside another one, or in a formula
        hole = builder.SPAN({"class": "blank"}, _number(mark) if several else BLANK)
        hint = mark.get("data-hint")
        if not hint:
            _replace(mark, hole)
            continue
        hole.tail = "\u00a0"
        _replace(mark, hole, builder.SPAN({"class": "clue"}, f"({hint})"))


def reveal(root: HtmlElement) -> None:
    """Pick out what was hidden."""
    formulas.reveal(root)
    for mark in _marks(root):
        mark.set("class", "gap")


def _marks(root: HtmlElement) -> Iterator[HtmlElement]:
    return (mark for mark in list(elements(root, "mark")) if has_class(mark, "cloze"))


def _number(mark: HtmlElement) -> str:
    return mark.get("data-cloze") or "1"


def _replace(old: HtmlElement, *new: HtmlElement) -> None:
    parent = old.getparent()
    assert parent is not None
    new[-1].tail = old.tail
    at = parent.index(old)
    parent[at : at + 1] = new
