"""What may reach a learner's Anki: elements and attributes by a list, nothing that runs or comes from elsewhere.

Anki shows cards in a browser that runs scripts, so this is checked once more where a deck is finished, whatever made
the HTML. Tags are read strictly: what one browser or another might read in another way is refused for that alone.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import tinycss2

from guidepress.deck.tokens import Html
from guidepress.markdown.html.elements import ALLOWED, GLOBAL

# Where links of a card may lead.
_ADDRESS = re.compile(r"(?:https?://|mailto:|tel:)[^\s\"<>]*\Z", re.IGNORECASE)
# A file of Anki's one folder of media, as `media_name` and adopted decks call them; nothing with a scheme or a path.
_MEDIA = re.compile(r"[^\s/\\:\"'<>&?#%]+\Z")
_VALUE = r"\"[^\"<>]*\"|'[^'<>]*'|[^\s\"'<>=`/]+"
_TAG = re.compile(
    r"<(?:!--(?:(?!--)[^<>])*--"
    r"|/(?P<end>[A-Za-z][A-Za-z0-9]*)\s*"
    rf"|(?P<name>[A-Za-z][A-Za-z0-9]*)(?P<attributes>(?:\s+[A-Za-z][A-Za-z-]*(?:=(?:{_VALUE}))?)*)\s*/?"
    r")>"
)
# A tag that is not one of the usual ones without attributes.
_PLAIN = ("p", "code", "em", "strong", "li", "ul", "ol", "br", "pre")
_NOT_PLAIN = re.compile(rf"<(?!/?(?:{'|'.join(name for name in _PLAIN if name in ALLOWED)})>)")
_ATTRIBUTE = re.compile(rf"\s+([A-Za-z][A-Za-z-]*)(?:=({_VALUE}))?")
_ANY_TAG = re.compile(r"<(?:[^\"<>]|\"[^\"]*\")*>?")
# TeX commands with which MathJax writes HTML, links, styles, or loads more of itself (MathJax 3, "html", "require",
# "unicode", "texhtml").
_ACTIVE_TEX = re.compile(
    r"\\(?:href|style|class|cssId|data|require|unicode|url|mmlToken|tex)(?![A-Za-z])"
)
_BACKSLASH = re.compile(r"\\|&#|&bsol")
_FORMULA = re.compile(r"\\\((.*?)\\\)|\\\[(.*?)\\\]", re.DOTALL)
_CODE = re.compile(r"<(pre|code)\b.*?</\1>", re.DOTALL)
_HTML = re.compile(r"<[^>]*>")

_CODE_ATTRIBUTES = frozenset({"data-language"})
# A layout may style its own elements. What Anki puts into an attribute is not escaped: only what holds no quotes may.
_TEMPLATE_ATTRIBUTES = frozenset({"style", "hidden", "role"})
_FILLED_IN = re.compile(r"\{\{(?!\s*(?:CardKey|Tags|CardFlag|CardID)\s*\}\}|=\s*[\w-]+\s*\}\})")
# In Anki the style sheet is text of a `<style>`: this would end it.
_LEAVES_STYLE = re.compile(r"</[a-zA-Z]")
_LOADING = frozenset({"url", "src", "image", "image-set", "-webkit-image-set", "cross-fade"})
_EMBEDDED = re.compile(r"data:(?:image|font)/[\w.+-]+[;,]", re.IGNORECASE)


def is_plain(fields: Html) -> bool:
    """Whether there surely is nothing unsafe in fields, one after another: most notes have a few plain tags and words.

    It costs a fraction of looking at each tag.
    """
    # A sign is found sooner than a pattern with several.
    if "\\" in fields or ("&" in fields and _BACKSLASH.search(fields)):
        return False
    return _NOT_PLAIN.search(fields) is None


def unsafe_field(field: Html) -> str | None:
    """The first thing in the field of a note that a card may not hold, for a message; None where there is none."""
    if "<" in field:
        for match in _ANY_TAG.finditer(field):
            if not _is_safe_tag(match[0], False):
                return match[0]
    return next(_active_formulas(field), None) if _BACKSLASH.search(field) else None


def unsafe_template(template: Html) -> str | None:
    """The same of a card template, which may also have styles and Anki's `{{…}}`, the latter outside of tags."""
    for match in _ANY_TAG.finditer(template):
        if not _is_safe_tag(match[0], True):
            return match[0]
    return next(_active_formulas(template), None)


# Of one layout or look for all decks that a process makes; taking it apart costs as much as a small book.
@lru_cache(maxsize=64)
def unsafe_style(style: str) -> str | None:
    """The first thing in a style sheet that loads a file or leaves the sheet; None where there is none."""
    if (leaving := _LEAVES_STYLE.search(style)) is not None:
        return style[leaving.start() : leaving.start() + 20]
    return next(_loads(tinycss2.parse_component_value_list(style)), None)


@lru_cache(maxsize=4096)
def _is_safe_tag(tag: str, template: bool) -> bool:
    match = _TAG.fullmatch(tag)
    if match is None:
        return False
    if match["name"] is None:
        return match["end"] is None or match["end"].lower() in ALLOWED
    name = match["name"].lower()
    if name not in ALLOWED:
        return False
    allowed = ALLOWED[name] | GLOBAL | _CODE_ATTRIBUTES
    if template:
        allowed |= _TEMPLATE_ATTRIBUTES
    found = ((name.lower(), value) for name, value in _ATTRIBUTE.findall(match["attributes"]))
    return all(
        (attribute in allowed or (template and attribute.startswith("aria-")))
        and _is_safe_value(attribute, html.unescape(value.strip("\"'")), template)
        for attribute, value in found
    )


def _is_safe_value(attribute: str, value: str, template: bool) -> bool:
    if template and _FILLED_IN.search(value):
        return False
    match attribute:
        case "href":
            return _ADDRESS.match(value) is not None
        case "src":
            return _MEDIA.match(value) is not None
        case "cite":
            return ":" not in value
        case "style":
            return unsafe_style(value) is None
    return True


def _active_formulas(field: Html) -> Iterator[str]:
    """TeX between Anki's marks that does more than set a formula. MathJax passes over code."""
    # As MathJax meets it: tags are gone, and `&#92;` is a backslash.
    text = html.unescape(_HTML.sub("", _CODE.sub(" ", field)))
    for one, display in _FORMULA.findall(text):
        if found := _ACTIVE_TEX.search(one or display):
            yield found[0]


def _loads(tokens: list[Any]) -> Iterator[str]:
    """What among CSS's component values loads something."""
    todo = list(reversed(tokens))
    while todo:
        token = todo.pop()
        if token.type == "at-keyword" and token.lower_value == "import":
            yield "@import"
        elif token.type == "url" or (token.type == "function" and token.lower_name in _LOADING):
            values = (
                [token.value]
                if token.type == "url"
                else [t.value for t in token.arguments if t.type == "string"]
            )
            if not values or not all(map(_is_own, values)):
                yield tinycss2.serialize([token])[:60]
        elif token.type == "error":
            yield "what is no CSS"
        else:
            inside = getattr(token, "arguments", None) or getattr(token, "content", None) or []
            todo += reversed(inside)


def _is_own(url: str) -> bool:
    url = url.strip()
    return bool(url.startswith("#") or _EMBEDDED.match(url) or _MEDIA.match(url))
