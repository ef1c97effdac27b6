"""Statements that are true or not, each with its reason: `/// statements | Which of these hold?`.

The answer is a task list, `- [x]` for what is true and `- [ ]` for what is not, with the reason of each below it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from guidepress.book.model import Card
from guidepress.card_kinds.kind import CardKind, Fault
from guidepress.card_kinds.parts import says_nothing
from guidepress.content import Content, Element, Node, Text
from guidepress.content.walk import INLINE, trimmed

FEWEST = 2
TRUE, FALSE = "\N{CHECK MARK}", "\N{BALLOT X}"


@dataclass(frozen=True, slots=True)
class _Statement:
    """A statement, whether it is true, and why."""

    words: tuple[Node, ...]
    true: bool
    reason: tuple[Node, ...]


class Statements(CardKind):
    """Statements to judge. Options without reasons would be recognised, not recalled."""

    name = "statements"
    about = "Statements to judge, each with its reason: `- [x]` is true, `- [ ]` is not."
    written = "`/// statements` over a task list"
    anki = "one"
    paper = "the question and the statements; which of them are true, and why"
    block = "statements"
    argument = "front"
    content = "back"
    explains: ClassVar[bool] = True

    def faults(self, card: Card) -> Iterator[Fault]:
        """There may be too few, or one without a reason."""
        if says_nothing(card.front.nodes):
            hint = f"write it behind a bar: `/// {self.block} | Which of these hold?`"
            yield Fault("card-empty", "this card has no question", (hint,))
        found = _statements(card)
        if len(found) < FEWEST:
            hint = "write a list of `- [x] …` and `- [ ] …`"
            yield Fault("card-statements", f"card `{card.id}`: there are no statements to judge", (hint,))  # fmt: skip
        elif any(says_nothing(one.words) or says_nothing(one.reason) for one in found):
            hint = "write below each statement, four spaces in, why it is true or not"
            yield Fault("card-statements", f"card `{card.id}`: a statement has no reason", (hint,))

    def question(self, card: Card) -> Content:
        """The question and the statements."""
        items = [_item(one.words) for one in _statements(card)]
        return Content((*card.front.nodes, Text("\n"), _list(items)))

    def answer(self, card: Card) -> Content:
        """Each statement with the sign of whether it is true, and its reason."""
        items = [
            _item((Element("strong", {}, (Text(TRUE if one.true else FALSE),)), Text(" "),
                   *one.words, Text("\n"), Element("div", {}, one.reason)))
            for one in _statements(card)
        ]  # fmt: skip
        others = [node for node in card.back.nodes if not _is_list(node)]
        return Content((_list(items), *trimmed(others)))

    def fields(self, card: Card) -> Mapping[str, Content]:
        """Both sides, as paper shows them."""
        return {"Front": self.question(card), "Back": self.answer(card)}

    def count(self, card: Card) -> int:
        """One."""
        return 1


def _list(items: Sequence[Node]) -> Element:
    return Element("ol", {"class": "statements"}, tuple(items))


def _item(nodes: Sequence[Node]) -> Node:
    return Element("li", {}, trimmed(nodes))


def _is_list(node: Node) -> bool:
    return (
        isinstance(node, Element)
        and node.name in ("ul", "ol")
        and any(
            isinstance(one, Element) and "task-list-item" in one.classes for one in node.children
        )
    )


def _statements(card: Card) -> list[_Statement]:
    return [
        _statement(item)
        for node in card.back.nodes
        if isinstance(node, Element) and _is_list(node)
        for item in node.children
        if isinstance(item, Element) and "task-list-item" in item.classes
    ]


def _statement(item: Element) -> _Statement:
    """A statement of a list, which has its reason in blocks of their own below it."""
    nodes = list(item.children)
    while nodes and isinstance(first := nodes[0], Text) and not first.text.strip():
        nodes.pop(0)
    if nodes and isinstance(first := nodes[0], Element) and first.name == "p":
        words, reason = list(first.children), nodes[1:]
    else:
        at = next((i for i, node in enumerate(nodes) if _is_block(node)), len(nodes))
        words, reason = nodes[:at], nodes[at:]
    boxes = [node for node in words if isinstance(node, Element) and node.name == "input"]
    true = any("checked" in box.attributes for box in boxes)
    shown = [node for node in words if node not in boxes]
    return _Statement(trimmed(shown), true, trimmed(reason))


def _is_block(node: Node) -> bool:
    return (
        isinstance(node, Element)
        and node.name not in INLINE
        and node.name not in ("input", "br", "img")
    )


KIND = Statements()
