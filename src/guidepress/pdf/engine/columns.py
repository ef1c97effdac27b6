"""Columns that were tried and are right are not laid out again.

WeasyPrint 70 lays out the columns of a page to see how much they hold, and then all of them once more, for good. Where
more follows on the next page, as on all pages of a glossary but the last, the second time gives what the first did,
each column moved to its place.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Layout = Callable[..., Any]
# So many trials are remembered: more columns than a page has.
_KEPT = 12


@dataclass(frozen=True, slots=True)
class _Trial:
    """A column that was laid out: what was asked for, by identity where it is a box, and what came out."""

    context: Any
    first: Any
    asked: tuple[object, ...]
    left: float
    result: Any


class Columns:
    """Stands in for WeasyPrint's layout of a block, of which a column is one kind."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._trials: list[_Trial] = []

    def layout(
        self,
        context: Any,
        box: Any,
        bottom_space: float,
        skip_stack: Any,
        containing_block: Any,
        page_is_empty: bool,
        absolute_boxes: list[Any],
        fixed_boxes: list[Any],
        *others: Any,
        **named: Any,
    ) -> Any:
        """Lay out a block, or take what came out before."""

        def laid_out() -> Any:
            return self._layout(
                context, box, bottom_space, skip_stack, containing_block, page_is_empty,
                absolute_boxes, fixed_boxes, *others, **named,
            )  # fmt: skip

        if not box.is_column or not box.children:
            return laid_out()
        first = box.children[0]
        asked = (
            context.current_page, context.page_bottom, bottom_space, repr(skip_stack),
            page_is_empty, box.position_y, box.width,
        )  # fmt: skip
        for trial in self._trials:
            if trial.first is first and trial.context is context and trial.asked == asked:
                self._trials.remove(trial)
                new = trial.result[0]
                new.translate(box.position_x - trial.left)
                return trial.result
        before = _surroundings(context, absolute_boxes, fixed_boxes)
        result = laid_out()
        if result[0] is not None and _surroundings(context, absolute_boxes, fixed_boxes) == before:
            self._trials.append(_Trial(context, first, asked, box.position_x, result))
            del self._trials[:-_KEPT]
        return result


def _surroundings(context: Any, absolute_boxes: list[Any], fixed_boxes: list[Any]) -> object:
    """What a column may leave behind besides its boxes: footnotes, what is placed elsewhere, what goes on later."""
    return (
        len(absolute_boxes),
        len(fixed_boxes),
        len(context.footnotes),
        len(context.current_page_footnotes),
        len(context.reported_footnotes),
        len(context.broken_out_of_flow),
        len(context.excluded_shapes),
        sum(map(len, context.running_elements.values())),
    )
