"""A list that is recalled item by item, each with the items before it in view: `/// overlapping | Question`.

Anki calls this an overlapping cloze. Each item is a gap, so each has a number of its own that deck.lock keeps. What
stands below the asked item is out of view on both sides, by the style sheet: the gaps are neighbours in one element,
and those after the one that a card asks are not shown.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import ClassVar

from guidepress.book.model import Card
from guidepress.card_kinds import cloze
from guidepress.card_kinds.kind import CardKind, Fault
from guidepress.card_kinds.parts import says_nothing
from guidepress.content import EMPTY, Content, Element, Gap, Node, Text
from guidepress.content.walk import trimmed

FEWEST = 2
# The class of what holds the gaps; the kind that it is asked as.
CLASS = "overlapping"
GAPPED = cloze.KIND.name


class Overlapping(CardKind):
    """A list, of which each item is asked after those before it."""

    name = "overlapping"
    about = "A list in its order: each item is a card, which shows those before it."
    written = "`/// overlapping` over a list"
    anki = "one for each item"
    paper = "the question; the whole list"
    block = "overlapping"
    argument = "front"
    content = "back"
    # Nobody recalls the list at once: what an item may be long is said by a rule of its own.
    explains: ClassVar[bool] = True

    def faults(self, card: Card) -> Iterator[Fault]:
        """There may be no question, or no list."""
        if says_nothing(card.front.nodes):
            hint = f"write it behind a bar: `/// {self.block} | Which steps …?`"
            yield Fault("card-empty", "this card has no question", (hint,))
        found = items(card)
        if len(found) < FEWEST:
            hint = "write below the header one list of two items or more, in their order"
            yield Fault("card-overlapping", f"card `{card.id}`: there is no list to recall", (hint,))  # fmt: skip
        elif any(says_nothing(one) for one in found):
            yield Fault("card-overlapping", f"card `{card.id}`: an item of the list says nothing")

    def question(self, card: Card) -> Content:
        """The question, and what stands above the list."""
        before, _, _ = _split(card)
        return Content((*card.front.nodes, Text("\n"), *before)) if before else card.front

    def answer(self, card: Card) -> Content:
        """The list by numbers, and what stands below it."""
        _, found, after = _split(card)
        made = Element("ol", {}, tuple(Element("li", {}, one) for one in found))
        return Content((made, *after))

    def settled(self, card: Card) -> Card:
        """The question, and a gap for each item."""
        found = items(card)
        if len(found) < FEWEST:
            return card
        gaps = [Gap("mark", {}, one, number=number) for number, one in enumerate(found, 1)]
        listed = Element("div", {"class": CLASS}, tuple(gaps))
        return replace(card, text=Content((*self.question(card).nodes, Text("\n"), listed)))

    def asked(self, card: Card) -> Card:
        """The text with gaps, and what stands below the list as an explanation."""
        if not card.text:
            return card
        _, _, after = _split(card)
        extra = Content((*after, *card.extra.nodes)) if after else card.extra
        return replace(card, kind=GAPPED, extra=extra, front=EMPTY, back=EMPTY, reverse=False)


def items(card: Card) -> list[tuple[Node, ...]]:
    """The items of the list, each as its nodes."""
    return _split(card)[1]


def _split(card: Card) -> tuple[tuple[Node, ...], list[tuple[Node, ...]], tuple[Node, ...]]:
    """What stands above the first list, its items, and what stands below it."""
    nodes = card.back.nodes
    for at, node in enumerate(nodes):
        if isinstance(node, Element) and node.name in ("ol", "ul"):
            found = [_inside(one) for one in node.children if _is_item(one)]
            return trimmed(nodes[:at]), found, trimmed(nodes[at + 1 :])
    return tuple(nodes), [], ()


def _inside(item: Node) -> tuple[Node, ...]:
    assert isinstance(item, Element)
    only = trimmed(item.children)
    # A loose list has its words in paragraphs.
    if len(only) == 1 and isinstance(one := only[0], Element) and one.name == "p":
        return trimmed(one.children)
    return trimmed(only)


def _is_item(node: Node) -> bool:
    return isinstance(node, Element) and node.name == "li"


KIND = Overlapping()
