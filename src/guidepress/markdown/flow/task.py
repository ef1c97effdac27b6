"""Task list items: `- [ ] to do`, `- [x] done`."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

from guidepress.markdown.flow.frame import Frame
from guidepress.markdown.origin import Origin
from guidepress.markdown.state import ParseState

_MARKER = re.compile(r"\[([ xX])\][ \t]+(?=\S)")


def take(
    item: Frame, element: Element, text: str, origin: Origin, state: ParseState
) -> tuple[str, Origin]:
    """Take the box off the first paragraph of `item`, if it is a list item."""
    if item.kind != "item" or len(item.element) or not (match := _MARKER.match(text)):
        return text, origin
    state.tasks[element] = match[1] != " "
    return text[match.end() :], origin.tail(text, match.end())
