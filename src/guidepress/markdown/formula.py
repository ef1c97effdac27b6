r"""Formulas: what all their syntaxes share, from where TeX ends to the element in the tree."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

from markdown.util import AtomicString

from guidepress.diagnostics import Span
from guidepress.markdown.readable import readable
from guidepress.markdown.state import FormulaUse, ParseState

# The marks of TeX that begin a formula -> those that end it.
ENDS = {"\\(": "\\)", "\\[": "\\]"}
_ESCAPED = re.compile(r"\\.", re.DOTALL)
_GAP = re.compile(r"(?<!=)==(?!=)")
_COMMENT = re.compile(r"(\\.)|[ \t]*%[^\n]*\n?[ \t]*", re.DOTALL)


def end(text: str, at: int) -> int:
    r"""Where the formula ends that `\(` or `\[` at `at` begins; -1 if it begins none.

    A second opening mark comes first where the one at `at` was an escaped bracket. So was `\[a\](b)`, which would
    be a link without its backslashes. `\\)` ends nothing: it is TeX's end of a line before a bracket.
    """
    opening = text[at : at + 2]
    for match in _ESCAPED.finditer(text, at + 2):
        if match[0] == ENDS[opening]:
            shown = text[at + 2 : match.start()].replace("\\", "").strip()
            linked = opening == "\\[" and text.startswith(("(", ":"), match.end())
            return match.end() if shown and not linked else -1
        if match[0] == opening:
            return -1
    return -1


def tidy(tex: str) -> str:
    """TeX on one line without its comments, which would swallow what follows once the lines are joined."""
    return " ".join(_COMMENT.sub(lambda match: match[1] or " ", tex).split())


def fill(element: Element, tex: str, span: Span, state: ParseState, *, display: bool) -> None:
    """Make an element the formula `tex`, which stands at `span`, and note it."""
    tex = tidy(tex)
    names = ["math", "display"] if display else ["math"]
    element.set("class", " ".join([*names, *(element.get("class") or "").split()]))
    element.set("data-tex", tex)
    # Atomic: nothing in it is an abbreviation.
    element.text = AtomicString(readable(tex))
    element.set("data-formula", str(len(state.formulas)))
    state.formulas.append(FormulaUse(tex, display, span))


def gaps_of(tex: str) -> list[str]:
    r"""TeX in pieces, every other one hidden: `E = ==mc^2==` hides what is between the `==`; empty without a gap.

    A single `==`, and more signs in a row than two, are signs of equality.
    """
    pieces = _GAP.split(tex)
    if len(pieces) < 3:
        return []
    if len(pieces) % 2 == 0:
        # The last `==` has no other to go with.
        pieces[-2:] = [f"{pieces[-2]}=={pieces[-1]}"]
    return pieces
