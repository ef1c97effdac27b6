"""GitHub's alerts: a quote that begins with `[!NOTE]`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.etree.ElementTree import SubElement

from guidepress.markdown.flow.admonition import TITLES

if TYPE_CHECKING:
    from guidepress.markdown.flow.paragraph import Paragraph
    from guidepress.markdown.flow.parser import Flow

_MARKER = re.compile(r"\[!(note|tip|important|warning|caution)\][ \t]*(?:\n|\Z)", re.IGNORECASE)


def take(paragraph: Paragraph, text: str, flow: Flow) -> bool:
    """Turn the quote around the paragraph into an admonition; takes the marker's line off the text."""
    quote = paragraph.parent
    if quote.kind != "quote" or len(quote.element) or not (match := _MARKER.match(text)):
        return False
    name = match[1].lower()
    quote.element.tag = "div"
    quote.element.set("class", f"admonition {name}")
    title = SubElement(quote.element, "p", {"class": "admonition-title"})
    title.text = TITLES[name]
    del paragraph.lines[0], paragraph.starts[0]
    return True
