"""Definition lists: a term, and below it `:   its definition`."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element, SubElement

from guidepress.markdown import attributes
from guidepress.markdown.flow.frame import Flow, Frame, Proceed, Rule, Started
from guidepress.markdown.flow.paragraph import Paragraph, open_paragraph
from guidepress.markdown.origin import Origin

_MARKER = re.compile(r":(?=[ \t]+\S)")


class DefinitionList(Frame):
    """Terms and definitions."""

    kind = "definition-list"

    def holds(self, kind: str) -> bool:
        """Definitions; terms are put in by the rule."""
        return kind == "definition"


class Definition(Frame):
    """A definition: lines indented to where its content began."""

    kind = "definition"

    def __init__(self, element: Element, offset: int, *, loose: bool) -> None:
        super().__init__(element)
        self.offset = offset
        self.loose = loose

    def proceed(self, flow: Flow) -> Proceed:
        """Indented and empty lines."""
        cursor = flow.cursor
        if cursor.indent < self.offset and not cursor.blank:
            return Proceed.STOP
        cursor.skip_columns(min(cursor.indent, self.offset))
        return Proceed.GO

    def gap(self) -> None:
        """An empty line between its blocks gives the definition paragraphs."""
        self.loose = True

    def close(self, flow: Flow) -> None:
        """Note whether paragraphs lose their <p>."""
        if not self.loose:
            flow.state.tight.add(self.element)


class DefinitionRule(Rule):
    """`: text` below a paragraph, whose lines are terms, or below another definition."""

    characters = ":"

    def start(self, flow: Flow) -> Started:
        """Open a definition, and a list around it unless the open one goes on."""
        cursor = flow.cursor
        if not _MARKER.match(cursor.line, cursor.next) or flow.too_deep():
            return Started.NOTHING
        loose = False
        paragraph, container = open_paragraph(flow), flow.container
        if paragraph is not None:
            self._terms(paragraph, flow)
        elif isinstance(container, DefinitionList):
            loose = container.end < cursor.number - 1
        elif not self._term_before(container, flow):
            return Started.NOTHING
        else:
            loose = True
        indent = cursor.indent
        cursor.skip_indent()
        cursor.skip(1)
        cursor.find()
        # More than four columns are a tab's worth of space and indented code.
        padding = cursor.indent if cursor.indent <= 4 else 1
        cursor.skip_columns(padding)
        flow.enter(Definition(Element("dd"), indent + 1 + padding, loose=loose))
        return Started.CONTAINER

    def _terms(self, paragraph: Paragraph, flow: Flow) -> None:
        """The lines of the open paragraph as terms."""
        paragraph.text(flow)  # takes out definitions of links
        flow.drop(paragraph)
        self._enter_list(paragraph.starts[0][0] if paragraph.starts else 0, flow)
        for text, start in zip(paragraph.lines, paragraph.starts, strict=True):
            self._term(flow.container.element, text.strip(" \t"), Origin(flow.file, (start,)), flow)

    def _term_before(self, container: Frame, flow: Flow) -> bool:
        """The paragraph before an empty line as a term."""
        last = container.element[-1] if len(container.element) else None
        if last is None or last.tag != "p" or not container.filled or last.text is None:
            return False
        if container.end < flow.cursor.number - 2 or "\n" in last.text:
            return False
        origin = flow.state.origins.pop(last, None)
        if origin is None:
            return False
        container.element.remove(last)
        self._enter_list(origin.line, flow)
        self._term(flow.container.element, last.text, origin, flow)
        return True

    def _enter_list(self, line: int, flow: Flow) -> None:
        """Open a list whose first term stands at `line`, or go on with the list that ends just before."""
        flow.close_from(flow.matched)
        parent = flow.stack[-1].element
        if len(parent) and parent[-1].tag == "dl":
            flow.enter(DefinitionList(parent[-1]))
            return
        flow.enter(DefinitionList(Element("dl")))
        flow.stack[-1].element.set("data-line", str(line))

    def _term(self, parent: Element, text: str, origin: Origin, flow: Flow) -> None:
        term = SubElement(parent, "dt", {"data-line": str(origin.line)})
        term.text = attributes.take_end(term, text, origin, flow.state)
        flow.state.origins[term] = origin
