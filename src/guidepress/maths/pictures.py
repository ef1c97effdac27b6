"""Formulas in HTML as pictures, which any engine for pages can place."""

from __future__ import annotations

import re
from base64 import b64encode
from html import escape, unescape

from guidepress.maths.drawing import Drawing
from guidepress.maths.drawings import Drawings

# The formulas of a book (see book/model.py). Inside there is text, or TeX with its gaps.
_FORMULA = re.compile(
    r'<(span|div)((?:\s[^<>="\s]+="[^"]*")*?\sclass="math(?: [^"]*)?"(?:\s[^<>="\s]+="[^"]*")*)>'
    r"((?:(?!</?\1\b).)*)</\1>",
    re.DOTALL,
)
_WIDTH = re.compile(r'<img class="math"[^<>]* style="width: ([\d.]+)em')
_ATTRIBUTE = re.compile(r'\s([^<>="\s]+)="([^"]*)"')


def pictured(html: str, drawings: Drawings, colour: str) -> str:
    """The HTML with a picture for each formula: on the base line of the text, its size in em, in a colour of CSS.

    The picture's alternative text is the TeX. What cannot be drawn stays as it is.
    """
    if 'data-tex="' not in html:
        return html

    def draw(match: re.Match[str]) -> str:
        values = {name: unescape(value) for name, value in _ATTRIBUTE.findall(match[2])}
        tex = values.pop("data-tex", "")
        names = values.pop("class").split()
        drawn = drawings.of(tex, "display" in names)
        if not tex or not isinstance(drawn, Drawing):
            return match[0]
        picture = _picture(drawn, tex, colour)
        if "display" in names:
            return f"<{match[1]}{_written({'class': ' '.join(names), **values})}>{picture}</{match[1]}>"
        # An anchor or a language of the author's; the picture's own class comes with it.
        extra = {**values, **({"class": " ".join(names)} if names[1:] else {})}
        return f"<span{_written(extra)}>{picture}</span>" if extra else picture

    return _FORMULA.sub(draw, html)


def widths(html: str) -> list[float]:
    """The widths of the pictures that `pictured` made, em."""
    return [float(width) for width in _WIDTH.findall(html)]


def _picture(drawn: Drawing, tex: str, colour: str) -> str:
    data = b64encode(drawn.svg(colour).encode()).decode("ascii")
    style = f"width: {drawn.width:.3f}em; vertical-align: {-drawn.depth:.3f}em"
    values = {
        "class": "math",
        "src": f"data:image/svg+xml;base64,{data}",
        "alt": tex,
        "style": style,
    }
    return f"<img{_written(values)}>"


def _written(values: dict[str, str]) -> str:
    return "".join(f' {name}="{escape(value)}"' for name, value in values.items())
