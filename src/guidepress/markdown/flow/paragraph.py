"""Paragraphs."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from guidepress.markdown import attributes
from guidepress.markdown.flow import alert, definition, task
from guidepress.markdown.flow.frame import Flow, Leaf, Proceed
from guidepress.markdown.origin import Origin


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
        if text and alert.take(self.parent, text):
            # The marker's line goes.
            del self.lines[0], self.starts[0]
            text, origin = self.text(flow)
        if not text:
            return
        element = self.element
        element.set("data-line", str(origin.line))
        text, origin = task.take(self.parent, element, text, origin, flow.state)
        text = attributes.take_last_line(element, text, origin, flow.state)
        element.text = text
        flow.state.origins[element] = origin
        self.parent.element.append(element)


def open_paragraph(flow: Flow) -> Paragraph | None:
    """The paragraph that the line would go on with, if the line belongs to all blocks around it."""
    container = flow.container
    return container if isinstance(container, Paragraph) else None
