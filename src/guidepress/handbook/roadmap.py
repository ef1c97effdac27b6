"""The roadmap as a graph: stages in rows by how much they need, lines between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from guidepress.book.model import Stage


@dataclass(frozen=True, slots=True)
class Node:
    """A stage in the graph: `row` counts from 0 downwards; `needs` are the numbers of earlier stages."""

    stage: Stage
    row: int
    needs: tuple[int, ...]


def roadmap_rows(stages: Sequence[Stage]) -> tuple[tuple[Node, ...], ...]:
    """The stages by depth: a stage stands one row below the deepest stage it needs.

    The author's order holds within a row. Needs that name no stage, or go in a circle, are left out
    here; the source was checked for them before.
    """
    numbers = {stage.id: stage.number for stage in stages}
    by_id = {stage.id: stage for stage in stages}
    depths: dict[str, int] = {}

    def depth(stage: Stage, above: frozenset[str]) -> int:
        if stage.id not in depths:
            needed = [by_id[n] for n in stage.needs if n in by_id and n not in above]
            depths[stage.id] = max((depth(s, above | {stage.id}) for s in needed), default=-1) + 1
        return depths[stage.id]

    nodes = [
        Node(stage, depth(stage, frozenset({stage.id})), tuple(sorted(numbers[n] for n in stage.needs if n in numbers)))
        for stage in stages
    ]
    rows = max((node.row for node in nodes), default=-1) + 1
    return tuple(tuple(node for node in nodes if node.row == row) for row in range(rows))
