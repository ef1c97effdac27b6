"""A Python-Markdown instance with the state of one conversion, as rules and steps see it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from xml.etree.ElementTree import Element

from markdown.core import Markdown

from guidepress.diagnostics import Span, error
from guidepress.markdown.origin import Origin
from guidepress.markdown.state import ParseState


class Instance(Markdown):
    """What `dialect` makes whole; the parts know this much of it."""

    state: ParseState
    # Where the text that is converted stands.
    origin: Origin

    @contextmanager
    def guarded(self, part: object, line: int) -> Iterator[None]:
        """What an extension does inside. Its exceptions are reported, at a line of the text (0: where that starts)."""
        module = type(part).__module__
        if module.startswith("guidepress."):
            yield
            return
        try:
            yield
        except Exception as problem:
            name = f"{module}.{type(part).__name__}"
            message = f"`{name}` fails: {type(problem).__name__}: {problem}"
            span = Span(self.origin.file, line or self.origin.line)
            self.state.report_once(error("markdown-extension-failed", message, span))

    def parse_blocks(self, parent: Element, text: str, origin: Origin) -> None:
        """Parse blocks of Markdown into an element."""
        raise NotImplementedError
