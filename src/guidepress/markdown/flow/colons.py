"""Containers of colons, which other tools have: they are text here, and reported."""

from __future__ import annotations

import re

from guidepress.diagnostics import Span, warning
from guidepress.markdown.flow.frame import Flow, Rule, Started

_OPENING = re.compile(r":{3,}[ \t]*\{?\.?([A-Za-z][\w-]*)[^\n]*$")


class ColonsRule(Rule):
    """`:::note` and the like."""

    characters = ":"

    def start(self, flow: Flow) -> Started:
        """Leave the line as it is."""
        cursor = flow.cursor
        if match := _OPENING.match(cursor.line, cursor.next):
            line, column = cursor.place(cursor.next)
            span = Span(flow.file, line, column, len(match[0].rstrip()))
            message = f"`:::{match[1]}` is not a block here; it is printed as typed"
            hints = (f"write `/// {match[1].lower()}`, and `///` where it ends",)
            flow.report(warning("container-unknown", message, span, hints=hints))
        return Started.NOTHING
