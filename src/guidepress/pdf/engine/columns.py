"""Columns that were tried and are right are not laid out again, nor tried where nothing else can come out.

WeasyPrint 70 lays out the columns of a page to see how much they hold, and then all of them once more, for good. Where
more follows on the next page, as on all pages of a glossary but the last, the second time gives what the first did,
each column moved to its place.

Where all fits, it looks for the height at which columns end level: it begins with the mean, and adds a pixel at a time
where what comes next has some room but not enough, such as a question that is kept whole. How much it wants is known
from when it all stood in one column. So a column is tried once in a height that nearly is enough: what does not come
into it there does not at any height between, and these need no trial.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from math import isfinite
from typing import Any, NamedTuple

from weasyprint.layout.block import block_level_page_break, remove_placeholders

Layout = Callable[..., Any]
# So many trials are remembered: more columns than a page has, each with a look at what comes next.
_KEPT = 16
# Nearly enough is so many px less: borders at the foot of a block may stand lower. A trial ahead has to save so many.
_LESS, _WORTH = 1.5, 2.0


class _Asked(NamedTuple):
    """What is asked for of a column, but for its height: boxes are themselves, not what they are equal to."""

    context: Any
    first: Any
    page_is_empty: bool
    page: int
    page_bottom: float
    skip_stack: str
    top: float
    width: float

    def same(self, other: _Asked, *, empty: bool = True) -> bool:
        """Whether it is the same; without `empty`, but for whether something stands above it on the page."""
        if self.first is not other.first or self.context is not other.context:
            return False
        return self[3:] == other[3:] and (not empty or self.page_is_empty == other.page_is_empty)


class _Stood(NamedTuple):
    """Where the border of a block began and ended, in px from the top of the page."""

    column: Any
    top: float
    bottom: float


@dataclass(slots=True)
class _Trial:
    """A column that was laid out with some space below it in px, and what came out: no box where nothing had room.

    It begins with a child, or inside it. The same comes out with less space, down to `lowest`. `ahead` is false where a
    trial ahead came out otherwise.
    """

    asked: _Asked
    children: Sequence[Any]
    begin: tuple[int, Any]
    bottom_space: float
    left: float
    result: Any
    lowest: float
    ahead: bool = True


class Columns:
    """Stands in for WeasyPrint's layout of a block, of which a column is one kind."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._trials: list[_Trial] = []
        # Of the children of columns, the first of which is this: where one stood whole.
        self._first: Any = None
        self._stood: dict[int, _Stood] = {}

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
        adjoining_margins: list[Any] | None = None,
        *others: Any,
        **named: Any,
    ) -> Any:
        """Lay out a block, or take what came out before."""

        def laid_out(space: float) -> tuple[Any, bool]:
            """What comes out, and whether that is all."""
            before = _surroundings(context, absolute_boxes, fixed_boxes)
            result = self._layout(
                context, box, space, skip_stack, containing_block, page_is_empty,
                absolute_boxes, fixed_boxes, adjoining_margins, *others, **named,
            )  # fmt: skip
            after = _surroundings(context, absolute_boxes, fixed_boxes)
            return result, after == before

        if not box.is_column or not box.children:
            return laid_out(bottom_space)[0]
        asked = _Asked(
            context, box.children[0], page_is_empty, context.current_page, context.page_bottom,
            repr(skip_stack), box.position_y, box.width,
        )  # fmt: skip
        for trial in self._trials:
            of_height = trial.bottom_space == bottom_space
            if of_height and trial.asked.same(asked, empty=not _breaks_freely(trial)):
                return self._taken(trial, box, adjoining_margins)
        known = [trial for trial in self._trials if trial.asked.same(asked)]
        # Columns that are to stay have no margins, those that are tried have none yet.
        tried = adjoining_margins is not None and isfinite(bottom_space)
        if tried and (like := self._nearly(known, bottom_space, laid_out)) is not None:
            return like.result
        result, alone = laid_out(bottom_space)
        if alone:
            ahead = all(trial.ahead for trial in known)
            self._trials.append(
                _Trial(
                    asked, box.children, _place(skip_stack, (0, None)),
                    bottom_space, box.position_x, result, bottom_space, ahead,
                )
            )  # fmt: skip
            del self._trials[:-_KEPT]
            if isfinite(bottom_space) and result[0] is not None:
                self._measure(box, skip_stack, result)
        return result

    def _taken(self, trial: _Trial, box: Any, adjoining_margins: list[Any] | None) -> Any:
        """What came out of a trial, for another one or for good."""
        if adjoining_margins is None:
            self._trials.remove(trial)
            if trial.result[0] is not None:
                trial.result[0].translate(box.position_x - trial.left)
        return trial.result

    def _nearly(
        self,
        known: list[_Trial],
        bottom_space: float,
        laid_out: Callable[[float], tuple[Any, bool]],
    ) -> _Trial | None:
        """The trial of a lower column of which is known that this one comes out like it."""
        lower = [trial for trial in known if bottom_space < trial.bottom_space < float("inf")]
        if not lower:
            return None
        trial = min(lower, key=lambda one: one.bottom_space)
        if trial.lowest <= bottom_space:
            return trial
        lowest = self._lowest(trial, bottom_space) if trial.ahead else None
        if lowest is None:
            return None
        result, alone = laid_out(lowest)
        if result[0] is not None:
            # As WeasyPrint does with a trial.
            remove_placeholders(trial.asked.context, [result[0]], [], [])
        nothing = (result[0] is None, trial.result[0] is None)
        trial.ahead = alone and result[1] == trial.result[1] and len(set(nothing)) == 1
        if not trial.ahead:
            return None
        trial.lowest = lowest
        return trial

    def _lowest(self, trial: _Trial, bottom_space: float) -> float | None:
        """The space below a column, in px, with which what comes next hardly lacks room; None if that is unknown."""
        column, resume_at = trial.result[0], trial.result[1]
        end, rest = trial.begin if column is None else _place(resume_at, (0, True))
        if rest is not None or self._first is not trial.asked.first:
            return None
        bottom = trial.asked.top if column is None else _bottom(column.children[-1])
        before = None if column is None else self._stood.get(end - 1)
        for index in count(end):
            if (stood := self._stood.get(index)) is None:
                return None
            # At the head of a column the white above it is not there.
            together = before is not None and before.column is stood.column
            bottom += stood.bottom - (before.bottom if before and together else stood.top)
            lowest = trial.asked.page_bottom - (bottom - _LESS)
            # If there is room for it, it has to stay with the next.
            if lowest < bottom_space:
                return float(lowest) if lowest <= bottom_space - _WORTH else None
            before = stood
        return None

    def _measure(self, box: Any, skip_stack: Any, result: Any) -> None:
        """Note where children stand whole in a column."""
        if self._first is not box.children[0]:
            self._first, self._stood = box.children[0], {}
        column, resume_at = result[0], result[1]
        begin, part = _place(skip_stack, (0, None))
        end, rest = _place(resume_at, (len(box.children), None))
        # Unless something was repeated above them, or stands elsewhere.
        if len(column.children) == end - begin + (rest is not None):
            for index, child in enumerate(column.children[: end - begin], begin):
                if (part is None or index > begin) and child.is_in_normal_flow():
                    # In the first trial most stand below each other.
                    stood = _Stood(column, child.border_box_y(), _bottom(child))
                    self._stood.setdefault(index, stood)


def _breaks_freely(trial: _Trial) -> bool:
    """Whether a column ends between blocks that may be parted: then it ends there on a page with text above it, too,
    where what may not be parted would move to the next page.
    """
    column, (end, rest) = trial.result[0], _place(trial.result[1], (0, True))
    # With one block it may be that no room was left for it.
    if rest is not None or column is None or end - trial.begin[0] < 2:
        return False
    return bool(block_level_page_break(column.children[-1], trial.children[end]) == "auto")


def _place(stack: Mapping[int, Any] | None, otherwise: tuple[int, Any]) -> tuple[int, Any]:
    """The child that a column begins or ends with, and where in it."""
    return otherwise if stack is None else next(iter(stack.items()))


def _bottom(box: Any) -> float:
    """Where the border of a block ends, in px from the top of the page."""
    return float(box.border_box_y() + box.border_height())


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
