"""The block parser: a stack of open blocks that every line is offered to, outermost first."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, ElementTree

from markdown.blockparser import BlockParser

from guidepress.diagnostics import Diagnostic, Span, warning
from guidepress.markdown.draft import Draft
from guidepress.markdown.flow.cursor import TAB, Cursor
from guidepress.markdown.flow.frame import Frame, Proceed, Rule, Started
from guidepress.markdown.flow.paragraph import Paragraph
from guidepress.markdown.origin import Origin

if TYPE_CHECKING:
    from guidepress.markdown.dialect import Dialect

# Open blocks. A list in a list counts two (list and item); no reader follows a tenth of it, and what
# comes after (serializers, sanitizer, layout) has limits of its own.
MAX_DEPTH = 100


class FlowParser(BlockParser):
    """Python-Markdown's block parser, with lines instead of paragraphs as the unit."""

    md: Dialect

    def __init__(self, md: Dialect) -> None:
        super().__init__(md)
        self._rules: dict[str, tuple[Rule, ...]] = {}
        self._wild: tuple[Rule, ...] = ()
        self._indented: tuple[Rule, ...] = ()

    def parseDocument(self, lines: Iterable[str]) -> ElementTree:
        """Parse a document; `md.origin` says where it stands."""
        self.root = Element(self.md.doc_tag)
        self.parse(self.root, "\n".join(lines), self.md.origin)
        return ElementTree(self.root)

    def parseChunk(self, parent: Element, text: str) -> None:
        """Parse a text of unknown place into `parent`."""
        self.parse(parent, text, self.md.origin)

    def parse(self, parent: Element, text: str, origin: Origin) -> None:
        """Parse blocks into `parent`."""
        flow = Flow(self, parent)
        text = text.removesuffix("\n")
        line, column = origin.starts[0]
        last = len(origin.starts) - 1
        for at, content in enumerate(text.split("\n")):
            if at <= last:
                line, column = origin.starts[at]
            else:
                line += 1
            flow.feed(content, line, column - 1)
        flow.close_from(0)

    def rules(self, character: str) -> tuple[Rule, ...]:
        """The rules for blocks that start with `character`, in order."""
        if not self._rules:
            rules = [r for r in self.blockprocessors if isinstance(r, Rule)]
            self._indented = tuple(r for r in rules if r.indented)
            plain = [r for r in rules if not r.indented]
            self._wild = tuple(r for r in plain if not r.characters)
            for one in {c for r in plain for c in r.characters}:
                self._rules[one] = tuple(
                    r for r in plain if not r.characters or one in r.characters
                )
        return self._rules.get(character, self._wild)

    @property
    def indented(self) -> tuple[Rule, ...]:
        """The rules for lines indented by four columns and more."""
        self.rules("")
        return self._indented


class Flow:
    """One run of the parser over the lines of a text."""

    def __init__(self, parser: FlowParser, root: Element) -> None:
        self.parser = parser
        self.cursor = Cursor()
        self.stack: list[Frame] = [Frame(root)]
        # How many of the open blocks the current line belongs to.
        self.matched = 1

    @property
    def draft(self) -> Draft:
        """What the conversion gathers."""
        return self.parser.md.draft

    @property
    def file(self) -> str:
        """The file that is read."""
        return self.draft.file

    def report(self, problem: Diagnostic) -> None:
        """Note a problem."""
        self.draft.report(problem)

    @property
    def container(self) -> Frame:
        """The innermost block that the line belongs to as far as it has been read."""
        return self.stack[self.matched - 1]

    @property
    def paragraph(self) -> Paragraph | None:
        """The paragraph that the line would go on with, if the line belongs to all blocks around it."""
        container = self.container
        return container if isinstance(container, Paragraph) else None

    def feed(self, line: str, number: int, shift: int) -> None:
        """Read one line."""
        cursor = self.cursor
        cursor.load(line, number, shift)
        marked = self._match()
        if marked < 0:
            return
        container = self.container
        if container.verbatim and not self._interrupted(container):
            container.take(self)
            # Empty lines below indented code may turn out to be no part of it.
            ends = cursor.blank and container.kind == "indented"
            self._touch(marked + 1 if ends else len(self.stack))
            return
        started = self._start()
        if started is not Started.LEAF:
            self._text()
        # An empty line belongs to the blocks whose markers stand on it, and lengthens no others.
        empty = cursor.blank and started is Started.NOTHING
        self._touch(marked + 1 if empty else len(self.stack))

    def _match(self) -> int:
        """Offer the line to the open blocks. Gives the index of the last with a marker; -1: line used up."""
        cursor, stack = self.cursor, self.stack
        depth, marked = 1, 0
        while depth < len(stack):
            cursor.find()
            answer = stack[depth].proceed(self)
            if answer is Proceed.STOP:
                break
            if answer is Proceed.MARKED:
                marked = depth
            elif answer is Proceed.TAKEN or answer is Proceed.DONE:
                self.matched = depth + 1
                self._touch(depth + 1)
                self.close_from(depth + 1 if answer is Proceed.TAKEN else depth)
                return -1
            depth += 1
        self.matched = depth
        return marked

    def _interrupted(self, container: Frame) -> bool:
        """Whether a block fence starts or ends a block in spite of open raw HTML."""
        cursor = self.cursor
        cursor.find()
        return (
            container.interruptible
            and cursor.indent < TAB
            and cursor.line.startswith("///", cursor.next)
        )

    def _start(self) -> Started:
        """Open the blocks that start on the line: containers first, a leaf last."""
        cursor, parser = self.cursor, self.parser
        result = Started.NOTHING
        while True:
            cursor.find()
            if cursor.blank:
                return result
            deep = cursor.indent >= TAB
            rules = parser.indented if deep else parser.rules(cursor.line[cursor.next])
            for rule in rules:
                started = rule.start(self)
                if started is not Started.NOTHING:
                    break
            else:
                return result
            result = started
            if result is Started.LEAF:
                return result

    def _text(self) -> None:
        """Give the line to the open paragraph, or begin one."""
        cursor, stack = self.cursor, self.stack
        tip = stack[-1]
        if cursor.blank:
            self.close_from(self.matched)
            return
        if (
            self.matched < len(stack)
            and isinstance(tip, Paragraph)
            and all(frame.lazy for frame in stack[self.matched :])
        ):
            tip.take(self)
            return
        self.close_from(self.matched)
        tip = stack[-1]
        if not isinstance(tip, Paragraph):
            tip = Paragraph(tip.element)
            self.enter(tip)
        tip.take(self)

    def _touch(self, depth: int) -> None:
        number = self.cursor.number
        for frame in self.stack[:depth]:
            frame.end = number

    def _settle(self, kind: str) -> Frame:
        """Close what a new block of this kind closes; gives the block that it stands in."""
        self.close_from(self.matched)
        while not self.stack[-1].holds(kind):
            self.close_from(len(self.stack) - 1)
        parent = self.stack[-1]
        if parent.filled and parent.end < self.cursor.number - 1:
            parent.gap()
        parent.filled = True
        return parent

    def enter(self, frame: Frame) -> None:
        """Open a block. Its element goes into the tree, unless it has a place already."""
        frame.parent = parent = self._settle(frame.kind)
        if frame.attached and frame.element.get("data-line") is None:
            frame.element.set("data-line", str(self.cursor.number))
            parent.element.append(frame.element)
        frame.start = frame.end = self.cursor.number
        self.stack.append(frame)
        self.matched = len(self.stack)

    def add(self, element: Element, kind: str = "leaf") -> None:
        """Put a finished block into the tree."""
        parent = self._settle(kind)
        element.set("data-line", str(self.cursor.number))
        parent.element.append(element)
        self.matched = len(self.stack)

    def drop(self, frame: Frame) -> None:
        """Take a paragraph off the stack whose lines have become something else."""
        assert self.stack[-1] is frame
        self.stack.pop()
        self.matched = len(self.stack)

    def close_from(self, depth: int) -> None:
        """Close the open blocks from this depth on, innermost first."""
        while len(self.stack) > depth:
            frame = self.stack[-1]
            frame.close(self)
            self.stack.pop()
        self.matched = min(self.matched, len(self.stack))

    def too_deep(self) -> bool:
        """Whether no further block may be opened inside; says so once."""
        if len(self.stack) < MAX_DEPTH:
            return False
        cursor = self.cursor
        line, column = cursor.place(cursor.next)
        self.draft.report_once(
            warning(
                "nesting-too-deep",
                f"blocks are nested more than {MAX_DEPTH} deep; what is deeper is read as text",
                Span(self.file, line, column),
            )
        )
        return True
