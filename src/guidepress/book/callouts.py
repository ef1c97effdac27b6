"""Call-outs: the marks `(1)` in code become ❶, and the notes below it begin with the same."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from guidepress.content import Element, Node, Text
from guidepress.content.walk import elements, joined, text, trimmed
from guidepress.diagnostics import Diagnostic, Span, error

CLASS = "callouts"
MARK = "callout"
# The characters that Unicode has for marks, DINGBAT NEGATIVE CIRCLED DIGIT ONE and so on: unlike figures in circles,
# they are read, searched and copied as what they are.
_MARKS = "❶❷❸❹❺❻❼❽❾❿⓫⓬⓭⓮⓯⓰⓱⓲⓳⓴"
MOST = len(_MARKS)
# At the end of a line: behind the sign of a comment that has nothing else in it, or behind two spaces.
_AT_END = re.compile(
    r"(?:[ \t]*(?:\#|//|--|;|%|'|/\*|<!--|\(\*)[ \t]*|[ \t]{2,})"
    r"(?P<marks>\(\d{1,3}\)(?:[ \t]*\(\d{1,3}\))*)"
    r"[ \t]*(?:\*/|-->|\*\))?[ \t]*$",
    re.MULTILINE,
)
_NUMBER = re.compile(r"\d+")


def set_callouts(
    nodes: Sequence[Node], place: Span
) -> tuple[tuple[Node, ...], tuple[Diagnostic, ...]]:
    """The nodes with the call-outs of their code set, and the problems, at lines of the file of `place`.

    Problems: `callouts-misplaced`, `callouts-content`, `callouts-unmatched`.
    """
    problems: list[Diagnostic] = []
    return _inside(nodes, place, problems), tuple(problems)


def _inside(nodes: Sequence[Node], place: Span, problems: list[Diagnostic]) -> tuple[Node, ...]:
    made: list[Node] = []
    for node in nodes:
        if isinstance(node, Element) and CLASS in node.classes and node.name == "div":
            notes = _notes(node, place, problems)
            at = next((i for i in reversed(range(len(made))) if not _is_blank(made[i])), -1)
            code = made[at] if at >= 0 else None
            if notes is None:
                made.append(node)
                continue
            if not isinstance(code, Element) or code.name != "pre":
                message = "call-outs stand below the block of code that they explain"
                hints = ("put the block right behind the code",)
                problems.append(
                    error("callouts-misplaced", message, _span(node, place), hints=hints)
                )
                continue
            marked, numbers = _marked(code)
            made[at] = marked
            made.append(replace(node, children=joined(list(_noted(notes)))))
            problems += _unmatched(numbers, len(notes), _span(node, place))
        elif isinstance(node, Element) and node.children and node.name != "pre":
            made.append(replace(node, children=_inside(node.children, place, problems)))
        else:
            made.append(node)
    return tuple(made)


def _notes(
    block: Element, place: Span, problems: list[Diagnostic]
) -> list[tuple[Node, ...]] | None:
    """What each note says, in order; None, and a problem, where it is no numbered list."""
    inside = [child for child in block.children if not _is_blank(child)]
    only = inside[0] if len(inside) == 1 else None
    numbered = isinstance(only, Element) and only.name == "ol" and not only.attributes.get("start")
    if not isinstance(only, Element) or not numbered or len(list(_items(only))) > MOST:
        message = f"call-outs are one numbered list from 1, with {MOST} notes at most"
        hints = ("write `1. The note of (1).`, a line for each mark",)
        problems.append(error("callouts-content", message, _span(block, place), hints=hints))
        return None
    return [item.children for item in _items(only)]


def _items(block: Element) -> Iterator[Element]:
    return (c for c in block.children if isinstance(c, Element) and c.name == "li")


def _noted(notes: Sequence[Sequence[Node]]) -> Iterator[Node]:
    """Each note with its mark: what is no block of its own becomes a paragraph."""
    for number, note in enumerate(notes, 1):
        first, *rest = _blocks(note)
        sign: tuple[Node, ...] = (_mark(number), Text(" "))
        yield replace(first, children=(*sign, *first.children))
        yield Text("\n")
        for more in rest:
            yield more
            yield Text("\n")


def _blocks(note: Sequence[Node]) -> list[Element]:
    """The blocks of a note, the first of which is a paragraph."""
    blocks: list[Element] = []
    words: list[Node] = []
    for node in note:
        if isinstance(node, Element) and node.name in ("p", "ul", "ol", "pre", "div", "table"):
            if said := trimmed(words):
                blocks.append(Element("p", {}, said))
            words = []
            blocks.append(node)
        else:
            words.append(node)
    if said := trimmed(words):
        blocks.append(Element("p", {}, said))
    if not blocks or blocks[0].name != "p":
        blocks.insert(0, Element("p"))
    return blocks


def _marked(block: Element) -> tuple[Element, list[int]]:
    """A `pre` whose marks are set, and their numbers in order."""
    [code, *others] = [c for c in block.children if isinstance(c, Element)] or [Element("code")]
    if others or code.name != "code":
        return block, []
    found = list(_AT_END.finditer(text(code.children)))
    numbers = [int(n) for match in found for n in _NUMBER.findall(match["marks"])]
    if not found or max(numbers) > MOST or not all(numbers):
        return block, numbers
    cuts = [(m.start(), m.end(), [int(n) for n in _NUMBER.findall(m["marks"])]) for m in found]
    marked = replace(code, children=joined(_cut(code.children, cuts)))
    children = tuple(marked if child is code else child for child in block.children)
    return replace(block, children=children), numbers


def _cut(nodes: Sequence[Node], cuts: Sequence[tuple[int, int, list[int]]]) -> list[Node]:
    """The pieces of code without what was typed for marks, and marks in its place."""
    made: list[Node] = []
    at = 0
    todo = list(cuts)
    for node in nodes:
        said = text((node,))
        start, kept = at, ""
        at += len(said)
        here = start
        for first, last, numbers in list(todo):
            if first >= at:
                break
            kept += said[here - start : max(here, first) - start]
            here = max(here, min(last, at))
            if last <= at:
                made += _of(node, kept)
                kept = ""
                for number in numbers:
                    made += [Text("  " if number == numbers[0] else " "), _mark(number)]
                todo.remove((first, last, numbers))
        made += _of(node, kept + said[here - start :])
    return made


def _of(node: Node, said: str) -> list[Node]:
    """A piece of a text, or of a span of highlighted code."""
    if not said:
        return []
    return [replace(node, children=(Text(said),)) if isinstance(node, Element) else Text(said)]


def _mark(number: int) -> Element:
    return Element("span", {"class": MARK}, (Text(_MARKS[number - 1]),))


def _unmatched(numbers: Sequence[int], notes: int, span: Span) -> Iterator[Diagnostic]:
    """An error where marks and notes are not the same."""
    lacking = [n for n in range(1, notes + 1) if n not in numbers]
    strange = [n for n in dict.fromkeys(numbers) if not 1 <= n <= notes]
    for which, what in ((lacking, "is not in the code above"), (strange, "has no note")):
        if which:
            listed = ", ".join(f"({n})" for n in which)
            verb = what if len(which) == 1 else what.replace("is ", "are ").replace("has ", "have ")
            hints = ("a mark ends its line: `# (1)`, or `(1)` behind two spaces",)
            yield error("callouts-unmatched", f"{listed} {verb}", span, hints=hints)


def _is_blank(node: Node) -> bool:
    return isinstance(node, Text) and not node.text.strip()


def _span(element: Element, place: Span) -> Span:
    return Span(place.file, element.line) if element.line else place


def has_callouts(nodes: Sequence[Node]) -> bool:
    """Whether there is something for `set_callouts` to do."""
    return any(CLASS in element.classes for element in elements(nodes, "div"))
