"""Link reference definitions: `[label]: target "title"` at the start of a paragraph."""

from __future__ import annotations

import re

from guidepress.markdown.inline.destination import (
    LABEL,
    destination,
    normalize_label,
    title,
)
from guidepress.markdown.origin import Origin
from guidepress.markdown.state import Definition, ParseState

_GAP = re.compile(r"[ \t]*(?:\n[ \t]*)?")
_LINE_END = re.compile(r"[ \t]*(?:\n|\Z)")


def take(text: str, origin: Origin, state: ParseState) -> int:
    """Note the definitions that the text starts with; gives the offset at which they end."""
    end = 0
    while text.startswith("[", end):
        found = _one(text, end, origin)
        if found is None:
            break
        label, made, end = found
        # The first definition of a label counts.
        state.definitions.setdefault(label, made)
    return end


def _one(text: str, at: int, origin: Origin) -> tuple[str, Definition, int] | None:
    match = LABEL.match(text, at)
    if not match or not text.startswith(":", match.end()):
        return None
    label = normalize_label(match[1])
    if not label:
        return None
    gap = _GAP.match(text, match.end() + 1)
    assert gap is not None
    place = gap.end()
    target = destination(text, place)
    if target is None or (target.end == place):
        return None
    if target.end < len(text) and text[target.end] not in " \t\n":
        return None
    span = origin.span(text, place, target.end - place)
    end = _LINE_END.match(text, target.end)
    after = _GAP.match(text, target.end)
    assert after is not None
    if after.end() > target.end and (found := title(text, after.end())) is not None:
        closing = _LINE_END.match(text, found.end)
        if closing is not None:
            return label, Definition(target.text, found.text, span), closing.end()
        # What looks like a title on the next line may be a paragraph of its own.
        if "\n" not in after[0]:
            return None
    if end is None:
        return None
    return label, Definition(target.text, None, span), end.end()
