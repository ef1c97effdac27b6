"""Footnote definitions: `[^name]: text`, with further blocks indented."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

from guidepress.diagnostics import Related, Span, error
from guidepress.markdown.flow.cursor import TAB
from guidepress.markdown.flow.frame import Flow, Frame, Proceed, Rule, Started
from guidepress.markdown.state import NoteDraft

_OPENING = re.compile(r"\[\^([^\]\s\[]+)\]:[ \t]*")


class Footnote(Frame):
    """A note; its element is kept apart from the tree."""

    kind = "footnote"
    attached = False

    def proceed(self, flow: Flow) -> Proceed:
        """Indented and empty lines."""
        cursor = flow.cursor
        if cursor.indent < TAB and not cursor.blank:
            return Proceed.STOP
        cursor.skip_columns(min(cursor.indent, TAB))
        return Proceed.GO


class FootnoteRule(Rule):
    """`[^name]:`."""

    characters = "["

    def start(self, flow: Flow) -> Started:
        """Open a note."""
        cursor = flow.cursor
        match = _OPENING.match(cursor.line, cursor.next)
        if match is None or flow.too_deep():
            return Started.NOTHING
        line, column = cursor.place(cursor.next)
        span = Span(flow.file, line, column, len(match[0].rstrip()))
        note = NoteDraft(match[1], Element("div", {"data-line": str(line)}), span)
        if (first := flow.state.notes.setdefault(match[1].casefold(), note)) is not note:
            flow.report(
                error(
                    "footnote-duplicate",
                    f"a second footnote is called `{match[1]}`",
                    span,
                    related=(Related(first.span, "first here"),),
                )
            )
        flow.enter(Footnote(note.element))
        cursor.skip_indent()
        cursor.skip(match.end() - match.start())
        return Started.CONTAINER
