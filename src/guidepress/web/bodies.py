"""The body of a chapter on its way to a screen: records in place, boxes named, formulas drawn, notes at the end."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from lxml.html import HtmlElement, builder
from markupsafe import Markup

from guidepress.book.model import Block, Book, Card, Chapter
from guidepress.card_kinds import answer, question
from guidepress.content import Content
from guidepress.content.islands import mark_directions
from guidepress.content.sounds import KEY
from guidepress.content.working import (
    elements,
    has_class,
    parse,
    prepend,
    serialize,
    text_of,
    tree,
)
from guidepress.diagnostics import Diagnostic
from guidepress.layouts import Layout
from guidepress.layouts.code import give_title
from guidepress.layouts.sounds import address, said_after
from guidepress.layouts.words import direction
from guidepress.maths import Drawing, Drawings
from guidepress.web.blocks import context_of, no_page
from guidepress.words import Words

# Sections of these classes are boxes; the layout's words name them.
_BOXES = ("objectives", "takeaways", "exercise")
_GAP = "[…]"


@dataclass(frozen=True, slots=True)
class Shown:
    """A card to be turned: its question, its answer, and where it is asked."""

    id: str
    anchor: str
    question: Markup
    answer: Markup


@dataclass(slots=True)
class Bodies:
    """Makes the bodies of one book's chapters; gathers `problems`, and the `pictures` of formulas by name."""

    book: Book
    layout: Layout
    words: Words
    drawings: Drawings
    # Whether sounds go along; else their words link to where they are, if that is anywhere.
    plays: bool = True
    problems: list[Diagnostic] = field(default_factory=list)
    pictures: dict[str, bytes] = field(default_factory=dict)

    def of(self, chapter: Chapter) -> HtmlElement:
        """A chapter's body with its notes, as a tree; links still lead to bare anchors."""
        root = tree(chapter.body.nodes)
        level = 1
        for place in list(elements(root, "h2", "h3", "h4", "h5", "h6", "div")):
            if place.tag != "div":
                level = int(place.tag[1])
            elif place.get("data-block") is not None:
                block = chapter.blocks[int(place.get("data-block") or 0)]
                _replace(place, parse(self._block(block, level)))
        self._prepare(root)
        if chapter.footnotes:
            root.append(self._notes(chapter))
        return root

    def html(self, content: Content) -> Markup:
        """Authored text of any place, ready for a screen."""
        return Markup(serialize(self.tree(content)))

    def tree(self, content: Content) -> HtmlElement:
        """The same as a tree."""
        root = tree(content.nodes)
        self._prepare(root)
        return root

    def card(self, card: Card) -> Shown:
        """A card; of a cloze card the question has gaps, and the answer is the whole text."""
        extra = self.html(card.extra)
        if card.audio and (self.plays or self.book.audio_url):
            extra = self.html(said_after(card.audio, self.words["listen"])) + extra
        if card.kind == "basic":
            front = self.html(card.front)
            return Shown(card.id, card.anchor, front, self.html(card.back) + extra)
        asked = tree(question(card).nodes)
        for gap in list(elements(asked, "mark")):
            if has_class(gap, "cloze"):
                hint = gap.get("data-hint")
                _fill(gap, f"[{hint}]" if hint else _GAP)
        self._prepare(asked)
        return Shown(
            card.id, card.anchor, Markup(serialize(asked)), self.html(answer(card)) + extra
        )

    def _block(self, block: Block, level: int) -> str:
        context = context_of(block, self.book)
        if context is None:
            return ""
        name = f"web/blocks/{block.kind}.html"
        if self.layout.path(name) is None:
            name = f"shared/blocks/{block.kind}.html"

        def anchor(label: str) -> str:
            return block.anchors.get(label, "")

        functions: dict[str, Any] = {
            "anchor": anchor, "html": self.html, "folio": no_page, "pages": no_page, "on_page": no_page,
        }  # fmt: skip
        return self.render(
            name,
            {
                **context,
                **functions,
                "heading": min(level + 1, 6),
                "in_opener": False,
                "page": {"notes": 0},
            },
        )

    def render(self, name: str, context: Mapping[str, Any]) -> str:
        """A template of the layout; empty where it fails, which is a problem then."""
        rendered = self.layout.render(name, {"book": self.book, "words": self.words, **context})
        self.problems += (d for d in rendered.diagnostics if d not in self.problems)
        return rendered.value or ""

    def _prepare(self, root: HtmlElement) -> None:
        for element in root.iter("*"):
            element.attrib.pop("data-line", "")
        for reference in list(elements(root, "span")):
            if has_class(reference, "page-ref"):
                _remove(reference)
        for formula in list(elements(root, "span", "div")):
            if has_class(formula, "math") and formula.get("data-tex"):
                self._draw(formula)
        for box in list(elements(root, "section", "div")):
            if kind := _box(box):
                self._title(box, kind)
        mark_directions(root, rtl=direction(self.book.language) == "rtl")
        for table in list(elements(root, "table")):
            _scroll(table)
        for block in list(elements(root, "pre")):
            # Wide code scrolls, for which it has to take the keyboard.
            block.set("tabindex", "0")
            give_title(block)
        for picture in elements(root, "img"):
            image = self.book.images.get(picture.get("src") or "")
            if image is not None:
                picture.set("src", file_name(image.key, image.sha256))
                if image.width and not (picture.get("width") or picture.get("style")):
                    picture.set("width", str(image.width))
                    picture.set("height", str(image.height))
                picture.set("loading", "lazy")

        for sound in [one for one in elements(root, "span") if one.get(KEY)]:
            self._play(sound, sound.attrib.pop(KEY))

    def _play(self, sound: HtmlElement, key: str) -> None:
        """A player behind the words of a sound, or a link of them."""
        known = self.book.sounds.get(key)
        if known is None:
            return
        if self.plays:
            name = file_name(known.key, known.sha256, "sounds")
            sound.append(builder.AUDIO({"controls": "", "preload": "none", "src": name}))
        elif url := address(self.book.audio_url, key):
            sound.tag = "a"
            sound.set("href", url)

    def _draw(self, formula: HtmlElement) -> None:
        """A picture in the place of a formula, in the colour of the text, described by its TeX."""
        tex = formula.get("data-tex") or ""
        drawn = self.drawings.of(tex, has_class(formula, "display"))
        if not isinstance(drawn, Drawing):
            return
        data = drawn.svg("#000000").encode()
        name = f"formulas/{_short(data)}.svg"
        self.pictures[name] = data
        style = f"width: {drawn.width:.3f}em; vertical-align: {-drawn.depth:.3f}em"
        picture = builder.IMG({"class": "math", "src": name, "alt": tex, "style": style})
        _fill(formula, "")
        formula.append(picture)
        del formula.attrib["data-tex"]

    def _title(self, box: HtmlElement, kind: str) -> None:
        """The word that says what a box is, before the author's own title."""
        word = self.words.get(kind, kind.capitalize())
        first = next((child for child in box if isinstance(child.tag, str)), None)
        if first is None or not (
            has_class(first, "admonition-title") or has_class(first, "box-title")
        ):
            title = builder.P({"class": "box-title"}, builder.SPAN({"class": "kind"}, word))
            title.tail, box.text = box.text, None
            box.insert(0, title)
            return
        first.set("class", "box-title")
        if text_of(first).casefold() != word.casefold():
            prepend(first, builder.SPAN({"class": "kind"}, word), " ")

    def _notes(self, chapter: Chapter) -> HtmlElement:
        """The footnotes, each with a link back to its call."""
        notes = builder.OL()
        for note in chapter.footnotes:
            item = self.tree(note.content)
            item.tag = "li"
            item.set("id", note.anchor)
            item.set("value", str(note.number))
            notes.append(item)
        return builder.SECTION({"class": "footnotes", "role": "doc-endnotes"}, notes)


def file_name(key: str, sha256: str, folder: str = "images") -> str:
    """The file of an image or a sound of the book beside the pages: two of one name do not collide."""
    stem, _, suffix = key.rpartition("/")[2].rpartition(".")
    safe = re.sub(r"[^A-Za-z0-9_-]+", "-", stem).strip("-") or "image"
    return f"{folder}/{safe}-{sha256[:10]}.{suffix.lower()}"


def _short(data: bytes) -> str:
    from hashlib import sha256

    return sha256(data).hexdigest()[:16]


def _box(element: HtmlElement) -> str:
    if element.tag == "section":
        return next((name for name in _BOXES if has_class(element, name)), "")
    classes = (element.get("class") or "").split()
    return (classes[1:] or ["note"])[0] if classes[:1] == ["admonition"] else ""


def _scroll(table: HtmlElement) -> None:
    """A table in a frame that scrolls: a narrow screen is not made wider by it."""
    for cell in elements(table, "th", "td"):
        if side := cell.attrib.pop("align", ""):
            cell.set("style", f"text-align: {side}")
    for cell in elements(table, "th"):
        if "scope" not in cell.attrib:
            inside = next(cell.iterancestors("thead"), None) is not None
            cell.set("scope", "col" if inside else "row")
    frame = builder.DIV({"class": "scroll", "tabindex": "0"})
    frame.tail, table.tail = table.tail, None
    parent = table.getparent()
    assert parent is not None
    parent.replace(table, frame)
    frame.append(table)


def _replace(place: HtmlElement, new: HtmlElement) -> None:
    new.tail, place.tail = place.tail, None
    parent = place.getparent()
    assert parent is not None
    parent.replace(place, new)


def _remove(element: HtmlElement) -> None:
    element.drop_tree()


def _fill(element: HtmlElement, text: str) -> None:
    for child in list(element):
        element.remove(child)
    element.text = text
