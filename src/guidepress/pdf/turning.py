"""Turn the pages of a fragment to the other side of the paper, so that it need not be laid out again.

Which pages can be turned, and how, the engine finds out (`engine.sides`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from guidepress.pdf.model import Anchor, Bookmark, Fragment, Number, SourceBox, Turn

if TYPE_CHECKING:
    from pikepdf import Object, Pdf


def turned(fragment: Fragment) -> Fragment:
    """The fragment, beginning on the other side. It can be turned, and has not been."""
    turns = fragment.turns
    assert turns is not None, f"{fragment.name} cannot be turned"
    assert not fragment.turned, f"{fragment.name} has been turned"
    if not any(map(_matters, turns)):
        return fragment
    shifts = [turn.shift for turn in turns]

    def anchor(one: Anchor) -> Anchor:
        return replace(one, x=_moved(one.x, shifts[one.page]))

    def bookmark(one: Bookmark) -> Bookmark:
        return replace(one, x=_moved(one.x, shifts[one.page]))

    def box(one: SourceBox) -> SourceBox:
        shift = shifts[one.page]
        return replace(one, left=_moved(one.left, shift), right=_moved(one.right, shift))

    gone = {turn.furniture for turn in turns if turn.furniture != turn.other}
    numbers = [
        *(one for one in (*fragment.numbers, *fragment.folios) if one.stream not in gone),
        *(one for turn in turns for one in turn.numbers),
    ]
    return replace(
        fragment,
        anchors={name: anchor(one) for name, one in fragment.anchors.items()},
        outline=tuple(map(bookmark, fragment.outline)),
        numbers=_which(numbers, lambda one: one.anchor is not None),
        folios=_which(numbers, lambda one: one.anchor is None),
        lines=tuple(map(box, fragment.lines)),
        turned=True,
    )


def turn(pdf: Pdf, turns: Iterable[Turn]) -> None:
    """Turn the pages of a fragment's PDF, which has been opened."""
    from pikepdf import Array

    pages = [page.obj for page in pdf.pages]
    shift_of = {page.objgen: one.shift for page, one in zip(pages, turns, strict=True)}
    moves: dict[float, Object] = {}
    restore = pdf.make_stream(b"Q")
    for page, one in zip(pages, turns, strict=True):
        for annotation in page.get("/Annots", ()):
            _move_box(annotation.Rect, one.shift)
            target = annotation.get("/Dest")
            if isinstance(target, Array):
                target[2] = _moved(float(target[2]), shift_of[target[0].objgen])
        if not _matters(one):
            continue
        contents = page.Contents
        parts = list(contents) if isinstance(contents, Array) else [contents]
        apart = (one.ground, one.furniture)
        ground = [part for part in parts if part.objgen[0] == one.ground]
        content = [part for part in parts if part.objgen[0] not in apart]
        furniture = [pdf.get_object(one.other, 0)] if one.other else []
        if one.shift:
            if one.shift not in moves:
                moves[one.shift] = pdf.make_stream(b"q 1 0 0 1 %.3f 0 cm" % one.shift)
            content = [moves[one.shift], *content, restore]
        page.Contents = Array([*ground, *content, *furniture])
        for number in one.patterns:
            matrix = pdf.get_object(number, 0).Matrix
            matrix[4] = _moved(float(matrix[4]), one.shift)
        for number in one.placed:
            _move_box(pdf.get_object(number, 0).A.BBox, one.shift)


def _matters(one: Turn) -> bool:
    return bool(one.shift) or one.furniture != one.other


def _which(numbers: Iterable[Number], is_such: Callable[[Number], bool]) -> tuple[Number, ...]:
    return tuple(filter(is_such, numbers))


def _move_box(box: Object, shift: float) -> None:
    if shift:
        for edge in (0, 2):
            box[edge] = _moved(float(box[edge]), shift)


def _moved(x: float, shift: float) -> float:
    return round(x + shift, 3)
