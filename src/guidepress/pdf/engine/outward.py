"""The notes column stands on the outer side of every page, right or left.

Text and notes are laid out alike on all pages, as on those whose outer side is where the padding of `main` is. On the
others a finished page is mirrored: its text moves over by the padding, what spans text and notes stays, and a note
goes to the other edge. The insides of what moves are as they were. CSS gives an element no margin by the side of the
page that it falls on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from weasyprint.formatting_structure import boxes
from weasyprint.layout.absolute import AbsolutePlaceholder

# The class of a `main` whose padding is the notes column, in books that are printed on both sides.
CLASS = "outer"
# The class of a note, and how many lines of its text stand on its page at least.
NOTE = "margin"
TOGETHER = 2
# Pixels by which rounding lets a box reach out of the text.
SLACK = 0.5
_ENDLESS = 1e6


class _Column(NamedTuple):
    """The notes column of a `main`: where the text ends that it stands beside, how wide it is with the gap, and to
    which side it lies: 1 to the right, -1 to the left. Pixels.
    """

    start: float
    text: float
    width: float
    side: int


class Outward:
    """Stands in for the making of a page. `shifts` has, by page, how far to the right it is moved as a whole where it
    comes to stand on the other side; None where its parts move apart.
    """

    def __init__(self) -> None:
        self.shifts: dict[int, float | None] = {}

    def made(self, make_page: Callable[..., Any]) -> Callable[..., Any]:
        """WeasyPrint's function that makes a page, mirrored where the notes would be at the spine."""

        def make(*args: Any) -> Any:
            page, *others = make_page(*args)
            self._mirror(page)
            return page, *others

        return make

    def shift(self, page: Any) -> float | None:
        """How far the content of a page moves on the other side, besides its margins; None where it is not as one."""
        return self.shifts.get(id(page), 0.0)

    def _mirror(self, page: Any) -> None:
        mains = [(main, _column(main)) for main in _mains(page.children[0])]
        columns = {(column.side, round(column.width, 3)) for _, column in mains if column}
        if not columns:
            return
        side, width = next(iter(columns))
        parts = [child for main, _ in mains for child in _boxes(main)]
        whole = len(columns) == 1 and all(column for _, column in mains)
        whole = whole and not any(
            _reaches(child, column) for main, column in mains if column for child in _boxes(main)
        )
        inward = page.page_type.side == ("left" if side > 0 else "right")
        moves = side * width
        self.shifts[id(page)] = (-moves if inward else moves) if whole and parts else None
        if not inward:
            return
        for main, column in mains:
            if column:
                for child in main.children:
                    _move(child, column)
        for area in page.children[1:]:
            area.translate(dx=moves)


def whole(float_layout: Callable[..., Any]) -> Callable[..., Any]:
    """WeasyPrint's function, which breaks no note over pages, and takes none for one that fits without its text."""

    def layout(
        context: Any,
        box: Any,
        container: Any,
        absolute_boxes: Any,
        fixed_boxes: Any,
        bottom_space: float,
        skip_stack: Any,
    ) -> Any:
        rest = (absolute_boxes, fixed_boxes)
        if not _is_note(box):
            return float_layout(context, box, container, *rest, bottom_space, skip_stack)
        new, resume_at = float_layout(context, box, container, *rest, -_ENDLESS, skip_stack)
        line = container.style["line_height"]
        if getattr(line, "unit", "") == "px":
            new.height = max(new.height, TOGETHER * float(line.value))
        return new, resume_at

    return layout


def _is_note(box: Any) -> bool:
    element = box.element
    return (
        box.element_tag == "aside"
        and element is not None
        and NOTE in (element.get("class") or "").split()
    )


def _mains(box: Any) -> Iterator[Any]:
    for child in box.children:
        if child.element_tag == "main":
            yield child
        elif child.element_tag == "body":
            yield from _mains(child)


def _column(main: Any) -> _Column | None:
    """The notes column beside a `main`; None where it has none."""
    element = main.element
    if element is None or CLASS not in (element.get("class") or "").split():
        return None
    left, right = main.padding_left, main.padding_right
    start = main.content_box_x()
    if right > left:
        return _Column(start, main.width, right, 1)
    return _Column(-(start + main.width), main.width, left, -1) if left > right else None


def _extent(box: Any, column: _Column) -> tuple[float, float]:
    """From where to where a box reaches, the notes column lying at the end."""
    left = box.border_box_x()
    right = left + box.border_width()
    return (left, right) if column.side > 0 else (-right, -left)


def _boxes(box: Any) -> Iterator[Any]:
    """The blocks in a block; those that are placed by themselves have a place only if they are laid out."""
    for child in getattr(box, "children", ()):
        if isinstance(child, boxes.BlockLevelBox) and not isinstance(child, AbsolutePlaceholder):
            yield child


def _reaches(box: Any, column: _Column) -> bool:
    """Whether a block, or one in it, reaches into the notes column."""
    _, end = _extent(box, column)
    limit = column.start + column.text + SLACK
    return end > limit or (
        not isinstance(box, boxes.TableBox) and any(_reaches(one, column) for one in _boxes(box))
    )


def _move(box: Any, column: _Column) -> None:
    """Move a box of a page whose notes are to stand at the other edge."""
    limit = column.start + column.text
    if not isinstance(box, boxes.BlockLevelBox) or isinstance(box, AbsolutePlaceholder):
        box.translate(dx=column.side * column.width)
        return
    start, end = _extent(box, column)
    if end > limit + SLACK:
        by = column.width - min(end - limit, column.width)
        if start >= limit:
            # A note goes from edge to edge.
            by = column.start + (limit + column.width - end) - start
        box.translate(dx=column.side * by)
    elif any(_reaches(one, column) for one in _boxes(box)):
        box.position_x += column.side * column.width
        for child in box.children:
            _move(child, column)
    else:
        box.translate(dx=column.side * column.width)
