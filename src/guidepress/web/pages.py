"""The pages of a guide, and which of them each anchor is on: what the site and the EPUB have in common."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from lxml import etree
from lxml.html import HtmlElement, builder
from markupsafe import Markup

from guidepress.book.model import Book, Chapter, Part
from guidepress.content import Content
from guidepress.content.working import elements, has_class, parse, serialize, text_of
from guidepress.web.bodies import Bodies, Shown

CARDS = "cards"
# Pages that are no chapters.
_OWN = ("index", CARDS, "nav", "cover")


@dataclass(frozen=True, slots=True)
class Passage:
    """What the search finds: a section's heading and text; `anchor` is empty at the top of the page."""

    anchor: str
    title: str
    text: str


@dataclass(slots=True)
class Page:
    """A chapter as a page: its name without a suffix, its body, and its cards."""

    name: str
    chapter: Chapter
    root: HtmlElement
    cards: tuple[Shown, ...]
    part: Part | None = None

    @property
    def body(self) -> Markup:
        """The body as HTML."""
        return Markup(serialize(self.root))

    def passages(self) -> Iterator[Passage]:
        """Its sections, each with the words that stand in it and in no section below."""
        anchor, title, words = "", self.chapter.title, [""]
        heading: HtmlElement | None = None
        for event, element in etree.iterwalk(self.root, events=("start", "end")):
            space = " " if element.tag in _BLOCKS else ""
            if event == "start":
                if heading is None and element.tag in ("h2", "h3") and element.get("id"):
                    yield Passage(anchor, title, " ".join("".join(words).split()))
                    anchor, title, words, heading = element.get("id"), text_of(element), [], element
                if heading is None:
                    words.append(f"{space}{element.text or ''}")
            else:
                if element is heading:
                    heading = None
                if heading is None and element is not self.root:
                    words.append(f"{space}{element.tail or ''}")
        yield Passage(anchor, title, " ".join("".join(words).split()))


_BLOCKS = frozenset(
    (
        "p",
        "li",
        "td",
        "th",
        "tr",
        "dt",
        "dd",
        "div",
        "pre",
        "figcaption",
        "section",
        "br",
        "h4",
        "h5",
        "h6",
    )
)


@dataclass(slots=True)
class Pages:
    """All pages in reading order. `suffix` is that of their files."""

    book: Book
    bodies: Bodies
    suffix: str
    pages: list[Page] = field(default_factory=list)
    _places: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        by_id = {card.id: card for card in self.book.cards}
        parts = {chapter.id: part for part in self.book.parts for chapter in part.chapters}
        taken: set[str] = set(_OWN)
        for chapter in self.book.chapters():
            name = chapter.id
            while name in taken:
                name += "-chapter"
            taken.add(name)
            cards = tuple(self.bodies.card(by_id[id_]) for id_ in chapter.cards if id_ in by_id)
            page = Page(name, chapter, self.bodies.of(chapter), cards, parts.get(chapter.id))
            self.pages.append(page)
        self._find()
        for page in self.pages:
            self._link(page.root, page.name)

    def cards_of(self, page: Page) -> tuple[Shown, ...]:
        """The cards of a page, as they stand on it."""
        return tuple(self.linked(card, page.name) for card in page.cards)

    def cards_page(self) -> Sequence[tuple[Page, tuple[Shown, ...]]]:
        """Chapters with cards, each with those cards as they stand on the page of all cards."""
        return [
            (page, tuple(self.linked(card, CARDS) for card in page.cards))
            for page in self.pages
            if page.cards
        ]

    def linked(self, card: Shown, name: str) -> Shown:
        """A card whose links work on the page `name`."""
        sides = []
        for html in (card.question, card.answer):
            root = parse(str(html))
            self._link(root, name)
            # Anchors belong to the place where the card was written.
            for element in root.iter():
                if isinstance(element.tag, str):
                    element.attrib.pop("id", None)
            sides.append(Markup(serialize(root)))
        return Shown(card.id, card.anchor, *sides)

    def own(self, content: Content, name: str) -> Markup:
        """Authored text for the page `name`."""
        root = self.bodies.tree(content)
        self._link(root, name)
        return Markup(serialize(root))

    def file(self, name: str) -> str:
        """The file of a page."""
        return f"{name}{self.suffix}"

    def _find(self) -> None:
        """Which page each anchor is on: that of the first element that has it."""
        for page in self.pages:
            self._places.setdefault(page.chapter.anchor, page.name)
            for element in page.root.iter():
                if isinstance(element.tag, str) and (anchor := element.get("id")):
                    self._places.setdefault(anchor, page.name)
            for card in page.cards:
                self._places.setdefault(card.anchor, page.name)
            if page.part is not None:
                self._places.setdefault(page.part.anchor, page.name)

    def _link(self, root: HtmlElement, name: str) -> None:
        """Let links lead to the pages that their anchors are on; one that leads nowhere becomes text."""
        for link in list(elements(root, "a")):
            href = link.get("href") or ""
            if not href.startswith("#"):
                continue
            anchor = href[1:]
            target = self._places.get(anchor)
            if target is None:
                link.drop_tag()
            elif target != name:
                top = anchor == next(p.chapter.anchor for p in self.pages if p.name == target)
                link.set("href", self.file(target) if top else f"{self.file(target)}{href}")


def back_links(page: Page) -> None:
    """Let each note lead back to where it is called first."""
    calls: dict[str, str] = {}
    for call in elements(page.root, "sup"):
        link = next(iter(elements(call, "a")), None)
        if has_class(call, "footnote-ref") and link is not None and call.get("id"):
            link.set("role", "doc-noteref")
            calls.setdefault((link.get("href") or "#")[1:], call.get("id") or "")
    for item in elements(page.root, "li"):
        if (called := calls.get(item.get("id") or "")) and item.getparent() is not None:
            back = builder.A({"href": f"#{called}", "role": "doc-backlink", "class": "back"}, "↩")
            last = item[-1] if len(item) and item[-1].tag == "p" else item
            last.append(back)
