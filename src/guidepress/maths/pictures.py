"""Formulas in HTML as pictures, which any engine for pages can place."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from html import escape

from lxml import etree
from lxml.html import HtmlElement

from guidepress.content.working import found, parse, serialize
from guidepress.maths.drawing import Drawing
from guidepress.maths.drawings import Drawings

_WIDTH = "width: "
# The formulas of a book (see content/html.py). Inside there is text, or TeX with its gaps.
_FORMULAS = etree.XPath('.//*[@data-tex][self::span or self::div][contains(@class, "math")]')
_PICTURES = etree.XPath('.//img[@class="math"]')


def formulas(root: HtmlElement) -> list[HtmlElement]:
    """The formulas in a tree."""
    return found(_FORMULAS, root)


def picture(
    name: str, attributes: Mapping[str, str], drawings: Drawings, colour: str
) -> str | None:
    """A picture in the place of a formula, which is an element of this name: on the base line of the text, its size in
    em, in a colour of CSS. None where it cannot be drawn.

    The picture's alternative text is the TeX.
    """
    values = dict(attributes)
    tex, names = values.pop("data-tex"), values.pop("class").split()
    drawn = drawings.of(tex, "display" in names)
    if not tex or not isinstance(drawn, Drawing):
        return None
    made = _picture(drawn, tex, colour)
    if "display" in names:
        return f"<{name}{_written({'class': ' '.join(names), **values})}>{made}</{name}>"
    # An anchor or a language of the author's; the picture's own class comes with it.
    extra = {**values, **({"class": " ".join(names)} if names[1:] else {})}
    return f"<span{_written(extra)}>{made}</span>" if extra else made


def pictured(html: str, drawings: Drawings, colour: str) -> str:
    """A fragment with a picture for each formula; what cannot be drawn stays as it is."""
    if 'data-tex="' not in html:
        return html
    root = parse(html)
    for formula in formulas(root):
        own = {str(name): str(value) for name, value in formula.attrib.items()}
        drawn = picture(str(formula.tag), own, drawings, colour)
        parent = formula.getparent()
        if drawn is not None and parent is not None:
            made = parse(drawn)[0]
            made.tail = formula.tail
            parent.replace(formula, made)
    return serialize(root)


def widths(html: str) -> list[float]:
    """The widths of the pictures in a fragment that `pictured` gave, em."""
    if '<img class="math"' not in html:
        return []
    styles = (str(one.get("style")) for one in found(_PICTURES, parse(html)))
    return [
        float(style.partition(_WIDTH)[2].partition("em")[0]) for style in styles if _WIDTH in style
    ]


def _picture(drawn: Drawing, tex: str, colour: str) -> str:
    data = b64encode(drawn.svg(colour).encode()).decode("ascii")
    style = f"{_WIDTH}{drawn.width:.3f}em; vertical-align: {-drawn.depth:.3f}em"
    values = {
        "class": "math",
        "src": f"data:image/svg+xml;base64,{data}",
        "alt": tex,
        "style": style,
    }
    return f"<img{_written(values)}>"


def _written(values: Mapping[str, str]) -> str:
    return "".join(f' {name}="{escape(value)}"' for name, value in values.items())
