"""GitHub's alerts: a quote that begins with `[!NOTE]`."""

from __future__ import annotations

import re
from xml.etree.ElementTree import SubElement

from guidepress.markdown.flow.admonition import UNTITLED
from guidepress.markdown.flow.frame import Frame

_MARKER = re.compile(r"\[!(note|tip|important|warning|caution)\][ \t]*(?:\n|\Z)", re.IGNORECASE)


def take(quote: Frame, text: str) -> bool:
    """Turn the quote around a paragraph into an admonition, if its first line is a marker."""
    if quote.kind != "quote" or len(quote.element) or not (match := _MARKER.match(text)):
        return False
    name = match[1].lower()
    quote.element.tag = "div"
    quote.element.set("class", f"admonition {name}")
    title = SubElement(quote.element, "p", {"class": "admonition-title", UNTITLED: name})
    title.text = name.capitalize()
    return True
