"""What is gathered while one text is converted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from xml.etree.ElementTree import Element

from guidepress.diagnostics import Diagnostic, Fix, Span
from guidepress.markdown.document import BlockUse, Condition, HeadingUse
from guidepress.markdown.origin import Origin


@dataclass(frozen=True, slots=True)
class Definition:
    """A link reference definition: `[label]: target "title"`."""

    target: str
    title: str | None
    span: Span


@dataclass(frozen=True, slots=True)
class ReferenceUse:
    """A link to a label of the book, as it was written after `](`."""

    target: str
    span: Span


@dataclass(frozen=True, slots=True)
class ImageUse:
    """An image as it was written; `src` is relative to the Markdown file."""

    src: str
    alt: str
    span: Span


@dataclass(frozen=True, slots=True)
class FormulaUse:
    """A formula: its TeX on one line, and whether it is displayed on lines of its own."""

    tex: str
    display: bool
    span: Span


@dataclass(frozen=True, slots=True)
class QuoteUse:
    """Code quoted from a file, as it was written; see `content.Quote`."""

    path: str
    region: str
    language: str
    span: Span


@dataclass(frozen=True, slots=True)
class VariableUse:
    """A variable in a text: `{{ name }}`."""

    name: str
    span: Span


@dataclass(slots=True)
class NoteDraft:
    """A footnote as defined; `number` is given at its first call."""

    name: str
    element: Element
    span: Span
    number: int = 0


@dataclass(slots=True)
class CardDraft:
    """A card: the name of its block, the elements that hold its parts, and its options.

    `has_id`: an option `id` stands there, be its value one or not; `typed_id` is one that stands in the text.
    """

    kind: str
    element: Element
    parent: Element
    span: Span
    options: dict[str, Any]
    option_line: Fix | None = None
    has_id: bool = False
    typed_id: str = ""
    parts: dict[str, Element] = field(default_factory=dict)
    conditions: tuple[int, ...] = ()


@dataclass(slots=True)
class ParseState:
    """The state of one conversion. Rules write into it; `convert` makes a Document of it."""

    file: str = ""
    diagnostics: list[Diagnostic] = field(default_factory=list)
    # Elements whose text is Markdown, with the place of that text.
    origins: dict[Element, Origin] = field(default_factory=dict)
    # Links, images and raw tags, with the place of their target or of themselves.
    spans: dict[Element, Span] = field(default_factory=dict)
    definitions: dict[str, Definition] = field(default_factory=dict)
    notes: dict[str, NoteDraft] = field(default_factory=dict)
    called: list[NoteDraft] = field(default_factory=list)
    abbreviations: dict[str, str] = field(default_factory=dict)
    # List items and definitions whose paragraphs come without <p>.
    tight: set[Element] = field(default_factory=set)
    # First paragraphs of task list items: ticked or not.
    tasks: dict[Element, bool] = field(default_factory=dict)
    cards: list[CardDraft] = field(default_factory=list)
    blocks: list[BlockUse] = field(default_factory=list)
    # What blocks want to do once the texts in them are parsed, in the order in which they opened.
    endings: list[Callable[[], None]] = field(default_factory=list)
    headings: list[HeadingUse] = field(default_factory=list)
    references: list[ReferenceUse] = field(default_factory=list)
    images: list[ImageUse] = field(default_factory=list)
    formulas: list[FormulaUse] = field(default_factory=list)
    quotes: list[QuoteUse] = field(default_factory=list)
    variables: list[VariableUse] = field(default_factory=list)
    conditions: list[Condition] = field(default_factory=list)
    _said: set[str] = field(default_factory=set)

    def report(self, problem: Diagnostic) -> None:
        """Note a problem."""
        self.diagnostics.append(problem)

    def report_once(self, problem: Diagnostic) -> None:
        """Note a problem whose cause would repeat it line after line."""
        if problem.code not in self._said:
            self._said.add(problem.code)
            self.report(problem)

    def trees(self, root: Element) -> Iterator[Element]:
        """The document, then what is kept apart from it: the footnotes in order of call, and the cards."""
        yield root
        for note in self.called:
            yield note.element
        for card in self.cards:
            yield card.element
