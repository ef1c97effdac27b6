r"""Formulas as blocks: `\[…\]` over one line or several."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from guidepress.markdown import attributes, formula
from guidepress.markdown.flow.frame import Flow, Leaf, Proceed, Rule, Started
from guidepress.markdown.origin import Origin

# Lines that a formula may have. Without a limit, a file of opening marks would be read again for each of them.
MAX_LINES = 100


class Display(Leaf):
    r"""The lines of a formula; none of them is a list, a heading or a quote."""

    kind = "formula"
    verbatim = True

    def __init__(self) -> None:
        super().__init__(Element("div"))
        self.lines: list[str] = []
        self.starts: list[tuple[int, int]] = []
        self.complete = False

    def proceed(self, flow: Flow) -> Proceed:
        r"""Until the line after `\]`, or an empty one, where a block around it ends too early."""
        return Proceed.STOP if self.complete or flow.cursor.blank else Proceed.GO

    def take(self, flow: Flow) -> None:
        """Add a line."""
        cursor = flow.cursor
        cursor.find()
        self.lines.append(cursor.line[cursor.next :])
        self.starts.append(cursor.place(cursor.next))
        self.complete = formula.end("\n".join(self.lines), 0) > 0

    def close(self, flow: Flow) -> None:
        """Become a formula, or a paragraph if it has been cut off."""
        text = "\n".join(self.lines).rstrip(" \t")
        origin = Origin(flow.file, self.starts)
        if not self.complete:
            self.element.tag = "p"
            self.element.text = text
            flow.state.origins[self.element] = origin
            return
        end = formula.end(text, 0)
        formula.fill(
            self.element, text[2 : end - 2], origin.span(text, 0, end), flow.state, display=True
        )
        if match := attributes.LIST.search(text, end):
            pairs = attributes.parse(match) or ()
            span = origin.span(text, match.start(), len(match[0]))
            attributes.apply(self.element, pairs, span, flow.state)


class DisplayRule(Rule):
    r"""A line that begins with `\[`, where nothing but an attribute list follows the `\]`."""

    characters = "\\"

    def start(self, flow: Flow) -> Started:
        """Open a formula, if it is closed before an empty line."""
        cursor = flow.cursor
        text = cursor.line[cursor.next :]
        if not text.startswith("\\["):
            return Started.NOTHING
        end = formula.end(text, 0)
        if end < 0:
            for line in flow.ahead(MAX_LINES):
                if not line.strip(" \t>"):
                    break
                text = f"{text}\n{line}"
                if "\\]" in line and (end := formula.end(text, 0)) > 0:
                    break
        if end < 0 or not _ends_line(text, end):
            return Started.NOTHING
        frame = Display()
        flow.enter(frame)
        frame.take(flow)
        return Started.LEAF


def _ends_line(text: str, end: int) -> bool:
    after = text[end:].strip(" \t")
    if not after:
        return True
    match = attributes.LIST.fullmatch(after)
    return match is not None and attributes.parse(match) is not None
