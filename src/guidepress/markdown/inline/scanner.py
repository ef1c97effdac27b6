"""The inline parser: one pass from left to right, in which each construct starts where its character stands.

Python-Markdown runs one pass for each pattern, so that what is a link depends on the order of patterns and
not on where things stand. Here the rules stand in its registry (`md.inlinePatterns`), and so do the patterns that
extensions add, which `guests` asks; they come before a rule that starts at the same place.
"""

from __future__ import annotations

import re
from typing import Any, ClassVar
from xml.etree.ElementTree import Element

from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString

from guidepress.diagnostics import Diagnostic, Span
from guidepress.markdown.inline import guests
from guidepress.markdown.inline.delimiters import Run, RunStack, resolve
from guidepress.markdown.inline.tokens import Bracket, Token, build
from guidepress.markdown.instance import Instance
from guidepress.markdown.markup import AUTHORED
from guidepress.markdown.origin import Origin
from guidepress.markdown.state import ParseState


class InlineRule:
    """How a construct inside a paragraph starts: `starts` is a regular expression for its first characters."""

    starts: ClassVar[str] = ""
    # The characters that a match of `starts` may begin with.
    characters: ClassVar[str] = ""

    def parse(self, scan: Scan, at: int) -> int:
        """Put tokens for the construct at `at` into `scan`; gives the offset after it, or -1."""
        raise NotImplementedError


class Scan:
    """The parsing of one text."""

    def __init__(self, text: str, origin: Origin, state: ParseState) -> None:
        self.text = text
        self.origin = origin
        self.state = state
        self.tokens: list[Token] = []
        self.runs = RunStack()
        self.brackets: list[Bracket] = []
        # Closing marks that do not occur in the rest of the text: a search for them is not repeated.
        self.missing: set[str] = set()
        # Where the link ends that an author has typed as HTML: no address before that is one of its own.
        self.linked = 0
        self._lower: str | None = None

    def span(self, at: int, end: int) -> Span:
        """The span of a part of the text."""
        return self.origin.span(self.text, at, end - at)

    def report(self, problem: Diagnostic) -> None:
        """Note a problem."""
        self.state.report(problem)

    def find(self, mark: str, at: int, *, lower: bool = False) -> int:
        """Where `mark` stands next, or -1; with `lower`, in whatever case."""
        if mark in self.missing:
            return -1
        text = self.text
        if lower:
            if self._lower is None:
                # Characters that change their length in lower case would shift the offsets.
                self._lower = re.sub("[A-Z]+", lambda m: m[0].lower(), text)
            text = self._lower
        found = text.find(mark, at)
        if found < 0:
            self.missing.add(mark)
        return found

    def push(self, token: Token) -> None:
        """Add a token."""
        self.tokens.append(token)

    def push_run(self, run: Run) -> None:
        """Add a run of delimiters."""
        self.tokens.append(run)
        self.runs.push(run)


class Scanner(Treeprocessor):
    """Parses the texts of a tree that the block parser left, in document order."""

    md: Instance

    def __init__(self, md: Instance) -> None:
        super().__init__(md)
        self._starts: re.Pattern[str] | None = None
        self._rules: dict[str, tuple[InlineRule, ...]] = {}
        self._patterns: tuple[Any, ...] = ()
        # Old patterns of Python-Markdown look here for what they hid from each other; nothing is hidden here.
        self.stashed_nodes: dict[str, Element] = {}

    def run(self, root: Element) -> None:
        """Parse every text of the document, then of the footnotes that it calls."""
        state = self.md.state
        self._tree(root, state)
        # Notes may call notes.
        for note in state.called:
            self._tree(note.element, state)

    def _tree(self, root: Element, state: ParseState) -> None:
        place = state.origins.get(root) or self.md.origin
        for element in list(root.iter()):
            place = state.origins.get(element, place)
            text = element.text
            if text and element.tag != AUTHORED and not isinstance(text, AtomicString):
                element.text = None
                self._fill(element, text, place, state)

    def _fill(
        self,
        element: Element,
        text: str,
        origin: Origin,
        state: ParseState,
        without: tuple[Any, ...] = (),
    ) -> None:
        scan = Scan(text, origin, state)
        starts, rules = self._prepared()
        patterns = guests.Search(self.md, text, self._patterns, without) if self._patterns else None
        at = 0
        while (match := starts.search(text, at)) is not None or patterns is not None:
            start = match.start() if match else len(text)
            if patterns is not None:
                found = patterns.next(at, start)
                if found is not None:
                    if found.start > at:
                        scan.tokens.append(text[at : found.start])
                    at = found.end
                    inside = (*without, found.pattern)
                    scan.tokens.extend(
                        self._guest(found, scan.span(found.start, at), state, inside)
                    )
                    continue
                if match is None:
                    break
            if start > at:
                scan.tokens.append(text[at:start])
            for rule in rules[text[start]]:
                end = rule.parse(scan, start)
                if end >= 0:
                    at = end
                    break
            else:
                scan.tokens.append(text[start])
                at = start + 1
        if at < len(text):
            scan.tokens.append(text[at:])
        resolve(scan.runs, None)
        build(element, scan.tokens, state, origin)

    def _guest(
        self, found: guests.Found, span: Span, state: ParseState, without: tuple[Any, ...]
    ) -> list[Token]:
        """What a pattern of an extension made. The texts in it are Markdown, without that pattern."""
        origin = Origin(span.file, ((span.line, span.column),))
        for token in found.tokens:
            if not isinstance(token, Element):
                continue
            for one in list(token.iter()):
                state.spans[one] = span
                state.origins[one] = origin
                if one.text and one.tag != AUTHORED and not isinstance(one.text, AtomicString):
                    text, one.text = one.text, None
                    children = list(one)
                    for child in children:
                        one.remove(child)
                    self._fill(one, text, origin, state, without)
                    one.extend(children)
        return list(found.tokens)

    def _prepared(self) -> tuple[re.Pattern[str], dict[str, tuple[InlineRule, ...]]]:
        """The pattern for every place where a construct may start, and the rules by first character."""
        if self._starts is None:
            rules = [r for r in self.md.inlinePatterns if isinstance(r, InlineRule)]
            self._patterns = tuple(
                r for r in self.md.inlinePatterns if not isinstance(r, InlineRule)
            )
            self._starts = re.compile("|".join(dict.fromkeys(r.starts for r in rules)))
            for one in {c for r in rules for c in r.characters}:
                self._rules[one] = tuple(r for r in rules if one in r.characters)
        return self._starts, self._rules
