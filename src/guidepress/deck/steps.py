"""Ordered lists as cards: one gap for each step, so that every step is asked with the others in view."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from msgspec.structs import replace as changed

from guidepress.book.model import Card
from guidepress.content import Content, Gap, Node, Text


def as_cloze(card: Card) -> Card | None:
    """A basic card whose answer is a numbered list as a cloze card; None if the answer is anything else."""
    marker = _Marker()
    marked = marker.nodes(card.back.nodes)
    if marker.steps < 2:
        return None
    text = Content((*card.front.nodes, Text("\n"), *marked))
    return replace(card, kind="cloze", text=text, front=Content(), back=Content())


class _Marker:
    """Makes a gap of each item of the outermost numbered lists; `steps` counts them."""

    def __init__(self) -> None:
        self.steps = 0

    def nodes(self, nodes: Sequence[Node]) -> tuple[Node, ...]:
        """The nodes with gaps."""
        return tuple(self._node(node) for node in nodes)

    def _node(self, node: Node) -> Node:
        if isinstance(node, Text) or node.name == "ul":
            return node
        if node.name == "ol":
            return changed(node, children=tuple(map(self._item, node.children)))
        return changed(node, children=self.nodes(node.children))

    def _item(self, node: Node) -> Node:
        if isinstance(node, Text) or node.name != "li":
            return node
        self.steps += 1
        return changed(node, children=(Gap("mark", {}, node.children, number=self.steps),))
