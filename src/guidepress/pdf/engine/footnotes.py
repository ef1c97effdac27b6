"""Footnotes that get lost, or part from their call: mistakes of WeasyPrint 70 corrected.

Where the second line of a paragraph, which has to stay with the first, fits only if the page's footnotes go to the next
page, WeasyPrint moves them and takes the line, but forgets the notes that this line calls: they are on no page.

It moves notes whose `footnote-policy` is `line`, too, which are to stand on the page of their call. They are gone even
where the paragraph does not stay either, as it is in a box that is kept whole. Such notes stay, and the paragraph
begins on the next page.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

# WeasyPrint's own shape: (abort, stop, where to resume, position, new footnotes, lines left).
_Laid = tuple[bool, bool, Any, float, list[Any], int | None]


def corrected(linebox_layout: Callable[..., _Laid]) -> Callable[..., _Laid]:
    """The function, with notes on the page of their call, or else on the next one."""

    def layout(
        context: Any,
        box: Any,
        index: int,
        child: Any,
        new_children: list[Any],
        page_is_empty: bool,
        *rest: Any,
    ) -> _Laid:
        before = list(context.current_page_footnotes)
        laid = linebox_layout(context, box, index, child, new_children, page_is_empty, *rest)
        abort, stop, resume_at, position_y, new_footnotes, left = laid
        if abort or not stop or not new_children:
            return laid
        called = [one.footnote for line in new_children for one in line.descendants()]
        moved = [one for one in context.reported_footnotes if one in before or one in called]
        if not page_is_empty and any(one.style["footnote_policy"] == "line" for one in moved):
            # Those of the paragraph go back to where they were as it is given up.
            reported = context.reported_footnotes
            reported[:] = [one for one in reported if one not in before]
            current = context.current_page_footnotes
            current[:] = [*before, *(one for one in current if one not in before)]
            context._update_footnote_area()
            return True, False, resume_at, position_y, new_footnotes, left
        if context.footnotes:
            for inner in new_children[-1].descendants():
                if inner.footnote in context.footnotes:
                    context.footnotes.remove(inner.footnote)
                    context.reported_footnotes.append(inner.footnote)
                    # Those that go back to where they were, should the lines be given up later.
                    new_footnotes.append(inner.footnote)
        return laid

    return layout
