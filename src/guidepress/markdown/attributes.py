"""Attribute lists: `{: #id .class key="value" }`, in the syntax of Python-Markdown's `attr_list`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.etree.ElementTree import Element

from markdown.extensions.attr_list import get_attrs_and_remainder

from guidepress.diagnostics import Span, did_you_mean, warning
from guidepress.markdown.origin import Origin
from guidepress.markdown.state import ParseState

Pairs = Sequence[tuple[str, str | None]]

LIST = re.compile(r"""\{(:?)[ ]*((?:[^{}"'\n]|"[^"\n]*"|'[^'\n]*')+)\}""")
# Names an author may set -> how they are written in the HTML.
NAMES = {
    "align": "align", "class": "class", "cloze": "data-cloze", "dir": "dir", "height": "height",
    "hint": "data-hint", "id": "id", "index": "data-index", "lang": "lang", "start": "start",
    "teaches": "data-teaches", "title": "title", "type": "type", "width": "width",
}  # fmt: skip
# Classes by which later stages find what this one made.
RESERVED = frozenset({"block", "cloze", "code", "footnote-ref", "math", "ref"})


def parse(match: re.Match[str]) -> Pairs | None:
    """The attributes of a match of LIST; None where the braces mean something else.

    Without the colon, only what is plainly meant counts: `{#id .class key=value}` of known names. Text such
    as `/users/{id}` stays text.
    """
    pairs, remainder = get_attrs_and_remainder(match[2])
    if remainder or not pairs:
        return None
    if not match[1] and any(
        name != "." and (value is None or name not in NAMES) for name, value in pairs
    ):
        return None
    return pairs


def apply(element: Element, pairs: Pairs, span: Span, state: ParseState) -> None:
    """Set attributes on an element; reports names that mean nothing here."""
    for name, value in pairs:
        if name == ".":
            name = "class"
        if value is None or name not in NAMES:
            message = f"`{name}` is no attribute that guidepress knows"
            hints = did_you_mean(name, NAMES) or (f"known are {', '.join(NAMES)}",)
            state.report(warning("attribute-unknown", message, span, hints=hints))
        elif name in ("cloze", "hint") and element.tag != "mark":
            message = f"`{name}` belongs behind a marked text: `==text=={{: {name}=… }}`"
            state.report(warning("attribute-invalid", message, span))
        elif name == "teaches" and not re.fullmatch(r"h[1-6]", element.tag):
            message = "`teaches` belongs at the end of a heading"
            state.report(warning("attribute-invalid", message, span))
        elif name == "class":
            add_classes(element, value, span, state)
        elif name == "id" and (not value or re.search(r"\s", value)):
            state.report(warning("attribute-invalid", f"`{value}` cannot be an id", span))
        elif name == "cloze" and not re.fullmatch(r"[1-9]\d{0,2}", value):
            message = f"`cloze` is a number from 1 on, not `{value}`"
            state.report(warning("attribute-invalid", message, span))
        else:
            element.set(NAMES[name], value)


def add_classes(element: Element, value: str, span: Span, state: ParseState) -> None:
    """Add classes, but for those that are guidepress's own."""
    classes = (element.get("class") or "").split()
    for word in value.split():
        if word in RESERVED:
            message = f"the class `{word}` is guidepress's own; it was left out"
            state.report(warning("attribute-invalid", message, span))
        elif word not in classes:
            classes.append(word)
    if classes:
        element.set("class", " ".join(classes))


def take_end(element: Element, text: str, origin: Origin, state: ParseState) -> str:
    """Apply a list that ends the text of a heading, a cell or a term; gives the text before it."""
    if not text.endswith("}"):
        return text
    at = text.rfind("{")
    return _take(element, text, at, origin, state) if at > 0 and text[at - 1] in " \t" else text


def take_last_line(element: Element, text: str, origin: Origin, state: ParseState) -> str:
    """Apply a list that is the last line of a paragraph; gives the text before it."""
    if not text.endswith("}"):
        return text
    at = text.rfind("\n") + 1
    return _take(element, text, at, origin, state) if at else text


def _take(element: Element, text: str, at: int, origin: Origin, state: ParseState) -> str:
    match = LIST.fullmatch(text, at)
    if match is None or (pairs := parse(match)) is None:
        return text
    apply(element, pairs, origin.span(text, at, len(text) - at), state)
    return text[:at].rstrip()
