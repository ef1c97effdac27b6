r"""Formulas of a Book as Anki has them: `\(…\)` and `\[…\]` in the text, which its MathJax sets.

MathJax reads the text of the page, so TeX stands there as text of HTML; a tag or a comment inside would end it. What
keeps braces and colons apart has to be TeX as well: a space in maths, which TeX ignores, and `{}` in words.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from guidepress.content import Formula, Gap
from guidepress.content.walk import text
from guidepress.deck.tokens import Html, Token

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


def with_gaps(formula: Formula) -> Iterator[Token]:
    """A formula as TeX between Anki's marks. Gaps touch no braces, and are groups where an argument is asked for."""
    start, end = _ENDS[formula.display]
    yield _text(start)
    if any(isinstance(piece, Gap) for piece in formula.children):
        yield from _gapped(formula)
    else:
        yield _text(_safe(html.escape(formula.tex, quote=False)))
    yield _text(end)


def _gapped(formula: Formula) -> Iterator[Token]:
    before = after = ""
    for piece in formula.children:
        tex = html.escape(text((piece,)), quote=False)
        if not isinstance(piece, Gap):
            apart = " " if tex.startswith("}") and before and not after else ""
            before = apart + _safe(tex)
            yield _text(before)
            continue
        group = _TAKES.search(before) is not None
        yield _text("{ " if group else " " if before.endswith("{") else "")
        after = " }" if group else ""
        yield Token("open", "", gap=piece)
        yield _text((" " if tex.startswith("}") and not after else "") + _safe(tex))
        yield Token("close", "", gap=piece)
        yield _text(after)
        before = after or ">"


def _text(raw: Html) -> Token:
    return Token("text", raw, html.unescape(raw))


def _safe(tex: Html) -> Html:
    """TeX that neither Anki nor MathJax takes for more than it is."""
    if "::" in tex:
        tex = _WORDS.sub(lambda match: _COLONS.sub(":{}", match[0]), tex)
    return _CLOSING.sub(r"\\ ", _SPECIAL.sub("[ ", tex))
