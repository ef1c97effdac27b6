"""The only adapter to ziamath, which sets TeX with the font STIX Two Math and gives outlines.

It reads TeX through latex2mathml, which raises on some mistakes and draws others as they are typed; both are looked
for here. Loading it takes a fifth of a second and 30 MB.
"""

from __future__ import annotations

import math
import re
import warnings
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from ziafont.config import config
from ziamath import styles
from ziamath.escapes import unescape
from ziamath.nodes.mrow import Mrow
from ziamath.tex import tex2mml
from ziamath.zmath import Math, loadedfonts

from guidepress.maths import syntax
from guidepress.maths.drawing import Drawing, Invalid

# Units to the em. Outlines are written with one decimal, which is finer than any printer is.
EM = 1000
config.precision = 1
# Plain paths: symbols would need names, and WeasyPrint lays out each of their uses.
config.svg2 = False
# Around a drawing, units: slanted letters and rounded outlines reach over their boxes.
PAD = 30

_FONT = loadedfonts["default"]
# What latex2mathml raises, by the names of its classes; it says nothing else.
_RAISED = {
    "DenominatorNotFoundError": "a fraction has nothing below its line",
    "DoubleSubscriptsError": "two subscripts stand at one place; put the first into braces",
    "DoubleSuperscriptsError": "two superscripts stand at one place; put the first into braces",
    "ExtraLeftOrMissingRightError": "`\\left` and `\\right` do not come in pairs",
    "InvalidAlignmentError": "the columns of an array are letters l, c and r",
    "MissingEndError": "an environment is never closed",
    "MissingSuperScriptOrSubscriptError": "nothing follows a `^` or `_`",
    "NoAvailableTokensError": "something is missing at the end of a group or of the formula",
    "NumeratorNotFoundError": "a fraction has nothing above its line",
}
# Elements of MathML -> how many parts they have, and what of.
_PARTS = {
    "mfrac": (2, "a fraction takes two groups: `\\frac{a}{b}`"),
    "mover": (2, "something is missing below or above"),
    "mroot": (2, "a root lacks its degree or its content"),
    "msub": (2, "a subscript is missing"),
    "msubsup": (3, "a subscript or superscript is missing"),
    "msup": (2, "a superscript is missing"),
    "munder": (2, "something is missing below or above"),
    "munderover": (3, "limits are missing, or there is nothing that they belong to"),
}
_COMMAND = re.compile(r"\\(?:[A-Za-z]+|.)", re.DOTALL)
_LITERAL = re.compile(r"\\([%#&_$ ])")
# Words, three groups deep. latex2mathml ends them at the first brace, so those inside go, and escaped ones stand by
# as characters for private use.
_INNER = r"(?:[^{}\\]|\\.|\{(?:[^{}\\]|\\.|\{(?:[^{}\\]|\\.)*\})*\})*"
_WORDS = re.compile(rf"(\\(?:text[a-z]*|[hm]box)\s*)\{{({_INNER})\}}", re.DOTALL)
_BRACE = re.compile(r"\\([{}])|[{}]")
_BRACES = str.maketrans("\ue000\ue001", "{}")
_EDGE = re.compile(r"\\(begin|end)\s*\{[^{}]*\}")
_BINOM = re.compile(r"\\binom(?![A-Za-z])")


_measure_row = Mrow._get_height_nostretch


def _heights(row: Mrow, line: list[Element], **kwargs: Any) -> tuple[float, float]:
    """How far a row's brackets stretch; ziamath sets the row once to know, and then again.

    So it sets what stands in n groups 2ⁿ times. While it only measures, brackets do not count; those of inner rows
    may keep their natural size. And a row without operators has nothing to stretch.
    """
    if kwargs.get("nostretch") or not any(True for child in line for _ in child.iter("mo")):
        return 0.0, 0.0
    return _measure_row(row, line, **kwargs)


# The styles of ziamath are flat, and it copies one for every node: `asdict` would copy deeply.
setattr(styles, "asdict", vars)  # noqa: B010
setattr(Mrow, "_get_height_nostretch", _heights)  # noqa: B010


def draw(tex: str, display: bool) -> Drawing | Invalid:
    """The drawing of a formula, or what is wrong with it. Raises on nothing that an author can write."""
    if problem := syntax.fault(tex):
        return problem
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _draw(tex, display)
    except Exception as problem:
        # The engine stops at what it does not foresee with whatever Python raises there.
        message = _RAISED.get(type(problem).__name__)
        return Invalid(message or "this formula cannot be read", () if message else (_HINT,))


_HINT = "check that every command has the groups in braces that it takes"


def _draw(tex: str, display: bool) -> Drawing | Invalid:
    tex = _WORDS.sub(_plain_words, tex)
    # ziamath finds the groups of \binom by a regular expression, which stops at the first brace inside of them.
    tex = _BINOM.sub(r"\\dbinom" if display else r"\\tbinom", tex)
    # latex2mathml writes the brackets of a matrix beside it, where an exponent takes the last of them only.
    tex = _EDGE.sub(lambda m: f"{{{m[0]}" if m[1] == "begin" else f"{m[0]}}}", tex)
    root = ElementTree.fromstring(unescape(tex2mml(tex, inline=not display)))
    for element in root.iter():
        if problem := _fault(element):
            return problem
    _space_tables(root)
    drawn = Math(root, size=EM, margin=0)
    box = drawn.node.bbox
    edges = (box.xmin, box.xmax, box.ymin, box.ymax)
    shapes = "".join(_shapes(drawn.svgxml()))
    if not all(map(math.isfinite, edges)) or not shapes or box.xmax <= box.xmin:
        return Invalid("this formula shows nothing")
    left, top = box.xmin - PAD, -box.ymax - PAD
    width, height = box.xmax - box.xmin + 2 * PAD, box.ymax - box.ymin + 2 * PAD
    return Drawing(
        round(width / EM, 3),
        round(height / EM, 3),
        round((PAD - box.ymin) / EM, 3),
        f"{left:.1f} {top:.1f} {width:.1f} {height:.1f}",
        shapes,
    )


def _plain_words(match: re.Match[str]) -> str:
    held = {"{": "\ue000", "}": "\ue001"}
    words = _BRACE.sub(lambda brace: held[brace[1]] if brace[1] else "", match[2])
    return f"{match[1]}{{{words}}}"


def _space_tables(root: Element) -> None:
    """Room between the cells as TeX has it; ziamath's own makes `-x x < 0` of two columns.

    A row is at least as high as a line, so that the rows of neighbouring matrices stand side by side.
    """
    small = {t for style in root.iter(_name("mstyle")) for t in style.iter(_name("mtable"))}
    for table in root.iter(_name("mtable")):
        if table.get("rowspacing") == "3pt":
            # The size is that of the em here, and has nothing to do with points.
            table.set("rowspacing", "0.3em")
        if table in small:
            continue
        table.set("columnspacing", table.get("columnspacing", "0.9em"))
        for row in table:
            for cell in row:
                strut = ElementTree.SubElement(cell, _name("mspace"))
                strut.attrib.update(width="0em", height="0.7em", depth="0.25em")


def _name(tag: str) -> str:
    return f"{{http://www.w3.org/1998/Math/MathML}}{tag}"


def _fault(element: Element) -> Invalid | None:
    tag = element.tag.rpartition("}")[2]
    if tag in _PARTS and len(element) < _PARTS[tag][0]:
        return Invalid(_PARTS[tag][1])
    if tag == "mspace" and element.get("linebreak") == "newline":
        return syntax.outside("\\\\")
    if tag == "mtable" and ("columnlines" in element.attrib or "rowlines" in element.attrib):
        return Invalid("lines between the columns or rows of an array cannot be drawn")
    if tag == "mtext" and element.text:
        # latex2mathml leaves words as they are typed.
        element.text = _LITERAL.sub(r"\1", element.text).translate(_BRACES)
    text = element.text or ""
    if command := _COMMAND.match(text) if tag != "mtext" else _COMMAND.search(text):
        return Invalid(f"no command is called `{command[0]}`", _similar(command[0]))
    for character in text:
        if not character.isspace() and not _FONT.glyphindex(character):
            hints = ("write it into the text beside the formula",)
            return Invalid(f"the font for formulas has no `{character}`", hints)
    return None


def _similar(command: str) -> tuple[str, ...]:
    hints = ("write words as `\\text{…}`, names of functions as `\\operatorname{…}`",)
    return hints if len(command) > 2 else ()


def _shapes(svg: Element) -> Iterator[str]:
    """What is drawn, each shape with nothing but its form: filled, or a line in the colour of the text."""
    for element in svg.iter():
        if element.tag not in ("path", "rect", "line", "circle", "ellipse", "polygon", "polyline"):
            continue
        kept = {
            name: value
            for name, value in element.items()
            if name not in ("fill", "stroke", "style") and value != ""
        }
        if element.get("stroke", "none") != "none":
            kept["stroke"] = "currentColor"
        if element.get("fill") == "none" or (element.get("stroke") and not element.get("fill")):
            kept["fill"] = "none"
        if path := kept.get("d"):
            kept["d"] = re.sub(r"\s*([A-Za-z])\s*", r"\1", path)
        if not path and element.tag == "path":
            continue
        yield f"<{element.tag}" + "".join(f' {k}="{v}"' for k, v in kept.items()) + "/>"
