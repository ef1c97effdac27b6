r"""Gaps in formulas: in the text of a cloze card, `\(E = ==mc^2==\)` hides what is between the `==`.

Anywhere else two signs of equality are two signs of equality, and so is a single `==` in a formula of a cloze card.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any
from xml.etree.ElementTree import Element

from markdown.util import AtomicString

from guidepress.diagnostics import Diagnostic, Span, error
from guidepress.markdown.document import Formula

_MARK = re.compile(r"(?<!=)==(?!=)")
_ESCAPED = re.compile(r"\\.", re.DOTALL)


def split(
    root: Element | Any, formulas: Sequence[Formula], span: Span
) -> tuple[list[Formula], list[Diagnostic]]:
    """Make marks of the gaps in the formulas below `root`, a tree of ElementTree or lxml.

    A formula with gaps then holds TeX, in pieces. Gives the formulas that it is drawn as (whole, and with its gaps
    empty), and an error for each gap that takes the braces of a group apart. `formulas` say where each stands,
    `span` where those stand that are not among them.
    """
    made: list[Formula] = []
    problems: list[Diagnostic] = []
    places = {one.tex: one.span for one in formulas}
    hidden = {inside for mark in root.iter("mark") for inside in mark.iter()}
    for element in [e for e in root.iter() if _is_formula(e)]:
        pieces = _MARK.split(element.get("data-tex") or "")
        if len(pieces) < 3 or element in hidden:
            continue
        place = places.get(element.get("data-tex") or "", span)
        if len(pieces) % 2 == 0:
            # The last `==` has no other to go with.
            pieces[-2:] = [f"{pieces[-2]}=={pieces[-1]}"]
        if any(not _is_whole(piece) for piece in pieces[1::2]):
            message = "a gap takes a group of braces apart"
            hints = ("put `==` around whole groups: `\\frac{==a==}{b}`, `==\\frac{a}{b}==`",)
            problems.append(error("maths-invalid", message, place, hints=hints))
            continue
        display = "display" in (element.get("class") or "").split()
        whole = "".join(pieces)
        empty = "".join(boxed(p) if at % 2 else p for at, p in enumerate(pieces))
        made += [Formula(whole, display, place), Formula(empty, display, place)]
        element.set("data-tex", whole)
        element.text = AtomicString(pieces[0])
        for hides, after in zip(pieces[1::2], pieces[2::2], strict=True):
            mark = element.makeelement("mark", {"class": "cloze"})
            mark.text, mark.tail = AtomicString(hides), AtomicString(after)
            element.append(mark)
    return made, problems


def boxed(tex: str) -> str:
    """The TeX in a frame, as one group: an exponent or an argument stays one."""
    return f"{{\\boxed{{{tex}}}}}"


def _is_formula(element: Element) -> bool:
    return "math" in (element.get("class") or "").split() and bool(element.get("data-tex"))


def _is_whole(tex: str) -> bool:
    """Whether there is something, with its braces in pairs."""
    depth = 0
    for character in _ESCAPED.sub("", tex):
        depth += {"{": 1, "}": -1}.get(character, 0)
        if depth < 0:
            return False
    return depth == 0 and bool(tex.strip())
