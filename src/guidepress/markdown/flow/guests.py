"""Block processors of Python-Markdown's extensions, asked where a block may start.

Such a processor gets the text in blocks: what stands between empty lines. `test(parent, block)` says whether it wants
one, `run(parent, blocks)` takes it out of the list, with as many more as it likes, and may put back what it
leaves. Places are those of the lines it took; where it changed the text, those of the block's first line.
"""

from __future__ import annotations

from typing import Any
from xml.etree.ElementTree import Element

from guidepress.markdown.flow.frame import Flow
from guidepress.markdown.instance import Instance
from guidepress.markdown.origin import Origin


class BlockGuests:
    """The processors of one dialect, most important first, and where the lines are that one of them has now."""

    def __init__(self, md: Instance) -> None:
        self.md = md
        self.processors: tuple[Any, ...] = ()
        # Text, line and column of each line on offer.
        self._lines: list[tuple[str, int, int]] = []

    def take(self, flow: Flow) -> bool:
        """Offer the lines from the cursor on. True: a processor has taken some, and the parser goes on after them."""
        flow.cursor.find()
        if flow.cursor.blank or flow.stack[-1].kind == "paragraph" or not _unmarked(flow):
            return False
        lines = _lines(flow)
        blocks, starts = _blocks([line for line, _, _ in lines])
        parent = flow.container.element
        for processor in self.processors:
            with self.md.guarded(processor, flow.cursor.number):
                if not processor.test(parent, blocks[0]):
                    continue
                outer, self._lines = self._lines, lines
                try:
                    if self._run(processor, flow, blocks, starts):
                        return True
                finally:
                    self._lines = outer
        return False

    def _run(self, processor: Any, flow: Flow, blocks: list[str], starts: list[int]) -> bool:
        """Let one processor have the blocks; False where it wants none after all."""
        flow.close_from(flow.matched)
        parent = flow.container.element
        before, number = len(parent), flow.cursor.number
        left = list(blocks)
        if processor.run(parent, left) is False:
            return False
        self._place(list(parent)[before:], number)
        same = 0
        while same < min(len(left), len(blocks)) and left[-1 - same] == blocks[-1 - same]:
            same += 1
        # What was put back of a block that was taken apart is no line of the file; it is read by itself.
        if rest := left[: len(left) - same]:
            text = "\n\n".join(rest)
            self.md.parse_blocks(parent, text, self.origin(text))
        after = starts[len(blocks) - same] if same else len(self._lines)
        flow.resume = flow.at + max(1, after)
        return True

    def _place(self, elements: list[Element], number: int) -> None:
        origins = self.md.state.origins
        for element in elements:
            if element.get("data-line") is None:
                element.set("data-line", str(number))
            for one in element.iter():
                if one.text and one not in origins:
                    origins[one] = self.origin(one.text)

    def origin(self, text: str) -> Origin:
        """Where a text stands that a processor made of the lines it has: at the first line that holds its first."""
        file = self.md.origin.file
        first = next((line.strip() for line in text.split("\n") if line.strip()), "")
        places = [(line, number, column) for line, number, column in self._lines]
        for at, (line, number, column) in enumerate(places):
            if first and (found := line.find(first)) >= 0:
                rest = tuple((n, c) for _, n, c in places[at + 1 :])
                return Origin(file, ((number, column + found), *rest))
        if places:
            return Origin(file, (places[0][1:],))
        return self.md.origin


def _unmarked(flow: Flow) -> bool:
    """Whether the lines that follow are the text as it stands: no list or quote around, whose markers are in them."""
    return all(frame.kind in ("", "directive") for frame in flow.stack[: flow.matched])


def _lines(flow: Flow) -> list[tuple[str, int, int]]:
    """The lines from the cursor on; in a block between fences, up to the next fence."""
    fenced = flow.matched > 1
    line, column = flow.cursor.place(0)
    found = []
    for at, text in enumerate(flow.lines[flow.at :]):
        if fenced and text.lstrip(" ").startswith("///"):
            break
        found.append((text.expandtabs(4), line + at, column))
    return found


def _blocks(lines: list[str]) -> tuple[list[str], list[int]]:
    """The blocks of some lines, and the line that each starts at."""
    blocks: list[str] = []
    starts: list[int] = []
    empty = True
    for at, line in enumerate(lines):
        if not line.strip():
            empty = True
        elif empty:
            blocks.append(line)
            starts.append(at)
            empty = False
        else:
            blocks[-1] += f"\n{line}"
    return blocks, starts
