"""Paragraphs; the markers at the start of one, of a task (`- [x] done`) and of GitHub's alerts (`> [!NOTE]`)."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element, SubElement

from guidepress.markdown import attributes
from guidepress.markdown.flow import definition
from guidepress.markdown.flow.admonition import UNTITLED
from guidepress.markdown.flow.frame import Flow, Frame, Leaf, Proceed
from guidepress.markdown.origin import Origin
from guidepress.markdown.state import ParseState

_ALERT = re.compile(r"\[!(note|tip|important|warning|caution)\][ \t]*(?:\n|\Z)", re.IGNORECASE)
_TASK = re.compile(r"\[([ xX])\][ \t]+(?=\S)")


class Paragraph(Leaf):
    """Lines of text. They may turn out to be a heading, a table's head, terms, or definitions of links."""

    kind = "paragraph"
    attached = False

    def __init__(self, element: Element) -> None:
        super().__init__(element)
        self.lines: list[str] = []
        self.starts: list[tuple[int, int]] = []

    def proceed(self, flow: Flow) -> Proceed:
        """Until an empty line."""
        return Proceed.STOP if flow.cursor.blank else Proceed.GO

    def take(self, flow: Flow) -> None:
        """Add a line, without the white space before it."""
        cursor = flow.cursor
        self.lines.append(cursor.line[cursor.next :])
        self.starts.append(cursor.place(cursor.next))

    def text(self, flow: Flow) -> tuple[str, Origin]:
        """What is left of the text after the definitions at its start, and where it stands."""
        text = "\n".join(self.lines).rstrip(" \t")
        origin = Origin(flow.file, self.starts)
        if text.startswith("[") and (end := definition.take(text, origin, flow.state)):
            taken = text.count("\n", 0, end)
            del self.lines[:taken], self.starts[:taken]
            if end >= len(text):
                self.lines.clear()
                self.starts.clear()
            text = "\n".join(self.lines).rstrip(" \t")
            origin = Origin(flow.file, self.starts)
        return text, origin

    def close(self, flow: Flow) -> None:
        """Become a <p>, unless nothing is left."""
        text, origin = self.text(flow)
        if text and _alert(self.parent, text):
            # The marker's line goes.
            del self.lines[0], self.starts[0]
            text, origin = self.text(flow)
        if not text:
            return
        element = self.element
        element.set("data-line", str(origin.line))
        text, origin = _task(self.parent, element, text, origin, flow.state)
        text = attributes.take_last_line(element, text, origin, flow.state)
        element.text = text
        flow.state.origins[element] = origin
        self.parent.element.append(element)


def open_paragraph(flow: Flow) -> Paragraph | None:
    """The paragraph that the line would go on with, if the line belongs to all blocks around it."""
    container = flow.container
    return container if isinstance(container, Paragraph) else None


def _alert(quote: Frame, text: str) -> bool:
    """Turn the quote around a paragraph into an admonition, if its first line is a marker."""
    if quote.kind != "quote" or len(quote.element) or not (match := _ALERT.match(text)):
        return False
    name = match[1].lower()
    quote.element.tag = "div"
    quote.element.set("class", f"admonition {name}")
    title = SubElement(quote.element, "p", {"class": "admonition-title", UNTITLED: name})
    title.text = name.capitalize()
    return True


def _task(
    item: Frame, element: Element, text: str, origin: Origin, state: ParseState
) -> tuple[str, Origin]:
    """Take the box off the first paragraph of `item`, if it is a list item."""
    if item.kind != "item" or len(item.element) or not (match := _TASK.match(text)):
        return text, origin
    state.tasks[element] = match[1] != " "
    return text[match.end() :], origin.tail(text, match.end())
