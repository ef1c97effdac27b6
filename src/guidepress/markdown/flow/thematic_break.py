"""Thematic breaks: `---`, `***`, `___`."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

from guidepress.markdown.flow.frame import Flow, Rule, Started

_BREAK = re.compile(r"(?:(?:\*[ \t]*){3,}|(?:_[ \t]*){3,}|(?:-[ \t]*){3,})$")


class ThematicBreak(Rule):
    """Three or more of `*`, `-` or `_`."""

    characters = "*-_"

    def start(self, flow: Flow) -> Started:
        """The line as a break."""
        if not _BREAK.match(flow.cursor.line, flow.cursor.next):
            return Started.NOTHING
        flow.add(Element("hr"))
        return Started.LEAF
