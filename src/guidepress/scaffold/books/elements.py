"""What components, shortcodes and tags of other tools mean, whatever marks are around them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import Enum

# Kinds of admonitions elsewhere -> guidepress's, where it has not got one of that name.
_KINDS = {
    "abstract": "note", "alert": "warning", "bug": "danger", "check": "tip", "cite": "note", "done": "tip",
    "error": "error", "example": "note", "fail": "danger", "failure": "danger", "faq": "note",
    "help": "note", "info": "note", "information": "note", "missing": "danger", "question": "note",
    "quote": "note", "seealso": "note", "success": "tip", "summary": "note", "tldr": "note",
    "todo": "note", "secondary": "note", "primary": "note", "callout": "note", "admonition": "note",
    "notice": "note", "aside": "note", "definition": "note", "terminology": "note", "warn": "warning",
    "version-added": "note", "versionadded": "note", "versionchanged": "note", "deprecated": "warning",
    "versionremoved": "warning", "theorem": "note", "lemma": "note", "proof": "note", "pitfall": "warning",
    "deepdive": "note", "beginners": "note", "detailednote": "note", "docscallout": "note",
}  # fmt: skip
KINDS = frozenset((
    "note", "tip", "hint", "important", "warning", "caution", "danger", "attention", "error",
))  # fmt: skip


class Role(Enum):
    """What an element is."""

    BOX = "an admonition"
    FOLD = "something that may be folded away"
    LABEL = "a tab with a label"
    WRAPPER = "a wrapper of the layout"
    IMAGE = "an image"
    LINK = "a link"
    VIDEO = "something on the network"
    CODE = "code"
    NOTHING = "nothing for a book"


_ROLES = {
    Role.BOX: (
        *KINDS, *_KINDS,
    ),
    Role.FOLD: (
        "accordion", "accordionitem", "collapse", "collapsible", "details", "expand", "expandable",
        "spoiler", "toggle", "disclosure", "solution", "hideable", "detailedexplanation", "dropdown",
    ),
    Role.LABEL: ("tab", "tabitem", "codetab", "codegroupitem", "tab-item", "tabpanel", "step", "listing"),
    Role.WRAPPER: (
        "tabs", "tabset", "tabpane", "codetabs", "codegroup", "code-group", "tab-set", "steps", "stepper",
        "cards", "cardgroup", "cardgrid", "columns", "column", "col", "row", "grid", "section", "div",
        "frame", "br", "center", "language-detector-tabs", "details-group", "accordiongroup", "intro",
        "youwilllearn", "raw", "v-pre", "fragment", "code-tabs", "panel-tabset", "layout", "container",
        "button-group", "block", "content", "page", "small", "sandpack", "recap", "wip", "illustrationblock",
        "code", "codeblock", "yesno", "challenges", "contentref", "content-ref", "clientonly", "client-only",
        "moniker", "zone",
    ),
    Role.IMAGE: (
        "image", "img", "figure", "picture", "themedimage", "zoomimage", "zoom", "imgproc", "illustration",
        "diagram", "screenshot",
    ),
    Role.LINK: ("link", "a", "navlink", "routerlink", "router-link", "linkcard", "card", "button", "anchor"),
    Role.VIDEO: (
        "youtube", "liteyoutubeembed", "lite-youtube", "vimeo", "tweet", "gist", "embed", "codepen", "codesandbox",
        "instagram", "iframe", "video",
        "asciinema",
    ),
    Role.NOTHING: (
        "toc", "tableofcontents", "doccardlist", "inlinetoc", "toctree", "contents", "feedback", "comments",
        "giscus", "adsense", "head", "children", "comment", "apitable", "seo",
    ),
}  # fmt: skip
_OF = {name: role for role, names in _ROLES.items() for name in names}


def role_of(name: str) -> Role | None:
    """What an element of this name is; None where that is not known."""
    return _OF.get(name.rpartition(".")[2].lower())


def kind_of(name: str) -> str:
    """The kind of admonition that another tool's stands for; nothing where it is none."""
    low = name.lower()
    return low if low in KINDS else _KINDS.get(low, "")


def title_for(name: str, title: str) -> str:
    """The title of a box: a kind that guidepress has no word for names itself."""
    if title or name.lower() in KINDS:
        return title
    words = {"faq": "FAQ", "tldr": "TL;DR", "seealso": "See also", "deepdive": "Deep dive"}
    plain = ("info", "information", "callout", "admonition", "notice", "aside", "alert", "warn", "primary",
             "secondary", "docscallout", "detailednote", "beginners")  # fmt: skip
    if name.lower() in plain:
        return ""
    return words.get(name.lower(), name.replace("-", " ").replace("_", " ").capitalize())


def box_header(name: str, attributes: Mapping[str, str]) -> str:
    """The line that opens the block for a box or a fold."""
    title = next(
        (attributes[k] for k in ("title", "label", "summary", "header") if k in attributes), ""
    )
    if role_of(name) is Role.FOLD:
        return f"/// details | {one_line(title) or name.capitalize()}"
    kind = attributes.get("type") or attributes.get("kind") or attributes.get("style") or name
    kind = kind if kind_of(kind) else name
    title = one_line(title_for(kind, title))
    return f"/// {kind_of(kind) or 'note'}" + (f" | {title}" if title else "")


def one_line(text: str) -> str:
    """A title as an argument of a block can have it."""
    return " ".join(text.split()).strip()


def image(attributes: Mapping[str, str]) -> str:
    """An image in Markdown; nothing where its address is not known."""
    source = next(
        (attributes[k] for k in ("src", "source", "image", "href", "0") if attributes.get(k)), ""
    )
    if not source:
        return ""
    alt = next((attributes[k] for k in ("alt", "caption", "title", "1") if attributes.get(k)), "")
    alt = re.sub(r"([\[\]])", r"\\\1", " ".join(alt.split()))
    target = f"<{source}>" if re.search(r"[\s()]", source) else source
    return f"![{alt}]({target})"


def address(name: str, attributes: Mapping[str, str]) -> str:
    """Where something on the network is."""
    own = next(
        (attributes[k] for k in ("url", "src", "href", "id", "0", "videoid") if attributes.get(k)),
        "",
    )
    if not own or own.startswith(("http:", "https:")):
        return own
    low = name.lower()
    if "youtube" in low:
        return f"https://www.youtube.com/watch?v={own}"
    if low == "vimeo":
        return f"https://vimeo.com/{own}"
    if low == "gist" and attributes.get("1"):
        return f"https://gist.github.com/{own}/{attributes['1']}"
    return ""
