"""What runs the other way than the text around it.

In a text from right to left that is code, addresses, names of files, numbers with a unit or a sign, and a passage in
another language; in one from left to right, a passage in Arabic or Hebrew.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from itertools import takewhile

from lxml.html import HtmlElement, builder

from guidepress.content.working import elements, has_class

_CODE = ("code", "pre", "kbd", "samp", "var")
_ADDRESS = re.compile(
    r"\s*(?:(?:[a-z][a-z0-9+.-]*://|mailto:|www\.)\S+|[\w.+-]+@[\w-]+\.[\w.-]+)\s*",
    re.ASCII | re.IGNORECASE,
)
# `80 °C` would be read as `C° 80`, `-1` as `1-`, `5 km/h` as `km/h 5`: Unicode's algorithm takes neither a sign nor a
# unit for a part of the number.
_NUMBER = r"[-\u2212+]?[0-9][0-9.,\u2013-]*"
_ONE_UNIT = (
    r"(?:[kMGTdcm\u00b5\u03bcn]?(?:m|g|l|L|s|Hz|B|b|bit|W|Wh|V|A|\u03a9|Pa|J|N|K|mol|bar|cal|eV)|[KMGT]iB"
    r"|min|h|d|px|pt|em|rem|dB|ppm|rpm)[\u00b2\u00b3]?"
)
_MEASURE = re.compile(
    rf"(?<![\w.,])(?:{_NUMBER}[ \u00a0\u202f]?)?°[A-Z]\b(?:/{_ONE_UNIT}(?!\w))?"
    rf"|(?<![\w.,]){_NUMBER}[ \u00a0\u202f]?(?:{_ONE_UNIT}(?:/{_ONE_UNIT})?|[%\u2030])(?!\w)"
    r"|(?<![\w.,\u2013-])[-\u2212+][0-9]+(?:[.,][0-9]+)*(?!\w)"
)

# Blocks whose first letter says which way they run. Titles and items of lists have a number or a mark on their side.
_PASSAGES = ("p", "blockquote", "td", "th", "dd", "dt", "figcaption")
# In a book from right to left a passage that was not translated: so many words, and no letter from the right.
_UNTRANSLATED = re.compile(r"(?:.*?[^\W\d_]{2,}\b){3}", re.DOTALL)
_KEEPING_THEIR_SIDE = ("li", "td", "th", "dd", "dt", "figcaption")
_BLOCKS = frozenset((
    "blockquote", "div", "dl", "figure", "ol", "p", "pre", "section", "table", "ul",
))  # fmt: skip
_FROM_THE_RIGHT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")


def mark_directions(root: HtmlElement, *, rtl: bool) -> None:
    """Give what runs the other way than a book (`rtl`: from right to left) its own direction."""
    if rtl:
        _mark_untranslated(root)
        mark_islands(root)
    elif not runs_one_way(str(root.text_content())):
        for block in list(elements(root, *_PASSAGES)):
            if _begins_from_the_right(block):
                block.set("dir", "rtl")
                mark_islands(block)


def runs_one_way(text: str) -> bool:
    """Whether nothing in a text is written from right to left."""
    return _FROM_THE_RIGHT.search(text) is None


def _begins_from_the_right(block: HtmlElement) -> bool:
    """Whether nothing else says which way a block runs, and its first letter does."""
    if any("dir" in one.attrib or one.tag == "li" for one in (block, *block.iterancestors())):
        return False
    ways = (unicodedata.bidirectional(letter) for letter in block.text_content())
    return next((way in ("R", "AL") for way in ways if way in ("L", "R", "AL")), False)


def _mark_untranslated(root: HtmlElement) -> None:
    """Paragraphs run from the left edge; items of lists and cells keep to their side, and their words run on."""
    for block in list(elements(root, "p", *_KEEPING_THEIR_SIDE)):
        if any("dir" in one.attrib for one in (block, *block.iterancestors())):
            continue
        first = next((child for child in block if child.tag in _BLOCKS), None)
        words = "".join([block.text or "", *map(_words, _before(block, first))])
        if not runs_one_way(words) or _UNTRANSLATED.match(words) is None:
            continue
        if block.tag == "p" and not any(
            one.tag in _KEEPING_THEIR_SIDE for one in block.iterancestors()
        ):
            block.set("dir", "ltr")
            continue
        passage = builder.SPAN(dir="ltr")
        passage.text, block.text = block.text, None
        passage.extend(list(_before(block, first)))
        block.insert(0, passage)


def _before(block: HtmlElement, first: HtmlElement | None) -> Iterator[HtmlElement]:
    return takewhile(lambda child: child is not first, block)


def _words(element: HtmlElement) -> str:
    """What an author wrote in an element and behind it; a link may have the words of its target."""
    own = "" if element.tag == "a" else "".join([element.text or "", *map(_words, element)])
    return f"{own}{element.tail or ''}"


def mark_islands(root: HtmlElement) -> None:
    """Give code, and links and printed addresses that show one, their own direction, unless the author did."""
    for element in elements(root, *_CODE):
        _turn(element)
    for element in elements(root, "a", "span"):
        if has_class(element, "address") or (
            element.tag == "a" and _ADDRESS.fullmatch(str(element.text_content()))
        ):
            _turn(element)
    for element in list(root.iter("*")):
        if not any(
            one.tag in _CODE or one.get("dir") == "ltr" or has_class(one, "math")
            for one in (element, *element.iterancestors())
        ):
            _mark(element)


def _mark(element: HtmlElement) -> None:
    """Put the measures in the text of an element, and between its children, into elements of their own."""
    for child in list(element):
        if child.tail and (pieces := _pieces(child.tail)):
            # What is added stands between a child and its tail, so the tail comes last.
            child.tail = None
            for island in reversed(pieces[1]):
                child.addnext(island)
            child.tail = pieces[0]
    if element.text and (pieces := _pieces(element.text)):
        element.text = pieces[0]
        for island in reversed(pieces[1]):
            element.insert(0, island)


def _pieces(text: str) -> tuple[str, list[HtmlElement]] | None:
    """What stands before the first measure, and each of them with what stands behind it."""
    found = list(_MEASURE.finditer(text))
    if not found:
        return None
    islands = []
    for match, following in zip(found, [*found[1:], None], strict=True):
        island = builder.SPAN(match[0], dir="ltr")
        island.tail = text[match.end() : following.start() if following else len(text)]
        islands.append(island)
    return text[: found[0].start()], islands


def _turn(element: HtmlElement) -> None:
    if "dir" not in element.attrib:
        element.set("dir", "ltr")
