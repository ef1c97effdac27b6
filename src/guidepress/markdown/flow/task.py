"""Task list items: `- [ ] to do`, `- [x] done`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element

from guidepress.markdown.draft import Draft
from guidepress.markdown.origin import Origin

if TYPE_CHECKING:
    from guidepress.markdown.flow.paragraph import Paragraph

_MARKER = re.compile(r"\[([ xX])\][ \t]+(?=\S)")


def take(
    paragraph: Paragraph, element: Element, text: str, origin: Origin, draft: Draft
) -> tuple[str, Origin]:
    """Take the box off the first paragraph of a list item."""
    item = paragraph.parent
    if item.kind != "item" or len(item.element) or not (match := _MARKER.match(text)):
        return text, origin
    draft.tasks[element] = match[1] != " "
    return text[match.end() :], origin.tail(text, match.end())
