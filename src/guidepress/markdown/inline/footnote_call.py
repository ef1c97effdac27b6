"""Calls of footnotes: `[^name]`."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element, SubElement

from markdown.util import AtomicString

from guidepress.diagnostics import did_you_mean, error
from guidepress.markdown.inline.scanner import InlineRule, Scan

_CALL = re.compile(r"\[\^([^\]\s\[]+)\](?!\()")


class FootnoteCall(InlineRule):
    """The number of a note, raised."""

    starts = r"\[\^"
    characters = "["

    def parse(self, scan: Scan, at: int) -> int:
        """Number the note at its first call."""
        match = _CALL.match(scan.text, at)
        if match is None:
            return -1
        notes = scan.state.notes
        note = notes.get(match[1].casefold())
        if note is None:
            names = [one.name for one in notes.values()]
            hints = did_you_mean(match[1], names) or (
                f"add a paragraph `[^{match[1]}]: …`",
                "if no footnote is meant, write `\\[` for the bracket or put it in backticks",
            )
            message = f"no footnote is called `{match[1]}`"
            span = scan.span(at, match.end())
            scan.report(error("footnote-unknown", message, span, hints=hints))
            scan.push(match[0])
            return match.end()
        if not note.number:
            scan.state.called.append(note)
            note.number = len(scan.state.called)
        call = Element("sup", {"class": "footnote-ref"})
        link = SubElement(call, "a", {"href": f"#fn-{note.name}"})
        link.text = AtomicString(str(note.number))
        scan.push(call)
        return match.end()
