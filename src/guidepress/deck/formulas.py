r"""Formulas of a Book as Anki has them: `\(…\)` and `\[…\]` in the text, which its MathJax sets.

MathJax reads the text of the page, so TeX stands there as text of HTML; a tag or a comment inside would end it. What
keeps braces and colons apart has to be TeX as well: a space in maths, which TeX ignores, and `{}` in words.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence

from guidepress.book.model import Html
from guidepress.deck.markup import Token, tokens

_ENDS = {False: ("\\(", "\\)"), True: ("\\[", "\\]")}
# What Anki takes for a sound or for LaTeX to be run ...
_SPECIAL = re.compile(r"\[(?=(?:sound|anki):|/?latex\]|/?\$\$?\])", re.IGNORECASE)
# ... what would close the formula, TeX's end of a line before a bracket ...
_CLOSING = re.compile(r"(?<=\\)\\(?=[()\[\]])")
# ... and words, in which a space is one.
_WORDS = re.compile(r"\\(?:mbox|text[a-z]*)\s*\{[^{}]*\}")
_COLONS = re.compile(r":(?=:)")
# What takes what follows as its argument: the whole gap has to be it, and not the first character of `[...]`.
_TAKES = re.compile(r"(?:[\^_}]|\\[A-Za-z]+)\s*\Z")


def with_tex(fragment: Html) -> Html:
    """The fragment with each formula as TeX between Anki's marks; gaps inside stay marked."""
    out: list[str] = []
    # The formula that is open, with what is in it and how many elements of its name are.
    formula: Token | None = None
    inside: list[Token] = []
    depth = 0
    for token in tokens(fragment):
        if formula is None:
            if token.kind == "open" and token.has_class("math") and token.get("data-tex"):
                formula, inside, depth = token, [], 1
            else:
                out.append(token.raw)
            continue
        if token.name == formula.name:
            depth += {"open": 1, "close": -1}.get(token.kind, 0)
        if depth:
            inside.append(token)
        else:
            out.append(_written(formula, inside))
            formula = None
    return "".join(out)


def _written(formula: Token, inside: Sequence[Token]) -> Html:
    start, end = _ENDS[formula.has_class("display")]
    if any(token.name == "mark" for token in inside):
        tex = _gapped(inside)
    else:
        tex = _safe(html.escape(formula.get("data-tex"), quote=False))
    # A display of its own is a block, so that the words around it stay apart.
    return f"<div>{start}{tex}{end}</div>" if formula.name == "div" else f"{start}{tex}{end}"


def _gapped(inside: Sequence[Token]) -> Html:
    """TeX in which gaps touch no braces, and are groups where an argument is asked for."""
    out: list[str] = []
    after = ""
    for token in inside:
        if token.kind == "open":
            before = out[-1] if out else ""
            group = _TAKES.search(before) is not None
            out.append("{ " if group else " " if before.endswith("{") else "")
            out.append(token.raw)
            after = " }" if group else ""
        elif token.kind == "close":
            out.append(token.raw + after)
        else:
            apart = " " if token.raw.startswith("}") and out and not after else ""
            out.append(apart + _safe(token.raw))
    return "".join(out)


def _safe(tex: Html) -> Html:
    """TeX that neither Anki nor MathJax takes for more than it is."""
    if "::" in tex:
        tex = _WORDS.sub(lambda match: _COLONS.sub(":{}", match[0]), tex)
    return _CLOSING.sub(r"\\ ", _SPECIAL.sub("[ ", tex))
