"""Classic admonitions: `!!! note "Title"` over an indented body."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element, SubElement

from guidepress.diagnostics import Span, did_you_mean, warning
from guidepress.markdown.flow.cursor import TAB
from guidepress.markdown.flow.frame import Flow, Frame, Proceed, Rule, Started
from guidepress.markdown.origin import Origin

KINDS = (
    *("note", "tip", "hint", "important", "warning"),
    *("caution", "danger", "attention", "error"),
)
# The title's paragraph has this attribute where the author gave none: the book knows what the kind is called.
UNTITLED = "data-word"

_OPENING = re.compile(r'!!![ ]?([\w-]+(?:[ ]+[\w-]+)*)(?:[ ]+"(.*?)")?[ \t]*$')


class Admonition(Frame):
    """A body indented by four columns."""

    kind = "admonition"
    # As in Python-Markdown: a line that is not indented is not of the admonition.
    lazy = False

    def proceed(self, flow: Flow) -> Proceed:
        """Indented and empty lines."""
        cursor = flow.cursor
        if cursor.indent < TAB and not cursor.blank:
            return Proceed.STOP
        cursor.skip_columns(min(cursor.indent, TAB))
        return Proceed.GO


class AdmonitionRule(Rule):
    """`!!! kind more-classes "Title"`; an empty title means none."""

    characters = "!"

    def start(self, flow: Flow) -> Started:
        """Open an admonition."""
        cursor = flow.cursor
        match = _OPENING.match(cursor.line, cursor.next)
        if match is None or flow.too_deep():
            return Started.NOTHING
        name, *more = match[1].lower().split()
        if name not in KINDS:
            line, column = cursor.place(match.start(1))
            message = f"no kind of admonition is called `{name}`"
            hints = did_you_mean(name, KINDS)
            span = Span(flow.file, line, column, len(name))
            flow.report(warning("block-unknown", message, span, hints=hints))
        element = Element("div", {"class": " ".join(["admonition", name, *more])})
        flow.enter(Admonition(element))
        title = name.capitalize() if match[2] is None else match[2].strip()
        if title:
            paragraph = SubElement(element, "p", {"class": "admonition-title"})
            paragraph.text = title
            if match[2] is None and name in KINDS:
                paragraph.set(UNTITLED, name)
            place = cursor.place(match.start(1) if match[2] is None else match.start(2))
            flow.state.origins[paragraph] = Origin(flow.file, (place,))
        return Started.LEAF
