"""The block parser."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from markdown.blockparser import BlockParser

from guidepress.markdown.flow.frame import Flow, Rule, Rules
from guidepress.markdown.flow.guests import BlockGuests
from guidepress.markdown.flow.paragraph import Paragraph
from guidepress.markdown.instance import Instance
from guidepress.markdown.origin import Origin


class FlowParser(BlockParser):
    """Reads lines into a tree, and is what a block processor of an extension gets as its `parser`.

    Of Python-Markdown's class it is the registry, and the methods that such a processor calls.
    """

    md: Instance

    def __init__(self, md: Instance) -> None:
        super().__init__(md)
        self._rules: Rules | None = None
        self._guests = BlockGuests(md)

    def parseBlocks(self, parent: Element, blocks: list[str]) -> None:
        """Parse blocks that an extension took apart; all of `blocks` is used up."""
        text = "\n\n".join(blocks)
        blocks.clear()
        self.parse(parent, text, self._guests.origin(text))

    def parse(self, parent: Element, text: str, origin: Origin) -> None:
        """Parse blocks into `parent`."""
        if self._rules is None:
            rules = [rule for rule in self.blockprocessors if isinstance(rule, Rule)]
            guests = [one for one in self.blockprocessors if not isinstance(one, Rule)]
            self._guests.processors = tuple(guests)
            self._rules = Rules(rules, Paragraph, self._guests.take if guests else None)
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
            if at >= flow.resume:
                flow.feed(content, line, column - 1)
        flow.close_from(0)
