"""Open blocks: what each asks of the next line to stay open, and the stack of them that lines are offered to."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import Enum
from typing import ClassVar
from xml.etree.ElementTree import Element

from guidepress.diagnostics import Diagnostic, Span, warning
from guidepress.markdown.flow.cursor import TAB, Cursor
from guidepress.markdown.instance import Instance
from guidepress.markdown.state import ParseState

# Open blocks. A list in a list counts two (list and item); no reader follows a tenth of it, and what
# comes after (serializers, sanitizer, layout) has limits of its own.
MAX_DEPTH = 100


class Proceed(Enum):
    """What an open block makes of a line."""

    STOP = "the line is not of this block"
    GO = "it may be, as far as this block can tell"
    MARKED = "it is: its marker stood there"
    TAKEN = "it is, and there is nothing left of the line"
    DONE = "it is, and it ends this block"


class Started(Enum):
    """What a rule made of a place in a line."""

    NOTHING = "no block starts here"
    CONTAINER = "a block that holds blocks; more may start behind its marker"
    LEAF = "a block that has the rest of the line"


class Frame:
    """An open block. `element` is where its children go; `end` is its last line so far."""

    kind: ClassVar[str] = ""
    # Takes lines as they are, without looking for blocks in them.
    verbatim: ClassVar[bool] = False
    # A paragraph inside goes on in a line that lacks this block's marker (CommonMark's laziness).
    lazy: ClassVar[bool] = True
    # The element goes into the tree when the block opens.
    attached: ClassVar[bool] = True
    parent: Frame

    def __init__(self, element: Element) -> None:
        self.element = element
        # A verbatim block that a block fence may end all the same.
        self.interruptible = False
        # A missing end is explained by another problem.
        self.excused = False
        self.start = 0
        self.end = 0
        self.filled = False

    def proceed(self, flow: Flow) -> Proceed:
        """Whether the line at the cursor may belong to this block; moves past its marker."""
        return Proceed.GO

    def take(self, flow: Flow) -> None:
        """Take the rest of the line (verbatim blocks)."""

    def holds(self, kind: str) -> bool:
        """Whether a block of this kind may stand directly inside."""
        return True

    def gap(self) -> None:
        """Note an empty line between two children."""

    def close(self, flow: Flow) -> None:
        """End the block. Its children have been closed."""


class Leaf(Frame):
    """An open block that holds no blocks."""

    def holds(self, kind: str) -> bool:
        """Nothing."""
        return False


class Rule:
    """How blocks of one construct start.

    Rules stand in Python-Markdown's registry of block processors, which keeps their order, beside those that
    extensions add; the parser asks them line by line.
    """

    # The characters such a block may start with; empty for any.
    characters: ClassVar[str] = ""
    # Whether the rule looks at lines indented by four columns and more.
    indented: ClassVar[bool] = False

    def __init__(self, md: Instance) -> None:
        self.md = md

    def start(self, flow: Flow) -> Started:
        """Open a block at the cursor, if one starts there."""
        raise NotImplementedError


class Rules:
    """The rules of a parser by the characters they look at, and what makes a paragraph.

    `guests` takes lines for what extensions add, which would be text or indented code else.
    """

    def __init__(
        self,
        rules: Iterable[Rule],
        paragraph: Callable[[Element], Frame],
        guests: Callable[[Flow], bool] | None = None,
    ) -> None:
        rules = tuple(rules)
        self.guests = guests
        plain = [rule for rule in rules if not rule.indented]
        self.paragraph = paragraph
        self.indented = tuple(rule for rule in rules if rule.indented)
        self._any = tuple(rule for rule in plain if not rule.characters)
        self._starting = {
            one: tuple(rule for rule in plain if not rule.characters or one in rule.characters)
            for one in {c for rule in plain for c in rule.characters}
        }

    def starting(self, character: str) -> tuple[Rule, ...]:
        """The rules for blocks that may start with `character`, in order."""
        return self._starting.get(character, self._any)


class Flow:
    """One run of the parser over the lines of a text."""

    def __init__(self, rules: Rules, root: Element, state: ParseState) -> None:
        self.rules = rules
        # What the conversion gathers.
        self.state = state
        self.cursor = Cursor()
        self.stack: list[Frame] = [Frame(root)]
        # All lines, and which of them is read: a few rules look ahead. Lines before `resume` have been read.
        self.lines: list[str] = []
        self.at = 0
        self.resume = 0
        # How many of the open blocks the current line belongs to.
        self.matched = 1

    @property
    def file(self) -> str:
        """The file that is read."""
        return self.state.file

    def report(self, problem: Diagnostic) -> None:
        """Note a problem."""
        self.state.report(problem)

    @property
    def container(self) -> Frame:
        """The innermost block that the line belongs to as far as it has been read."""
        return self.stack[self.matched - 1]

    def ahead(self, count: int) -> list[str]:
        """The lines after this one, `count` at most, with the markers of the blocks that they are in."""
        return self.lines[self.at + 1 : self.at + 1 + count]

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
        if started is Started.NOTHING and self._guest():
            return
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
        cursor, known = self.cursor, self.rules
        result = Started.NOTHING
        while True:
            cursor.find()
            if cursor.blank:
                return result
            deep = cursor.indent >= TAB
            if deep and result is Started.NOTHING and self._guest():
                return Started.LEAF
            rules = known.indented if deep else known.starting(cursor.line[cursor.next])
            for rule in rules:
                started = rule.start(self)
                if started is not Started.NOTHING:
                    break
            else:
                return result
            result = started
            if result is Started.LEAF:
                return result

    def _guest(self) -> bool:
        """Whether an extension takes the line, which would be text or indented code."""
        return self.rules.guests is not None and self.rules.guests(self)

    def _text(self) -> None:
        """Give the line to the open paragraph, or begin one."""
        cursor, stack = self.cursor, self.stack
        tip = stack[-1]
        if cursor.blank:
            self.close_from(self.matched)
            return
        if (
            self.matched < len(stack)
            and tip.kind == "paragraph"
            and all(frame.lazy for frame in stack[self.matched :])
        ):
            tip.take(self)
            return
        self.close_from(self.matched)
        tip = stack[-1]
        if tip.kind != "paragraph":
            tip = self.rules.paragraph(Element("p"))
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
        self.state.report_once(
            warning(
                "nesting-too-deep",
                f"blocks are nested more than {MAX_DEPTH} deep; what is deeper is read as text",
                Span(self.file, line, column),
            )
        )
        return True
