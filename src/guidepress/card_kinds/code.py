"""A card about a piece of code: what does it print, which line is wrong? `/// code-card | Question`.

Its answer begins with the code, which the question shows with numbered lines. Lines that the author marks (`hl_lines`)
are marked in the answer alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import ClassVar

from msgspec.structs import replace

from guidepress.book.model import Card
from guidepress.card_kinds.kind import CardKind, Fault
from guidepress.card_kinds.parts import says_nothing
from guidepress.content import Content, Element, Node, Text
from guidepress.content.walk import with_attributes

# Attributes of code in the Book: the number of its first line, the numbers of lines that are marked.
FIRST, MARKED = "data-linenums", "data-lines"


class Code(CardKind):
    """A question about code."""

    name = "code"
    about = "A question about the code that its answer begins with."
    written = "`/// code-card`, its answer begins with code"
    anki = "one"
    paper = "the question and the code; what follows it, and the code where lines are marked"
    block = "code-card"
    argument = "front"
    content = "back"
    # The answer repeats the code.
    explains: ClassVar[bool] = True

    def faults(self, card: Card) -> Iterator[Fault]:
        """There may be no code, or nothing that answers."""
        if says_nothing(card.front.nodes):
            hint = f"write it behind a bar: `/// {self.block} | What does this print?`"
            yield Fault("card-empty", "this card has no question", (hint,))
        if _split(card) is None:
            hint = "begin the answer with a block of code"
            yield Fault("card-code-missing", f"card `{card.id}`: there is no code to ask about", (hint,))  # fmt: skip
        elif says_nothing(self.answer(card).nodes):
            hint = "write below the code what it does, or mark the line: ```` ```python {hl_lines=3} ````"
            yield Fault("card-empty", "this card has no answer", (hint,))

    def question(self, card: Card) -> Content:
        """The question, and the code with numbers."""
        return _asked(card, _numbered)

    def answer(self, card: Card) -> Content:
        """The code where lines of it are marked, and what stands below it."""
        return _answered(card, _numbered)

    def fields(self, card: Card) -> Mapping[str, Content]:
        """Both sides, with numbers and marks that need no layout."""
        return {"Front": _asked(card, _written), "Back": _answered(card, _written)}

    def count(self, card: Card) -> int:
        """One."""
        return 1


def _split(card: Card) -> tuple[Sequence[Node], Element, Sequence[Node]] | None:
    """What stands before the code, the code, and what stands after it."""
    for at, node in enumerate(card.back.nodes):
        if isinstance(node, Element) and node.name == "pre":
            return card.back.nodes[:at], node, card.back.nodes[at + 1 :]
    return None


def _asked(card: Card, numbered: Callable[[Element], Element]) -> Content:
    split = _split(card)
    if split is None:
        return card.front
    before, code, _ = split
    plain = with_attributes(code, data_lines=None)
    return Content((*card.front.nodes, Text("\n"), *before, numbered(plain)))


def _answered(card: Card, numbered: Callable[[Element], Element]) -> Content:
    split = _split(card)
    if split is None:
        return card.back
    _, code, after = split
    return Content((numbered(code), *after) if MARKED in code.attributes else tuple(after))


def _numbered(code: Element) -> Element:
    """With the attributes by which layouts number and mark lines."""
    classes = dict.fromkeys((*code.classes, "numbered"))
    first = code.attributes.get(FIRST) or "1"
    return with_attributes(code, class_=" ".join(classes), data_linenums=first)


def _written(code: Element) -> Element:
    """With numbers as text, and marked lines as such."""
    inner = code.children[0] if len(code.children) == 1 else None
    if not isinstance(inner, Element) or inner.name != "code":
        return code
    lines = _lines(inner.children)
    while lines and not any(not isinstance(n, Text) or n.text for n in lines[-1]):
        lines.pop()
    written = code.attributes.get(FIRST) or "1"
    first = int(written) if written.isdigit() else 1
    marked = numbers(code.attributes.get(MARKED, ""))
    width = len(str(first + len(lines) - 1))
    out: list[Node] = []
    for number, line in enumerate(lines, first):
        label = Element("span", {"class": "ln"}, (Text(f"{number:>{width}}  "),))
        shown: Sequence[Node] = line
        if number - first + 1 in marked:
            shown = (Element("mark", {}, tuple(line)),)
        out += (label, *shown, Text("\n"))
    return replace(code, children=(replace(inner, children=tuple(out)),))


def _lines(nodes: Sequence[Node]) -> list[list[Node]]:
    """Code line by line; an element that goes over several is in each."""
    lines: list[list[Node]] = [[]]
    for node in nodes:
        if isinstance(node, Text):
            pieces: list[list[Node]] = [[Text(line)] for line in node.text.split("\n")]
        else:
            pieces = [[replace(node, children=tuple(part))] for part in _lines(node.children)]
        lines[-1] += pieces[0]
        lines += pieces[1:]
    return lines


def numbers(written: str) -> set[int]:
    """The lines that an author marked: `2 4-6`."""
    found: set[int] = set()
    for word in written.replace(",", " ").split():
        first, _, last = word.partition("-")
        if first.isdigit() and (last or first).isdigit():
            found.update(range(int(first), min(int(last or first), int(first) + 9999) + 1))
    return found


KIND = Code()
