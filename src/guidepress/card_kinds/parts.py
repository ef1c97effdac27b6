"""What the kinds ask of a part of a card: whether it says anything, its words, its gaps, its steps."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from guidepress.content import Content, Element, Formula, Gap, Node, NoteCall, RecordBlock, Text
from guidepress.content.walk import elements, line

_MEDIA = ("img", "audio", "video", "svg")


def says_nothing(nodes: Sequence[Node]) -> bool:
    """Whether a part of a card shows neither words nor a picture. No card has room for a block of records."""
    return not line(nodes, _is_aside) and next(elements(nodes, *_MEDIA), None) is None


def gaps(part: Content) -> tuple[Gap, ...]:
    """The gaps of a text, in order."""
    return tuple(one for one in elements(part.nodes) if isinstance(one, Gap))


def has_formula(nodes: Sequence[Node]) -> bool:
    """Whether a formula stands in a part."""
    return any(isinstance(one, Formula) for one in elements(nodes))


def with_steps(answer: Content) -> tuple[tuple[Node, ...], int]:
    """An answer with each item of its outermost numbered lists as a gap, and how many there are."""
    marker = _Marker()
    return marker.nodes(answer.nodes), marker.steps


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
            return replace(node, children=tuple(map(self._item, node.children)))
        return replace(node, children=self.nodes(node.children))

    def _item(self, node: Node) -> Node:
        if isinstance(node, Text) or node.name != "li":
            return node
        self.steps += 1
        return replace(node, children=(Gap("mark", {}, node.children, number=self.steps),))


def _is_aside(element: Element) -> bool:
    return isinstance(element, (NoteCall, RecordBlock))
