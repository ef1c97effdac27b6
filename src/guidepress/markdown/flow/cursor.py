"""A place in a line, aware of tabs: block structure counts columns, text keeps its characters."""

from __future__ import annotations

import re

_BLANKS = re.compile(r"[ \t]*")
TAB = 4


class Cursor:
    """What is left of a line while containers take their markers from it.

    `offset` counts characters, `column` columns with tab stops every four. `next` and `indent` describe the
    first character that is not a space or tab, as of the last `find`.
    """

    __slots__ = (
        "blank", "column", "indent", "line", "next", "number", "offset", "partial", "shift",
    )  # fmt: skip

    def load(self, line: str, number: int, shift: int) -> None:
        """Begin a line: its text, its number, and what precedes its first column in the file."""
        self.line = line
        self.number = number
        self.shift = shift
        self.offset = 0
        self.column = 0
        self.partial = False

    def find(self) -> None:
        """Look for the first character that is neither space nor tab."""
        match = _BLANKS.match(self.line, self.offset)
        assert match is not None  # the pattern matches everywhere
        self.next = end = match.end()
        column = self.column
        if "\t" in match[0]:
            for character in match[0]:
                column += TAB - column % TAB if character == "\t" else 1
            self.indent = column - self.column
        else:
            self.indent = end - self.offset
        self.blank = end == len(self.line)

    @property
    def character(self) -> str:
        """The character at `next`; empty at the end of the line."""
        return self.line[self.next : self.next + 1]

    def skip_indent(self) -> None:
        """Go to `next`."""
        self.column += self.indent
        self.offset = self.next
        self.partial = False
        self.indent = 0

    def skip(self, characters: int) -> None:
        """Go over characters that are no tabs."""
        self.offset += characters
        self.column += characters
        self.partial = False

    def skip_columns(self, count: int) -> None:
        """Go over `count` columns of spaces and tabs, perhaps into a tab."""
        line = self.line
        while count > 0 and self.offset < len(line) and line[self.offset] in " \t":
            if line[self.offset] == "\t":
                width = TAB - self.column % TAB
                if width > count:
                    self.column += count
                    self.partial = True
                    return
                self.column += width
                count -= width
            else:
                self.column += 1
                count -= 1
            self.offset += 1
            self.partial = False

    def rest(self) -> str:
        """The text from here on; a tab entered half way gives the spaces that are left of it."""
        if self.partial:
            return " " * (TAB - self.column % TAB) + self.line[self.offset + 1 :]
        return self.line[self.offset :]

    def place(self, offset: int) -> tuple[int, int]:
        """The line and column in the file of a character of the line."""
        return (self.number, self.shift + offset + 1)
