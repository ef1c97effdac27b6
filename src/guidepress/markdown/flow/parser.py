"""The block parser."""

from __future__ import annotations

from collections.abc import Iterable
from xml.etree.ElementTree import Element, ElementTree

from markdown.blockparser import BlockParser

from guidepress.markdown.flow.frame import Flow, Rule, Rules
from guidepress.markdown.flow.paragraph import Paragraph
from guidepress.markdown.instance import Instance
from guidepress.markdown.origin import Origin


class FlowParser(BlockParser):
    """Python-Markdown's block parser, with lines instead of paragraphs as the unit."""

    md: Instance

    def __init__(self, md: Instance) -> None:
        super().__init__(md)
        self._rules: Rules | None = None

    def parseDocument(self, lines: Iterable[str]) -> ElementTree:
        """Parse a document; `md.origin` says where it stands."""
        self.root = Element(self.md.doc_tag)
        self.parse(self.root, "\n".join(lines), self.md.origin)
        return ElementTree(self.root)

    def parseChunk(self, parent: Element, text: str) -> None:
        """Parse a text of unknown place into `parent`."""
        self.parse(parent, text, self.md.origin)

    def parse(self, parent: Element, text: str, origin: Origin) -> None:
        """Parse blocks into `parent`."""
        if self._rules is None:
            known = (rule for rule in self.blockprocessors if isinstance(rule, Rule))
            self._rules = Rules(known, Paragraph)
        flow = Flow(self._rules, parent, self.md.state)
        text = text.removesuffix("\n")
        line, column = origin.starts[0]
        last = len(origin.starts) - 1
        flow.lines = text.split("\n")
        for at, content in enumerate(flow.lines):
            flow.at = at
            if at <= last:
                line, column = origin.starts[at]
            else:
                line += 1
            flow.feed(content, line, column - 1)
        flow.close_from(0)
