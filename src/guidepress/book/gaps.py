r"""Gaps of a cloze card: `==hidden==` in its text, and `\(E = ==mc^2==\)` in its formulas, numbered once for all
products.

Anywhere else two signs of equality are two signs of equality, and a `<mark>` is a marked text.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from msgspec.structs import replace

from guidepress.book.model import FormulaUse
from guidepress.content import Content, Element, Formula, Gap, Node, Text
from guidepress.content.typography import Typography
from guidepress.content.walk import elements, placed, rewrite, text
from guidepress.diagnostics import Diagnostic, error
from guidepress.markdown.formula import gaps_of

_ESCAPED = re.compile(r"\\.", re.DOTALL)


@dataclass(slots=True)
class Gaps:
    """The text of a cloze card with its gaps settled.

    `formulas` are those that products will draw: whole, and with their gaps empty.
    """

    text: Content
    formulas: list[FormulaUse] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)


def settle(text: Content, style: Typography) -> Gaps:
    """Make gaps of the marks of a text, numbered 1, 2, … where the author gave no number; `style` sets their hints.

    There is an error for each gap that takes the braces of a group in a formula apart.
    """
    gaps = Gaps(text)
    split = {
        id(one): made
        for one, above in placed(text.nodes)
        if isinstance(one, Formula)
        and not any(e.name == "mark" for e in above)
        and (made := _split(one, gaps)) is not None
    }

    def in_pieces(old: Element, new: Element) -> Element:
        return split.get(id(old), new)

    nodes = rewrite(text.nodes, in_pieces)
    marks = list(elements(nodes, "mark"))
    taken = {mark.attributes.get("data-cloze") for mark in marks}
    numbers: dict[int, int] = {}
    number = 0
    for mark in marks:
        authored = mark.attributes.get("data-cloze")
        if not authored:
            number += 1
            while str(number) in taken:
                number += 1
        numbers[id(mark)] = int(authored) if authored else number

    def visit(old: Element, new: Element) -> Element:
        return _gap(new, numbers[id(old)], style) if old.name == "mark" else new

    gaps.text = Content(rewrite(nodes, visit))
    return gaps


def boxed(tex: str) -> str:
    """The TeX in a frame, as one group: an exponent or an argument stays one."""
    return f"{{\\boxed{{{tex}}}}}"


def _gap(mark: Element, number: int, style: Typography) -> Gap:
    own = {
        name: value
        for name, value in mark.attributes.items()
        if name not in ("class", "data-cloze", "data-hint")
    }
    typed = mark.attributes.get("data-hint", "")
    hint = style.text(typed)
    return Gap(
        "mark", own, mark.children, mark.line, mark.index,
        number=number, hint=hint, typed_hint=typed if hint != typed else "",
    )  # fmt: skip


def _split(formula: Formula, gaps: Gaps) -> Formula | None:
    """A formula with gaps, which then holds TeX in pieces."""
    pieces = gaps_of(formula.tex)
    if not pieces:
        return None
    if any(not _is_whole(piece) for piece in pieces[1::2]):
        message = "a gap takes a group of braces apart"
        hints = ("put `==` around whole groups: `\\frac{==a==}{b}`, `==\\frac{a}{b}==`",)
        gaps.diagnostics.append(error("maths-invalid", message, formula.span, hints=hints))
        return None
    whole = "".join(pieces)
    empty = "".join(boxed(p) if at % 2 else p for at, p in enumerate(pieces))
    gaps.formulas += [FormulaUse(tex, formula.display, formula.span) for tex in (whole, empty)]
    children: list[Node] = [
        Element("mark", {}, (Text(piece),)) if at % 2 else Text(piece)
        for at, piece in enumerate(pieces)
        if piece
    ]
    return replace(formula, tex=whole, children=tuple(children))


def _is_whole(tex: str) -> bool:
    """Whether there is something, with its braces in pairs."""
    depth = 0
    for character in _ESCAPED.sub("", tex):
        depth += {"{": 1, "}": -1}.get(character, 0)
        if depth < 0:
            return False
    return depth == 0 and bool(tex.strip())


def framed(content: Content, fill: Callable[[str, Gap], str]) -> Content:
    """Frames in the place of gaps in formulas; `fill` gives the TeX in a frame for what is hidden and its gap."""
    if not any(isinstance(one, Formula) for one in elements(content.nodes)):
        return content

    def visit(old: Element, new: Element) -> Element:
        if not isinstance(old, Formula) or not any(isinstance(c, Gap) for c in old.children):
            return new
        tex = "".join(
            boxed(fill(text(piece.children), piece)) if isinstance(piece, Gap) else text((piece,))
            for piece in old.children
        )
        return replace(old, tex=tex, children=(Text(tex),))

    return Content(rewrite(content.nodes, visit))
