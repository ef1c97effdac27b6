"""The elements and attributes that authored HTML may use, and the filter that has the last word on it: nh3."""

from __future__ import annotations

import nh3

from guidepress.markdown.tree.links import SCHEMES

# What every element may carry.
GLOBAL = frozenset({"class", "dir", "id", "lang", "title"})

# Allowed elements -> what they may carry besides the attributes that all may.
ALLOWED: dict[str, frozenset[str]] = {
    name: frozenset(extra.split())
    for name, extra in {
        "a": "href", "abbr": "", "aside": "", "b": "", "bdi": "", "bdo": "", "blockquote": "cite",
        "br": "", "caption": "", "cite": "", "code": "", "col": "span width", "colgroup": "span width",
        "data": "value", "dd": "", "del": "", "details": "open", "dfn": "", "div": "align", "dl": "",
        "dt": "", "em": "", "figcaption": "", "figure": "align", "footer": "",
        "h1": "align", "h2": "align", "h3": "align", "h4": "align", "h5": "align", "h6": "align",
        "header": "", "hr": "", "i": "", "img": "align alt height src width",
        "input": "checked disabled type", "ins": "", "kbd": "", "li": "value", "mark": "",
        "ol": "reversed start type", "p": "align", "pre": "", "q": "cite", "rp": "", "rt": "",
        "ruby": "", "s": "", "samp": "", "section": "", "small": "", "span": "", "strong": "",
        "sub": "", "summary": "", "sup": "", "table": "align width", "tbody": "align",
        "td": "align colspan headers height rowspan valign width", "tfoot": "align",
        "th": "abbr align colspan headers height rowspan scope valign width", "thead": "align",
        "time": "datetime", "tr": "align valign", "u": "", "ul": "type", "var": "", "wbr": "",
    }.items()
}  # fmt: skip

# What HTML knows besides: its tags are taken out, the text in them stays.
_UNWRAPPED = frozenset({
    "acronym", "address", "area", "article", "audio", "base", "basefont", "big", "body",
    "button", "center", "command", "datalist", "dialog", "dir", "embed", "fieldset", "font", "form",
    "frame", "frameset", "head", "html", "label", "legend", "link", "main", "map", "menu",
    "menuitem", "meta", "meter", "nav", "nobr", "noframes", "noscript", "optgroup", "option",
    "output", "param", "picture", "plaintext", "progress", "search", "select", "slot", "source",
    "strike", "textarea", "title", "track", "tt", "video", "xmp",
})  # fmt: skip
# ... and what is taken out with all that is in it: it is not text.
DROPPED = frozenset({
    "applet", "canvas", "iframe", "math", "noembed", "object", "script", "style",
    "svg", "template",
})  # fmt: skip
KNOWN = frozenset(ALLOWED) | _UNWRAPPED | DROPPED


def is_element(name: str) -> bool:
    """Whether a tag's name is meant as HTML: `Object`, `Link` and `Select` are types and components."""
    capitalised = name[0].isupper() and name[1:].islower()
    return name.lower() in KNOWN and not capitalised


# Wrappers for screens: nothing is lost with their tags.
SILENT = frozenset({"article", "main", "nav", "picture", "source"})

# End tags that HTML lets an author leave out.
OPTIONAL_END = frozenset({
    "colgroup", "dd", "dt", "li", "p", "rp", "rt", "tbody", "td", "tfoot", "th", "thead", "tr",
})  # fmt: skip


# Authored HTML and attribute lists cannot set data attributes: those that arrive here are guidepress's own.
_CLEANER = nh3.Cleaner(
    tags=set(ALLOWED),
    clean_content_tags={"script", "style"},
    attributes={"*": set(GLOBAL), **{tag: set(names) for tag, names in ALLOWED.items() if names}},
    generic_attribute_prefixes={"data-"},
    link_rel=None,
    url_schemes=set(SCHEMES),
)


def sanitize(html: str) -> str:
    """The HTML without anything that is not allowed."""
    return _CLEANER.clean(html)
