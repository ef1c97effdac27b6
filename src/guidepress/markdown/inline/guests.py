"""Inline patterns of Python-Markdown's extensions, asked wherever their expression matches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element

from markdown.inlinepatterns import InlineProcessor

from guidepress.markdown.instance import Instance


@dataclass(frozen=True, slots=True)
class Found:
    """What a pattern made of a part of the text."""

    pattern: Any
    start: int
    end: int
    tokens: tuple[str | Element, ...]


class Search:
    """The places of one text that patterns want; `without` are those that are open around it."""

    def __init__(
        self, md: Instance, text: str, patterns: tuple[Any, ...], without: tuple[Any, ...]
    ) -> None:
        self.md = md
        self.text = text
        self.patterns = [one for one in patterns if one not in without]
        # Pattern -> its next match; None: there is none.
        self._ahead: dict[Any, Found | None] = {}

    def next(self, at: int, limit: int) -> Found | None:
        """What is found first from `at` on, at `limit` or before; of two at one place, the more important."""
        first: Found | None = None
        for pattern in self.patterns:
            ahead = self._ahead.get(pattern)
            if pattern not in self._ahead or (ahead is not None and ahead.start < at):
                ahead = self._ahead[pattern] = self._search(pattern, at)
            if ahead is not None and (first is None or ahead.start < first.start):
                first = ahead
        return first if first is not None and first.start <= limit else None

    def _search(self, pattern: Any, at: int) -> Found | None:
        while at <= len(self.text):
            # Old patterns match the whole of a text, with what stands before and after in their outermost groups.
            new = isinstance(pattern, InlineProcessor)
            compiled = pattern.getCompiledRegExp()
            match = compiled.search(self.text, at) if new else compiled.match(self.text[at:])
            if match is None:
                return None
            start = match.start() if new else at + match.end(1)
            made: Any = None
            end: int | None = None
            with self.md.guarded(pattern, 0):
                if new:
                    made, begin, end = pattern.handleMatch(match, self.text)
                    start = start if begin is None else begin
                else:
                    made = pattern.handleMatch(match)
                    end = at + match.start(match.re.groups)
            if made is not None and end is not None and start >= at and end > start:
                return Found(pattern, start, end, (made,))
            at = max(at, start) + 1
        return None
