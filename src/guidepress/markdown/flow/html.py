"""Blocks of raw HTML."""

from __future__ import annotations

import re

from markdown.util import AtomicString

from guidepress.markdown.flow.frame import Flow, Leaf, Proceed, Rule, Started
from guidepress.markdown.html.elements import DROPPED, is_element
from guidepress.markdown.html.tags import CLOSE_TAG, OPEN_TAG
from guidepress.markdown.markup import authored
from guidepress.markdown.origin import Origin

# How a block starts -> what ends it: CommonMark's kinds 1 to 5.
_UNTIL = (
    (
        re.compile(r"<(?:script|pre|style|textarea)(?=[ \t>]|$)", re.IGNORECASE),
        re.compile(r"</(?:script|pre|style|textarea)>", re.IGNORECASE),
    ),
    *(
        # Taken out with what is in them, empty lines and all.
        (
            re.compile(rf"<{name}(?=[ \t>]|$)", re.IGNORECASE),
            re.compile(rf"</{name}[ \t]*>", re.IGNORECASE),
        )
        for name in sorted(DROPPED - {"script", "style"})
    ),
    (re.compile(r"<!--"), re.compile(r"-->")),
    (re.compile(r"<\?"), re.compile(r"\?>")),
    (re.compile(r"<![A-Za-z]"), re.compile(r">")),
    (re.compile(r"<!\[CDATA\["), re.compile(r"\]\]>")),
)
# Elements whose tags start a block that ends at an empty line.
_BLOCKS = re.compile(
    r"</?(?:address|article|aside|base|basefont|blockquote|body|caption|center|col|colgroup|dd|details|"
    r"dialog|dir|div|dl|dt|fieldset|figcaption|figure|footer|form|frame|frameset|h[1-6]|head|header|hr|"
    r"html|iframe|legend|li|link|main|menu|menuitem|nav|noframes|ol|optgroup|option|p|param|search|"
    r"section|summary|table|tbody|td|tfoot|th|thead|title|tr|track|ul)(?=[ \t]|/?>|$)",
    re.IGNORECASE,
)
_NAME = re.compile(r"</?([A-Za-z][A-Za-z0-9-]*)")


class HtmlBlock(Leaf):
    """Raw HTML, up to what ends it or an empty line."""

    kind = "html"
    verbatim = True

    def __init__(self, closing: re.Pattern[str] | None) -> None:
        super().__init__(authored(""))
        self.closing = closing
        self.interruptible = closing is None
        self.lines: list[str] = []
        self.starts: list[tuple[int, int]] = []
        self.complete = False

    def proceed(self, flow: Flow) -> Proceed:
        """Until an empty line, or the line after what ends it."""
        if self.complete or (self.closing is None and flow.cursor.blank):
            return Proceed.STOP
        return Proceed.GO

    def take(self, flow: Flow) -> None:
        """Add a line."""
        cursor = flow.cursor
        text = cursor.rest()
        self.lines.append(text)
        self.starts.append(cursor.place(cursor.offset))
        if self.closing is not None and self.closing.search(text):
            self.complete = True

    def close(self, flow: Flow) -> None:
        """Leave the HTML for the filter, with its place."""
        self.element.text = AtomicString("\n".join(self.lines))
        self.element.attrib.clear()
        flow.state.origins[self.element] = Origin(flow.file, self.starts)


class HtmlRule(Rule):
    """A line that begins with a tag, a comment or the like."""

    characters = "<"

    def start(self, flow: Flow) -> Started:
        """Open a block of raw HTML with the line."""
        cursor = flow.cursor
        name = _NAME.match(cursor.line, cursor.next)
        if name is not None and not is_element(name[1]):
            return Started.NOTHING
        for opening, closing in _UNTIL:
            if opening.match(cursor.line, cursor.next):
                return self._open(flow, closing)
        if _BLOCKS.match(cursor.line, cursor.next) or self._lone_tag(flow):
            return self._open(flow, None)
        return Started.NOTHING

    def _lone_tag(self, flow: Flow) -> bool:
        """Whether the line is one complete tag, after no paragraph."""
        cursor = flow.cursor
        if flow.stack[-1].kind == "paragraph":
            return False
        match = OPEN_TAG.match(cursor.line, cursor.next) or CLOSE_TAG.match(
            cursor.line, cursor.next
        )
        return match is not None and not cursor.line[match.end() :].strip(" \t")

    def _open(self, flow: Flow, closing: re.Pattern[str] | None) -> Started:
        frame = HtmlBlock(closing)
        flow.enter(frame)
        frame.take(flow)
        return Started.LEAF
