"""Where a piece of text stands in its file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from guidepress.diagnostics import Span


@dataclass(frozen=True, slots=True)
class Origin:
    """The line and column in `file` at which each line of a text starts.

    A text gathered from a block lacks the markers before its lines (`> `, indentation), so that each of its
    lines has a column of its own.
    """

    file: str
    starts: Sequence[tuple[int, int]]

    def span(self, text: str, offset: int = 0, length: int = 1) -> Span:
        """The span of `length` characters at `offset` of the text, cut at the end of their line."""
        at = min(text.count("\n", 0, offset), len(self.starts) - 1)
        start = text.rfind("\n", 0, offset) + 1
        end = text.find("\n", offset)
        room = (len(text) if end < 0 else end) - offset
        line, column = self.starts[at]
        return Span(self.file, line, column + offset - start, max(1, min(length, room)))

    def tail(self, text: str, offset: int) -> Origin:
        """The origin of `text[offset:]`."""
        at = min(text.count("\n", 0, offset), len(self.starts) - 1)
        line, column = self.starts[at]
        moved = column + offset - (text.rfind("\n", 0, offset) + 1)
        return Origin(self.file, ((line, moved), *self.starts[at + 1 :]))

    @property
    def line(self) -> int:
        """The line at which the text starts."""
        return self.starts[0][0]
