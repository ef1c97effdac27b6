"""Places in a text as the protocol counts them: lines from 0, columns in units of an encoding (UTF-16, mostly)."""

from __future__ import annotations

import re
from collections.abc import Callable

from lsprotocol.types import Position, Range

from guidepress.diagnostics import Span

# The line ends of the Language Server Protocol 3.17 ("Text Documents"), which are those of spans, too.
_LINE_END = re.compile(r"\r\n|\r|\n")


def _utf16(text: str) -> int:
    return len(text) + sum(character > "\uffff" for character in text)


_UNITS: dict[str, Callable[[str], int]] = {
    "utf-8": lambda text: len(text.encode("utf-8", "surrogatepass")),
    "utf-16": _utf16,
    "utf-32": len,
}


class Text:
    """A text by lines; `encoding` is the one that client and server agreed on to count columns in."""

    def __init__(self, text: str, encoding: str = "utf-16") -> None:
        self.text = text
        self.lines = _LINE_END.split(text.removeprefix("\ufeff"))
        self._units = _UNITS[encoding]

    def line(self, number: int) -> str:
        """The line of that number, from 1; empty beyond the end."""
        return self.lines[number - 1] if 0 < number <= len(self.lines) else ""

    def position(self, line: int, column: int) -> Position:
        """The position of a character, by its line and column from 1; the nearest that there is."""
        number = min(max(line, 1), len(self.lines))
        return Position(number - 1, self._units(self.line(number)[: max(column, 1) - 1]))

    def range(self, span: Span) -> Range:
        """What a span covers; of one without a line, the file's beginning."""
        column, length = (span.column, span.length) if span.line > 0 else (1, 0)
        start, end = max(column, 1), max(column + length, 1)
        return Range(self.position(span.line, start), self.position(span.line, end))

    def place(self, position: Position) -> tuple[int, int]:
        """The line and the column, both from 1, of the character behind a position."""
        text, units = self.line(position.line + 1), 0
        for column, character in enumerate(text, 1):
            if units >= position.character:
                return position.line + 1, column
            units += self._units(character)
        return position.line + 1, len(text) + 1
