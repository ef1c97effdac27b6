"""A Python-Markdown instance with the state of one conversion, as rules and steps see it."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from markdown.core import Markdown

from guidepress.markdown.origin import Origin
from guidepress.markdown.state import ParseState


class Instance(Markdown):
    """What `dialect` makes whole; the parts know this much of it."""

    state: ParseState
    # Where the text that is converted stands.
    origin: Origin

    def parse_blocks(self, parent: Element, text: str, origin: Origin) -> None:
        """Parse blocks of Markdown into an element."""
        raise NotImplementedError
