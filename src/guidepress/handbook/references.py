"""References on paper: "caching" becomes "caching (p. 87)", and a web address is printed."""

from __future__ import annotations

import re

from lxml import etree
from lxml.html import HtmlElement, builder

from guidepress.content.working import elements, has_class
from guidepress.handbook.composer import Composer

_SCHEME = re.compile(r"^(?:https?://(?:www\.)?|mailto:)")
# Behind these signs an address may go on in the next line: where it may not, the line before it is torn open.
_BREAKABLE = re.compile(r"(?<=[/.?&=#_~,;:%+-])(?=[^/.?&=#_~,;:%+-])")
_BREAK = "\u200b"
# Elements in which a page number once per target is enough.
_ONCE_IN = frozenset({"p", "li", "tr", "dd", "td"})


def give_pages(root: HtmlElement, composer: Composer) -> None:
    """Append the page to each reference, once for each target within a paragraph or a row."""
    # Elements as keys: lxml makes a new object for an element that nothing holds, with any id.
    seen: set[tuple[HtmlElement, str]] = set()
    for link in list(elements(root, "a")):
        href = link.get("href") or ""
        if href.startswith("#") and has_class(link, "ref"):
            place = (_around(link), href)
            if place not in seen:
                seen.add(place)
                _insert_after(link, _page(href[1:], composer, _in_brackets(link, place[0])))
        elif _SCHEME.match(href) and composer.settings.print_links:
            _print_address(link, href)


def _around(element: HtmlElement) -> HtmlElement:
    node = element.getparent()
    while node is not None and node.tag not in _ONCE_IN:
        node = node.getparent()
    return element if node is None else node


def _page(anchor: str, composer: Composer, in_brackets: bool) -> HtmlElement:
    """The page behind a reference, in brackets unless the reference itself stands in some."""
    opening, closing = (", ", "") if in_brackets else (" (", ")")
    number = builder.SPAN({"data-page": anchor})
    before, after = composer.words.around("page-n")
    reference = builder.SPAN({"class": "page-ref"}, f"{opening}{before}", number)
    number.tail = f"{after}{closing}"
    return reference


def _in_brackets(link: HtmlElement, block: HtmlElement) -> bool:
    """Whether a bracket is open where the link stands in its paragraph."""
    depth = 0
    for event, element in etree.iterwalk(block, events=("start", "end")):
        if element is link:
            return depth > 0
        text = element.text if event == "start" else element.tail if element is not block else ""
        depth += (text or "").count("(") - (text or "").count(")")
    return False


def _print_address(link: HtmlElement, href: str) -> None:
    """The address of a link after its text, unless the text shows it already."""
    address = _SCHEME.sub("", href).rstrip("/")
    shown = _SCHEME.sub("", "".join(link.itertext()).strip()).rstrip("/")
    link.set("class", "web")
    if shown == address:
        return
    address = _BREAKABLE.sub(_BREAK, address)
    # The space is the text's: the address may run in another direction.
    _insert_after(link, builder.SPAN({"class": "address"}, f"({address})"))
    link.tail = " "


def _insert_after(element: HtmlElement, new: HtmlElement) -> None:
    new.tail, element.tail = element.tail, None
    element.addnext(new)
