"""What can be said of TeX before it is drawn: braces, environments, and commands that no formula here may use."""

from __future__ import annotations

import re

from guidepress.diagnostics import did_you_mean
from guidepress.maths.drawing import Invalid

# Longer ones are no formulas. What nests deeper would run the engine out of stack.
MAX_LENGTH = 5000
MAX_DEPTH = 40

# Environments that both the engine and MathJax set inside of a formula.
ENVIRONMENTS = frozenset({
    "Bmatrix", "Vmatrix", "aligned", "array", "bmatrix", "cases", "matrix", "pmatrix", "smallmatrix",
    "split", "vmatrix",
})  # fmt: skip
# ... and those that stand in a text of TeX where a formula of ours begins.
_OUTER = frozenset({
    "align", "align*", "displaymath", "eqnarray", "eqnarray*", "equation", "equation*", "gather",
    "gather*", "math", "multline", "multline*",
})  # fmt: skip

_MACROS = "each formula stands alone: write out what the macro stands for"
_COLOURS = "a formula takes the colour of the text around it, by day and by night"
_NUMBERS = "formulas have no numbers; write the number into the text"
_REFUSED = {
    **dict.fromkeys(
        (
            "DeclareMathOperator",
            "def",
            "gdef",
            "let",
            "newcommand",
            "newenvironment",
            "renewcommand",
        ),
        _MACROS,
    ),
    **dict.fromkeys(("color", "colorbox", "fcolorbox", "textcolor"), _COLOURS),
    **dict.fromkeys(("eqref", "label", "nonumber", "notag", "ref", "tag"), _NUMBERS),
    **dict.fromkeys(("class", "cssId", "href", "style", "unicode", "url", "verb"), "leave it out"),
}
_TOKEN = re.compile(
    r"\\(?P<edge>begin|end)\s*\{(?P<name>[^{}]*)\}|\\(?P<word>[A-Za-z]+)|\\.|[{}&#$]|\\\Z",
    re.DOTALL,
)


# What `\left` and its like make larger. latex2mathml takes whatever follows, MathJax does not.
_FENCED = frozenset({"left", "middle", "right"})
_FENCE = re.compile(r"\s*(?:[.()\[\]|/<>]|\\[{}|]|\\[A-Za-z]+)")


def fault(tex: str) -> Invalid | None:
    """What is wrong with the TeX, so far as its structure shows; None if nothing is."""
    if not tex.strip():
        return Invalid("this formula is empty")
    if len(tex) > MAX_LENGTH:
        return Invalid(f"this formula has {len(tex)} characters, more than {MAX_LENGTH}")
    # Open groups and environments, `{` for a group.
    open_: list[str] = []
    for match in _TOKEN.finditer(tex):
        token = match[0]
        if match["edge"] == "begin":
            if problem := _environment(match["name"]):
                return problem
            open_.append(match["name"])
        elif token == "{":
            open_.append(token)
        elif match["edge"] == "end" or token == "}":
            if problem := _close(match["name"] or "{", open_):
                return problem
        elif match["word"] in _REFUSED:
            return Invalid(f"`{token}` cannot be used in a formula", (_REFUSED[match["word"]],))
        elif match["word"] in _FENCED and not _FENCE.match(tex, match.end()):
            return Invalid(f"no bracket follows `{token}`", (f"`{token}.` stands for none",))
        elif token == "&" and not any(name != "{" for name in open_):
            return outside(token)
        elif token in ("#", "$"):
            return Invalid(f"`{token}` means nothing in a formula", (f"write `\\{token}`",))
        elif token == "\\":
            return Invalid("this formula ends with a backslash")
        if len(open_) > MAX_DEPTH:
            return Invalid(f"groups are nested more than {MAX_DEPTH} deep")
    if open_:
        return Invalid(_unclosed(open_[-1]))
    return None


def outside(token: str) -> Invalid:
    """What is wrong with an end of a line or a column where there are none."""
    hints = ("put the lines between `\\begin{aligned}` and `\\end{aligned}`",)
    return Invalid(f"`{token}` stands outside of an environment", hints)


def _environment(name: str) -> Invalid | None:
    if name in ENVIRONMENTS:
        return None
    if name in _OUTER:
        message = f"`{name}` cannot stand in a formula, which is one already"
        return Invalid(message, ("`aligned` sets several lines one below the other",))
    # Plain: what is wrong with a formula goes into the cache.
    meant = tuple(map(str, did_you_mean(name, ENVIRONMENTS)))
    hints = meant or (f"known are {', '.join(sorted(ENVIRONMENTS))}",)
    return Invalid(f"no environment is called `{name}`", hints)


def _close(name: str, open_: list[str]) -> Invalid | None:
    if open_ and open_[-1] == name:
        open_.pop()
        return None
    if open_:
        return Invalid(_unclosed(open_[-1]))
    token = "}" if name == "{" else f"\\end{{{name}}}"
    return Invalid(f"`{token}` closes nothing")


def _unclosed(name: str) -> str:
    return "a `{` is never closed" if name == "{" else f"`\\begin{{{name}}}` is never closed"
