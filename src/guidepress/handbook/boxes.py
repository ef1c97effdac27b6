"""Boxes: each says in a word what it is, and is kept on one page unless it is long."""

from __future__ import annotations

from lxml.html import HtmlElement, builder

from guidepress.content.working import elements, has_class, prepend, text_of
from guidepress.handbook.composer import Composer

# Sections of these classes are boxes; the layout's words name them.
SECTIONS = ("objectives", "takeaways", "exercise")
# Kinds of admonitions drawn with another kind's icon and colour.
ALIKE = {
    "hint": "tip",
    "attention": "warning",
    "caution": "warning",
    "error": "danger",
}
# From so many lines on a box may break over pages: of four, two at least stand on each. So many characters fill a line.
LONG = 4
_LINE = 70
# What begins on a line of its own, code apart.
_BLOCKS = ("p", "li", "dt", "dd", "h2", "h3", "h4", "h5", "h6")


def name_boxes(root: HtmlElement, composer: Composer) -> None:
    """Give each box its word and its icon's class."""
    for box in list(elements(root, "section", "div", "details")):
        kind = _kind(box)
        if not kind:
            continue
        if _lines(box) > LONG or box.find(".//table") is not None:
            box.set("class", f"{box.get('class') or ''} long".strip())
        if kind == "details":
            continue
        box.set("class", f"{box.get('class')} {ALIKE.get(kind, kind)}".strip())
        _title(box, kind, composer)


def _lines(box: HtmlElement) -> int:
    """About how many lines a box takes: code and lists are tall though they have few characters."""
    # The lines of code are elements by now, without their ends.
    code = sum(has_class(line, "line") for line in elements(box, "span"))
    # Those with none inside.
    blocks = [
        block for block in elements(box, *_BLOCKS) if next(elements(block, *_BLOCKS), None) is None
    ]
    text = sum(1 + len(str(block.text_content())) // _LINE for block in blocks)
    return max(code + text, len(str(box.text_content())) // _LINE)


def _kind(box: HtmlElement) -> str:
    if box.tag == "details":
        return "details"
    if box.tag == "section":
        return next((name for name in SECTIONS if has_class(box, name)), "")
    classes = (box.get("class") or "").split()
    return (classes[1:] or ["note"])[0] if classes[:1] == ["admonition"] else ""


def _title(box: HtmlElement, kind: str, composer: Composer) -> None:
    """The title with the word before it: the author's title alone does not say what a box is."""
    word = composer.words.get(kind, kind.capitalize())
    first = next((child for child in box if isinstance(child.tag, str)), None)
    titled = first is not None and (
        has_class(first, "admonition-title") or has_class(first, "box-title")
    )
    if first is None or not titled:
        title = builder.P({"class": "box-title"}, builder.SPAN({"class": "kind"}, word))
        title.tail = box.text
        box.text = None
        box.insert(0, title)
        return
    first.set("class", "box-title")
    if text_of(first).casefold() != word.casefold():
        prepend(first, builder.SPAN({"class": "kind"}, word), " ")
