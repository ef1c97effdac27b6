"""A text that announces code, a list, a table or a figure does not end its page: it moves on to what it announces.

CSS keeps an element with the next one (`break-after`) whatever that costs. A paragraph ends with a colon, or it does
not, and it moves only where the white that it leaves can be shared out on its page (`feathering`). Otherwise code that
is kept whole begins below it rather than on the next page. Of a long paragraph only the last lines move.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from guidepress.pdf.engine import feathering
from guidepress.pdf.engine.deferring import HEADINGS, Children, announces
from guidepress.pdf.engine.grid import step_of

Layout = Callable[..., Any]
# What is announced; a line with the name of a file may come first.
KINDS = frozenset({"pre", "ul", "ol", "dl", "table", "figure"})


class Keeping:
    """Stands in for WeasyPrint's layout of a block."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        # The page at hand, and what has been laid out on it, by the blocks that it is in.
        self._page: tuple[Any, int] | None = None
        self._above: dict[int, list[Any]] = {}
        # The blocks that the one at hand is in, from the outermost one on.
        self._around: list[Any] = []

    def layout(
        self,
        context: Any,
        box: Any,
        bottom_space: float,
        skip_stack: Any,
        container: Any,
        *args: Any,
        **named: Any,
    ) -> Any:
        """Lay out a block; one that announces what comes next is not parted from it where that costs little."""
        self._around.append(container)
        try:
            result = self._layout(context, box, bottom_space, skip_stack, container, *args, **named)
        finally:
            self._around.pop()
        siblings = getattr(container, "children", None)
        new, resume_at = result[:2]
        if new is None or not isinstance(siblings, Children) or not box.is_in_normal_flow():
            return result
        above = self._blocks_above(context, new, container)
        if box.element_tag != "p" or resume_at is not None or new.style["break_after"] != "auto":
            return result
        if (following := _announced(box, siblings)) is None:
            return result
        stay, top = _parted([*above, new])
        around = self._in_main(container)
        step = step_of(around[0]) if around else 0.0
        left = context.page_bottom - bottom_space - top
        stay = [*(one for outer in around[:-1] for one in self._above.get(id(outer), ())), *stay]
        page = context.style_for.initial_page_sizes["area"][1]
        most = feathering.room(stay) + feathering.LEVEL
        if step and left // step <= most and left <= feathering.MOST * page:
            new.style = new.style.copy()
            new.style["break_after"] = "avoid"
        else:
            context.announced = following
        return result

    def shared(self, context: Any, container: Any) -> float:
        """How many pixels can be shared out as white above what comes next in a container on its page."""
        around = self._in_main(container)
        if not around or self._page != (context, context.current_page):
            return 0.0
        above = [one for outer in around for one in self._above.get(id(outer), ())]
        return feathering.room(above) * step_of(around[0])

    def _blocks_above(self, context: Any, new: Any, container: Any) -> list[Any]:
        """What has been laid out above a block in its container on its page, and note the block."""
        page = context, context.current_page
        if page != self._page:
            self._page, self._above = page, {}
        noted = self._above.setdefault(id(container), [])
        # What is laid out again, or gave up its place.
        while noted and noted[-1].position_y >= new.position_y:
            noted.pop()
        above = list(noted)
        noted.append(new)
        return above

    def _in_main(self, container: Any) -> list[Any]:
        """The blocks that are laid out around a block, from the `main` that it is in down to its container."""
        around = [*self._around, container]
        mains = [at for at, one in enumerate(around) if one.element_tag == "main"]
        return around[mains[-1] :] if mains else []


def _announced(box: Any, siblings: Children) -> Any:
    """The block that a text speaks of, where it is of a kind that follows on it."""
    if not announces(box):
        return None
    at = next(n for n, one in enumerate(list(siblings)) if one is box) + 1
    for following in siblings.ahead(at):
        if following.element_tag != "p" or not announces(following):
            return following if following.element_tag in KINDS else None
    return None


def _parted(blocks: list[Any]) -> tuple[list[Any], float]:
    """The blocks that stay where the last one moves on to what it announces, and the place below them.

    Of a text of enough lines only the last ones move; headings go along.
    """
    *stay, new = blocks
    lines = new.children
    orphans, widows = new.style["orphans"], new.style["widows"]
    if len(lines) >= orphans + widows:
        return blocks, float(lines[-widows].position_y)
    while stay and stay[-1].element_tag in HEADINGS:
        stay.pop()
    if not stay:
        return stay, float(blocks[0].position_y)
    return stay, float(stay[-1].border_box_y() + stay[-1].border_height())
