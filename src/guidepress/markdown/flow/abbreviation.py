"""Abbreviations: `*[HTML]: Hypertext Markup Language`."""

from __future__ import annotations

import re

from guidepress.markdown.flow.frame import Flow, Rule, Started
from guidepress.markdown.flow.paragraph import open_paragraph

_DEFINITION = re.compile(r"\*\[([^\]\\]+)\][ ]?:[ \t]*(.*?)[ \t]*$")


class AbbreviationRule(Rule):
    """Notes the abbreviation; nothing is left of the line."""

    characters = "*"

    def start(self, flow: Flow) -> Started:
        """Note what the abbreviation stands for."""
        match = _DEFINITION.match(flow.cursor.line, flow.cursor.next)
        if match is None or not match[1].strip() or not match[2]:
            return Started.NOTHING
        flow.close_from(flow.matched - 1 if open_paragraph(flow) else flow.matched)
        flow.state.abbreviations[match[1].strip()] = match[2]
        return Started.LEAF
