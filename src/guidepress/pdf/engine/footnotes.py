"""Footnotes that get lost: a mistake of WeasyPrint 70 corrected.

Where the last line that has to stay on a page fits only if the page's footnotes go to the next one, WeasyPrint
moves them and takes the line, but forgets the notes that this line calls: they are on no page.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

# WeasyPrint's own shape: (abort, stop, where to resume, position, new footnotes, lines left).
_Laid = tuple[bool, bool, Any, float, list[Any], int | None]


def corrected(linebox_layout: Callable[..., _Laid]) -> Callable[..., _Laid]:
    """The function, with the notes of such a line moved to the next page too."""

    def layout(
        context: Any, box: Any, index: int, child: Any, new_children: list[Any], *rest: Any
    ) -> _Laid:
        laid = linebox_layout(context, box, index, child, new_children, *rest)
        abort, stop, _, _, new_footnotes, _ = laid
        if stop and not abort and new_children and context.footnotes:
            for inner in new_children[-1].descendants():
                if inner.footnote in context.footnotes:
                    context.footnotes.remove(inner.footnote)
                    context.reported_footnotes.append(inner.footnote)
                    # Those that go back to where they were, should the lines be given up later.
                    new_footnotes.append(inner.footnote)
        return laid

    return layout
