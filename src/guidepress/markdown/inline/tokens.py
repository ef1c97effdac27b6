"""What the inline parser makes of a text: a flat list of tokens, from which the tree is built."""

from __future__ import annotations

from dataclasses import dataclass
from xml.etree.ElementTree import Element

from guidepress.diagnostics import Span, warning
from guidepress.markdown import attributes
from guidepress.markdown.inline.delimiters import Run
from guidepress.markdown.origin import Origin
from guidepress.markdown.state import ParseState

# Elements in elements; deeper ones are left as text.
MAX_DEPTH = 40


@dataclass(slots=True, eq=False)
class Bracket:
    """A `[` or `![` that may turn out to begin a link: `at` is its offset, `index` its token."""

    at: int
    index: int
    image: bool
    bottom: Run | None
    active: bool = True

    @property
    def text(self) -> str:
        """What the bracket is where it begins nothing."""
        return "![" if self.image else "["


@dataclass(slots=True, eq=False)
class Open:
    """The start of an element; its text is typed as `text`."""

    element: Element
    text: str


@dataclass(slots=True, eq=False)
class Close:
    """The end of the element opened last; typed as `text`."""

    text: str


@dataclass(slots=True, eq=False)
class Attributes:
    """An attribute list, for the element that ends before it."""

    pairs: attributes.Pairs
    text: str
    span: Span


Token = str | Element | Run | Bracket | Open | Close | Attributes


class _Builder:
    def __init__(self, root: Element, state: ParseState, origin: Origin) -> None:
        self.state = state
        self.origin = origin
        # Open elements; None for one that is left as text.
        self.stack: list[Element | None] = [root]
        self.depth = 0
        self.top = root
        self.last: Element | None = None
        self.texts: list[str] = []
        # The element that ended just before.
        self.ended: Element | None = None

    def text(self, text: str) -> None:
        if text:
            self.texts.append(text)
            self.ended = None

    def flush(self) -> None:
        if self.texts:
            text = "".join(self.texts)
            self.texts.clear()
            if self.last is None:
                self.top.text = (self.top.text or "") + text
            else:
                self.last.tail = (self.last.tail or "") + text

    def add(self, element: Element) -> None:
        self.flush()
        self.top.append(element)
        self.last = self.ended = element

    def open(self, element: Element, text: str) -> None:
        if self.depth >= MAX_DEPTH:
            self._too_deep()
            self.stack.append(None)
            self.text(text)
            return
        self.flush()
        self.top.append(element)
        self.stack.append(element)
        self.depth += 1
        self.top, self.last, self.ended = element, None, None

    def close(self, text: str) -> None:
        element = self.stack.pop()
        if element is None:
            self.text(text)
            return
        self.flush()
        self.depth -= 1
        self.top = next(e for e in reversed(self.stack) if e is not None)
        self.last = self.ended = element

    def _too_deep(self) -> None:
        message = f"markup is nested more than {MAX_DEPTH} deep; what is deeper is read as text"
        line, column = self.origin.starts[0]
        span = Span(self.state.file, line, column)
        self.state.report_once(warning("nesting-too-deep", message, span))


def build(root: Element, tokens: list[Token], state: ParseState, origin: Origin) -> None:
    """Fill an element with what the tokens say."""
    builder = _Builder(root, state, origin)
    for token in tokens:
        if isinstance(token, str):
            builder.text(token)
        elif isinstance(token, Run):
            for _, text in token.closers:
                builder.close(text)
            builder.text(token.character * token.count)
            for tag, text in reversed(token.openers):
                builder.open(Element(tag), text)
        elif isinstance(token, Open):
            builder.open(token.element, token.text)
        elif isinstance(token, Close):
            builder.close(token.text)
        elif isinstance(token, Bracket):
            builder.text(token.text)
        elif isinstance(token, Attributes):
            if builder.ended is None:
                builder.text(token.text)
            else:
                attributes.apply(builder.ended, token.pairs, token.span, state)
        else:
            builder.add(token)
    builder.flush()
