"""Bullet and ordered lists."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

from guidepress.markdown.flow.cursor import TAB
from guidepress.markdown.flow.frame import Flow, Frame, Proceed, Rule, Started
from guidepress.markdown.flow.paragraph import open_paragraph

_MARKER = re.compile(r"([-+*])(?=[ \t]|$)|(\d{1,9})([.)])(?=[ \t]|$)")


class ListFrame(Frame):
    """A list; `type` is its bullet, or what follows its numbers."""

    kind = "list"

    def __init__(self, element: Element, marker: str) -> None:
        super().__init__(element)
        self.type = marker
        self.loose = False
        self.items: list[Element] = []

    def holds(self, kind: str) -> bool:
        """Items only."""
        return kind == "item"

    def gap(self) -> None:
        """An empty line between items makes the list loose."""
        self.loose = True

    def close(self, flow: Flow) -> None:
        """Note whose paragraphs lose their <p>."""
        if not self.loose:
            flow.state.tight.update(self.items)


class Item(Frame):
    """A list item: lines indented to where its content began."""

    kind = "item"

    def __init__(self, element: Element, parent: ListFrame, offset: int) -> None:
        super().__init__(element)
        self.list = parent
        self.offset = offset

    def proceed(self, flow: Flow) -> Proceed:
        """Indented lines, and empty ones unless the item began with one."""
        cursor = flow.cursor
        if cursor.blank:
            if not self.filled:
                return Proceed.STOP
            cursor.skip_columns(min(cursor.indent, self.offset))
        elif cursor.indent >= self.offset:
            cursor.skip_columns(self.offset)
        else:
            return Proceed.STOP
        return Proceed.GO

    def gap(self) -> None:
        """An empty line between an item's blocks makes the list loose."""
        self.list.loose = True


class ListRule(Rule):
    """`- text`, `1. text`."""

    characters = "-+*0123456789"

    def start(self, flow: Flow) -> Started:
        """Open an item, and a list around it unless the open one goes on."""
        cursor = flow.cursor
        match = _MARKER.match(cursor.line, cursor.next)
        if match is None:
            return Started.NOTHING
        if open_paragraph(flow) is not None and (
            # Text is interrupted only by what is surely a list: not by an empty item, not by "1986."
            not cursor.line[match.end() :].strip(" \t") or (match[2] and int(match[2]) != 1)
        ):
            return Started.NOTHING
        if flow.too_deep():
            return Started.NOTHING
        indent = cursor.indent
        marker = match[1] or match[3]
        width = match.end() - match.start()
        cursor.skip_indent()
        cursor.skip(width)
        offset = indent + width + _padding(flow)
        container = flow.container
        if not (isinstance(container, ListFrame) and container.type == marker):
            element = Element("ul" if match[1] else "ol")
            if match[2] and int(match[2]) != 1:
                element.set("start", str(int(match[2])))
            container = ListFrame(element, marker)
            flow.enter(container)
        item = Element("li")
        container.items.append(item)
        flow.enter(Item(item, container, offset))
        return Started.CONTAINER


def _padding(flow: Flow) -> int:
    """Columns between marker and content; goes there."""
    cursor = flow.cursor
    cursor.find()
    if cursor.blank:
        return 1
    if cursor.indent > TAB:
        # One space, and then indented code.
        cursor.skip_columns(1)
        return 1
    indent = cursor.indent
    cursor.skip_columns(indent)
    return indent
