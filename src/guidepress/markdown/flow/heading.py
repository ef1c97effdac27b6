"""Headings: `# ATX`, and setext with a line of `=` or `-` below."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

from guidepress.markdown import attributes
from guidepress.markdown.flow.frame import Flow, Rule, Started
from guidepress.markdown.flow.paragraph import open_paragraph
from guidepress.markdown.origin import Origin

_ATX = re.compile(r"(#{1,6})(?=[ \t]|$)[ \t]*")
_CLOSING = re.compile(r"(?:(?<=[ \t])|^)#+$")
_UNDERLINE = re.compile(r"(=+|-+)[ \t]*$")


class AtxHeading(Rule):
    """`## Title {#id}`."""

    characters = "#"

    def start(self, flow: Flow) -> Started:
        """The line as a heading."""
        cursor = flow.cursor
        match = _ATX.match(cursor.line, cursor.next)
        if match is None:
            return Started.NOTHING
        text = cursor.line[match.end() :].rstrip(" \t")
        origin = Origin(flow.file, (cursor.place(match.end()),))
        element = Element(f"h{len(match[1])}")
        text = attributes.take_end(element, text, origin, flow.state)
        element.text = _CLOSING.sub("", text).rstrip(" \t")
        flow.state.origins[element] = origin
        flow.state.spans[element] = origin.span(text, 0, max(1, len(element.text)))
        flow.add(element)
        return Started.LEAF


class SetextHeading(Rule):
    """A paragraph with `===` or `---` below it."""

    characters = "=-"

    def start(self, flow: Flow) -> Started:
        """The open paragraph as a heading."""
        cursor, paragraph = flow.cursor, open_paragraph(flow)
        if paragraph is None:
            return Started.NOTHING
        match = _UNDERLINE.match(cursor.line, cursor.next)
        if match is None:
            return Started.NOTHING
        text, origin = paragraph.text(flow)
        if not text:
            return Started.NOTHING
        flow.drop(paragraph)
        element = Element("h1" if match[1][0] == "=" else "h2")
        element.text = attributes.take_end(element, text, origin, flow.state)
        flow.state.origins[element] = origin
        flow.state.spans[element] = origin.span(text, 0, max(1, len(element.text)))
        flow.add(element)
        element.set("data-line", str(origin.line))
        return Started.LEAF
