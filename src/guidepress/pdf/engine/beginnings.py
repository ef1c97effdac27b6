"""Where pages begin in the midst of a block, so that such a page can be laid out without those before it.

A page that begins so, and with nothing else that was left to it, comes out the same where the layout begins there. Of
the block that needs its text, and where the lines of a paragraph end, which are chosen together when the first of them
is made.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import deepcopy
from typing import Any, NamedTuple
from weakref import ref

from weasyprint.formatting_structure import boxes

from guidepress.pdf.engine.paragraphs import way_of
from guidepress.pdf.model import Beginning

# Blocks that go on as they were built, and what may stand in their lines.
_BLOCKS = (boxes.BlockBox, boxes.LineBox)
_INLINE = (boxes.LineBox, boxes.InlineBox, boxes.TextBox, boxes.InlineReplacedBox)


class Noted(NamedTuple):
    """How the page behind a `page` begins; None where it is not known to begin with nothing else."""

    page: ref[Any]
    beginning: Beginning | None


class Beginnings:
    """Notes how the pages of one layout begin. `before` is what was noted of the section's last one, of which pages may
    be taken: of these no lines are made.
    """

    def __init__(self, before: Sequence[Noted] = ()) -> None:
        self.noted: list[Noted] = []
        self._before = before

    def made(self, make_page: Callable[..., Any]) -> Callable[..., Any]:
        """WeasyPrint's function that makes a page, or the one that takes it."""

        def make(
            context: Any, root_box: Any, kind: Any, resume_at: Any, number: int, state: Any
        ) -> Any:
            page, resume_at, next_page = make_page(
                context, root_box, kind, resume_at, number, state
            )
            known = self._before[number - 1] if number <= len(self._before) else None
            if known is not None and known.page() is not page:
                known = None
            found = _beginning(context, root_box, resume_at, next_page, known)
            self.noted[number - 1 :] = [Noted(ref(page), found)]
            return page, resume_at, next_page

        return make


def begin(context: Any, root_box: Any, beginning: Beginning, number: int) -> bool:
    """Have the page of a number, from 0, begin so, while pages are made; False where there is no such block."""
    resume_at, _, *others = context.page_maker[number]
    if resume_at is None or (main := _main(root_box, resume_at)) is None:
        return False
    blocks = list(main.children)
    at = next((at for at, one in enumerate(blocks) if _line(one) == beginning.line), None)
    if at is None:
        return False
    split = _split(blocks[at], beginning.inner)
    if split is None:
        return False
    if split:
        split[-1].known_ends = dict(beginning.ends)
    for box in blocks[:at]:
        for one in box.descendants():
            for name, text in one.string_set if one.string_set not in (None, "none") else ():
                context.string_set[name][number].append(text)
    ((body, rest),) = resume_at.items()
    resume_at = {body: {next(iter(rest)): {at: deepcopy(beginning.inner)}}}
    context.page_maker[number] = (resume_at, dict(beginning.following), *others)
    return True


def _beginning(
    context: Any, root_box: Any, resume_at: Any, next_page: Any, known: Noted | None
) -> Beginning | None:
    if not resume_at or context.reported_footnotes or context.broken_out_of_flow:
        return None
    main = _main(root_box, resume_at)
    if main is None:
        return None
    for _ in range(2):
        ((_, resume_at),) = resume_at.items()
    ((at, inner),) = resume_at.items()
    block = list.__getitem__(main.children, at)
    line, split = _line(block), None if inner is None else _split(block, inner)
    if line is None or split is None or id(block) in getattr(main.children, "changed", ()):
        return None
    announced = getattr(context, "announced", None)
    if announced is not None and any(one is announced for one in block.descendants()):
        return None
    ends: Any = {}
    if split and way_of(split[0]):
        ends = split[0].__dict__.get("ends")
        if known is not None:
            # It was taken.
            old = known.beginning
            ends = old.ends if old is not None and old.inner == inner else None
        if ends is None:
            return None
    return Beginning(line, deepcopy(inner), dict(next_page), dict(ends))


def _main(root_box: Any, resume_at: Any) -> Any:
    """The `main` that is to go on, if it is that alone."""
    box = root_box
    for _ in range(2):
        if not resume_at or len(resume_at) != 1:
            return None
        ((at, resume_at),) = resume_at.items()
        box = list.__getitem__(box.children, at)
    return box if box.element_tag == "main" and resume_at and len(resume_at) == 1 else None


def _line(box: Any) -> int | None:
    """The line of the source that a block is of."""
    line = box.element.get("data-line") if box.element is not None else None
    return int(line) if line and line.isdigit() else None


def _split(block: Any, inner: Any) -> list[Any] | None:
    """The lines of text that a block goes on in the midst of, one box or none; None where that is not all."""
    box = block
    while inner is not None:
        if type(box) not in _BLOCKS or len(inner) != 1 or not _goes_on(box):
            return None
        if isinstance(box, boxes.LineBox):
            return [box] if all(type(one) in _INLINE for one in box.descendants()) else None
        ((at, inner),) = inner.items()
        box = box.children[at]
    return []


def _goes_on(box: Any) -> bool:
    """Whether there is nothing special about a box that is broken."""
    style = box.style
    return (
        box.first_letter_style is box.first_line_style is None
        and box.is_in_normal_flow()
        and style["column_count"] == style["column_width"] == "auto"
    )
