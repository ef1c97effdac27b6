"""Code blocks: fenced and indented."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

from guidepress.diagnostics import Span, error
from guidepress.markdown import formula, highlight
from guidepress.markdown.flow.cursor import TAB
from guidepress.markdown.flow.frame import Flow, Leaf, Proceed, Rule, Started
from guidepress.markdown.highlight import turned
from guidepress.markdown.origin import Origin
from guidepress.source.files import TURNING

_OPENING = re.compile(r"(`{3,})[ \t]*([^`]*)$|(~{3,})[ \t]*(.*)$")
_CLOSING = re.compile(r"(`{3,}|~{3,})[ \t]*$")


class Fence(Leaf):
    """Code between fences."""

    kind = "fence"
    verbatim = True

    def __init__(
        self, element: Element, fence: str, indent: int, info: str, span: Span, place: Origin
    ) -> None:
        super().__init__(element)
        self.fence = fence
        self.indent = indent
        self.info = info
        # Where the fence and the info string stand.
        self.span = span
        self.place = place
        self.closed = False
        self.lines: list[str] = []

    def proceed(self, flow: Flow) -> Proceed:
        """Every line up to the closing fence."""
        cursor = flow.cursor
        if cursor.indent < TAB and cursor.character == self.fence[0]:
            match = _CLOSING.match(cursor.line, cursor.next)
            if match and len(match[1]) >= len(self.fence):
                self.closed = True
                return Proceed.DONE
        cursor.skip_columns(min(self.indent, cursor.indent))
        return Proceed.GO

    def take(self, flow: Flow) -> None:
        """Add a line of code."""
        self.lines.append(_line_of_code(flow))

    def close(self, flow: Flow) -> None:
        """Highlight the code. ```math is GitHub's way to write a formula."""
        if not self.closed:
            for frame in flow.stack:
                # The ends of blocks around it are code now; telling of those too would only confuse.
                frame.excused = True
            flow.report(
                error(
                    "fence-unclosed",
                    "this code block is never closed",
                    self.span,
                    hints=(f"end it with a line of {self.fence}",),
                )
            )
        code = "".join(f"{line}\n" for line in self.lines)
        if self.info.split(maxsplit=1)[:1] == ["math"]:
            self.element.tag = "div"
            formula.fill(self.element, code, self.span, flow.state, display=True)
            return
        highlight.fill(self.element, code, self.info, self.place, flow.state)


def _line_of_code(flow: Flow) -> str:
    cursor = flow.cursor
    line = cursor.rest()
    for match in TURNING.finditer(line):
        number, column = cursor.place(len(cursor.line) - len(line) + match.start())
        flow.report(turned(match[0], Span(flow.file, number, column)))
    return line


class FenceRule(Rule):
    """Three or more backticks or tildes."""

    characters = "`~"

    def start(self, flow: Flow) -> Started:
        """Open a code block."""
        cursor = flow.cursor
        match = _OPENING.match(cursor.line, cursor.next)
        if match is None:
            return Started.NOTHING
        fence, info = (match[1], match[2]) if match[1] else (match[3], match[4])
        line, column = cursor.place(cursor.next)
        length = len(cursor.line.rstrip(" \t")) - cursor.next
        span = Span(flow.file, line, column, length)
        info = info.strip(" \t")
        place = Origin(flow.file, ((line, column + length - len(info)),))
        flow.enter(Fence(Element("pre"), fence, cursor.indent, info, span, place))
        return Started.LEAF


class IndentedCode(Leaf):
    """Code indented by four columns."""

    kind = "indented"
    verbatim = True

    def __init__(self, element: Element) -> None:
        super().__init__(element)
        self.lines: list[str] = []

    def proceed(self, flow: Flow) -> Proceed:
        """Indented and empty lines."""
        cursor = flow.cursor
        if cursor.indent < TAB and not cursor.blank:
            return Proceed.STOP
        cursor.skip_columns(min(cursor.indent, TAB))
        return Proceed.GO

    def take(self, flow: Flow) -> None:
        """Add a line of code."""
        self.lines.append(_line_of_code(flow))

    def close(self, flow: Flow) -> None:
        """Leave out the empty lines at the end."""
        while self.lines and not self.lines[-1].strip(" \t"):
            self.lines.pop()
        code = "".join(f"{line}\n" for line in self.lines)
        highlight.fill(self.element, code, "", Origin(flow.file, ((self.start, 1),)), flow.state)


class IndentedCodeRule(Rule):
    """Four columns of indentation, where no paragraph goes on."""

    indented = True

    def start(self, flow: Flow) -> Started:
        """Open a code block with the line."""
        if flow.stack[-1].kind == "paragraph":
            return Started.NOTHING
        flow.cursor.skip_columns(TAB)
        frame = IndentedCode(Element("pre"))
        flow.enter(frame)
        frame.take(flow)
        return Started.LEAF
