"""Variables of an edition: `{{ cohort }}`. The book puts their values in."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from markdown.util import AtomicString

from guidepress.markdown.inline.scanner import InlineRule, Scan
from guidepress.markdown.state import VariableUse
from guidepress.source.editions import USE


class Variable(InlineRule):
    """A name in two pairs of braces. Whatever else stands in such is text."""

    starts = r"\{\{"
    characters = "{"

    def parse(self, scan: Scan, at: int) -> int:
        """Keep the place for its value."""
        match = USE.match(scan.text, at)
        if match is None:
            return -1
        variables = scan.state.variables
        element = Element("span", {"data-variable": str(len(variables))})
        element.text = AtomicString(match[0])
        variables.append(VariableUse(match[1], scan.span(at, match.end())))
        scan.push(element)
        return match.end()
