"""Block quotes."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from guidepress.markdown.flow.cursor import TAB, Cursor
from guidepress.markdown.flow.frame import Flow, Frame, Proceed, Rule, Started


class Quote(Frame):
    """Lines that begin with `>`."""

    kind = "quote"

    def proceed(self, flow: Flow) -> Proceed:
        """Another marker."""
        cursor = flow.cursor
        if cursor.indent >= TAB or cursor.blank or cursor.character != ">":
            return Proceed.STOP
        _skip_marker(cursor)
        return Proceed.MARKED


class QuoteRule(Rule):
    """`> text`."""

    characters = ">"

    def start(self, flow: Flow) -> Started:
        """Open a quote."""
        if flow.too_deep():
            return Started.NOTHING
        flow.enter(Quote(Element("blockquote")))
        _skip_marker(flow.cursor)
        return Started.CONTAINER


def _skip_marker(cursor: Cursor) -> None:
    cursor.skip_indent()
    cursor.skip(1)
    cursor.skip_columns(1)
