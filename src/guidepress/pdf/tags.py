"""Turn laid-out boxes into the structure tree of an accessible PDF.

The tree follows the HTML elements, not the boxes: the pieces of an element that was broken over
lines or pages become one structure element again, and boxes that only layout needs
leave no trace. What the tree does not hold is an artifact: furniture in the margins,
table heads repeated on later pages, decorative images.

The rules are those of PDF/UA-1 (ISO 14289-1) for the structure types of PDF 1.7.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence, Set
from dataclasses import dataclass, field
from typing import Any
from xml.etree.ElementTree import Element as Source

SVG = "{http://www.w3.org/2000/svg}"


@dataclass(slots=True, eq=False)
class Content:
    """A piece of marked content: `mark` is its number on the page, in the order of painting."""

    page: int
    mark: int


@dataclass(slots=True, eq=False)
class Annotation:
    """An annotation, as an object of the PDF that is being made."""

    page: int
    target: Any


@dataclass(slots=True, eq=False)
class Box:
    """What the layout made of an element, or of a pseudo-element of it, on one page.

    `tag` is the element's name with the pseudo-element's, such as `li::marker`. Anonymous boxes
    have the element of the box around them, or none. `repeated` is what comes again on later
    pages, `decoration` what says nothing, such as the dots of a leader. `bounds` are left, bottom,
    right and top in points; they are given for images.
    """

    source: Source | None
    tag: str
    kids: list[Box] = field(default_factory=list)
    mark: int | None = None
    link: bool = False
    annotations: list[Any] = field(default_factory=list)
    block: bool = False
    repeated: bool = False
    colspan: int = 1
    rowspan: int = 1
    marker: str = "none"
    decoration: bool = False
    bounds: tuple[float, float, float, float] | None = None


@dataclass(slots=True, eq=False)
class Element:
    """A structure element. `role` is a standard structure type without the slash.

    `attributes` belong to the attribute owner `owner`; values that are strings are names.
    """

    role: str
    page: int = 0
    kids: list[Element | Content | Annotation] = field(default_factory=list)
    language: str = ""
    alternative: str = ""
    expansion: str = ""
    title: str = ""
    owner: str = ""
    attributes: dict[str, str | int | tuple[float, ...]] = field(default_factory=dict)

    def walk(self) -> Iterator[Element]:
        """Yield this element and those below it, in reading order."""
        yield self
        for kid in self.kids:
            if isinstance(kid, Element):
                yield from kid.walk()


@dataclass(slots=True)
class Tree:
    """The structure of a section, the (page, mark) of its artifacts, and its undescribed images."""

    root: Element
    artifacts: set[tuple[int, int]]
    undescribed: list[str]


# The class of an image that is a formula.
FORMULA = "math"
# Structure types of content that needs a description.
PICTURES = frozenset({"Figure", "Formula"})

ROLES = {
    "address": "Div",
    "article": "Art",
    "aside": "Div",
    "blockquote": "BlockQuote",
    "caption": "Caption",
    "code": "Code",
    "details": "Div",
    "div": "Div",
    "dl": "L",
    "fieldset": "Div",
    "figcaption": "Caption",
    "figure": "Div",
    "footer": "Div",
    "h1": "H1",
    "h2": "H2",
    "h3": "H3",
    "h4": "H4",
    "h5": "H5",
    "h6": "H6",
    "header": "Div",
    "hgroup": "Div",
    "kbd": "Code",
    "legend": "P",
    "li": "LI",
    "menu": "L",
    "nav": "Sect",
    "ol": "L",
    "p": "P",
    "pre": "P",
    "q": "Quote",
    "samp": "Code",
    "section": "Sect",
    "summary": "P",
    "table": "Table",
    "tbody": "TBody",
    "td": "TD",
    "tfoot": "TFoot",
    "th": "TH",
    "thead": "THead",
    "tr": "TR",
    "ul": "L",
}

_HEADING_ROLES = frozenset(f"H{level}" for level in range(1, 7))

# Structure types that group others and must not hold text themselves, and what then holds it.
HOLDERS = {
    "Part": "P",
    "Art": "P",
    "Sect": "P",
    "Div": "P",
    "BlockQuote": "P",
    "TOCI": "Reference",
}
INLINE = frozenset({"Span", "Quote", "Note", "Reference", "Code", "Link"})
TABLE_KIDS = {
    "Table": frozenset({"Caption", "THead", "TBody", "TFoot", "TR"}),
    "THead": frozenset({"TR"}),
    "TBody": frozenset({"TR"}),
    "TFoot": frozenset({"TR"}),
    "TR": frozenset({"TH", "TD"}),
}
CELLS_AND_GROUPS = frozenset({"THead", "TBody", "TFoot", "TR", "TH", "TD"})

LIST_NUMBERING = {
    "disc": "Disc",
    "circle": "Circle",
    "square": "Square",
    "decimal": "Decimal",
    "decimal-leading-zero": "Decimal",
    "lower-roman": "LowerRoman",
    "upper-roman": "UpperRoman",
    "lower-alpha": "LowerAlpha",
    "lower-latin": "LowerAlpha",
    "upper-alpha": "UpperAlpha",
    "upper-latin": "UpperAlpha",
    "none": "None",
}


def build(pages: Sequence[Sequence[Box]], language: str, title: str) -> Tree:
    """Build the structure of a section from the boxes of its pages.

    `pages` holds the boxes of each page's content, without the margin boxes, and with the
    footnotes last. `language` is that of the section: elements in another one say so.
    """
    builder = _Builder()
    root = Element("Part", title=title)
    for page, boxes in enumerate(pages):
        for box in boxes:
            builder.visit(box, _Context(root, page, language))
    _prune(root)
    _arrange(root)
    _close_gaps(root)
    return Tree(root, builder.artifacts, builder.undescribed)


def _close_gaps(root: Element) -> None:
    """Take up a heading that is more than one level below the one before: PDF/UA-1, 7.4.2, wants no level skipped."""
    previous = 6
    for element in root.walk():
        if element.role in _HEADING_ROLES:
            level = min(int(element.role[1]), previous + 1)
            element.role = f"H{level}"
            previous = level


@dataclass(slots=True)
class _Context:
    """Where the walk is, in the structure and in the document."""

    parent: Element
    page: int
    language: str
    link: Element | None = None
    contents: bool = False


class _Builder:
    def __init__(self) -> None:
        self.artifacts: set[tuple[int, int]] = set()
        self.undescribed: list[str] = []
        # The structure element of every element and pseudo-element met so far, and the item of
        # every list item. The sources live as long as the boxes, so their identities are distinct.
        self.known: dict[tuple[int, str], Element] = {}
        self.items: dict[int, Element] = {}

    def visit(self, box: Box, context: _Context) -> None:
        source = box.source
        if box.decoration:
            return self.discard(box, context.page)
        if source is None:
            return self.fill(box, context)
        generated_image = box.bounds is not None and "::" in box.tag
        if generated_image or source.get("aria-hidden") == "true":
            return self.discard(box, context.page)
        element = self.known.get((id(source), box.tag))
        if element is None:
            element = self.element(box, source, context)
            if element is not None:
                self.known[id(source), box.tag] = element
        elif box.repeated and element.page < context.page:
            return self.discard(box, context.page)
        if element is None:
            element = context.parent
        elif element.role in PICTURES and not element.alternative:
            return self.discard(box, context.page)
        inner = _Context(
            parent=element,
            page=context.page,
            language=source.get("lang") or context.language,
            link=element if element.role == "Link" else context.link,
            contents=context.contents or source.get("role") == "doc-toc",
        )
        self.fill(box, inner)

    def fill(self, box: Box, context: _Context) -> None:
        """Add a box's own content and its children's to the structure element around them."""
        for annotation in box.annotations:
            owner = context.link or _link_in(context.parent)
            owner.kids.append(Annotation(context.page, annotation))
        if box.mark is not None:
            context.parent.kids.append(Content(context.page, box.mark))
        for kid in box.kids:
            self.visit(kid, context)

    def discard(self, box: Box, page: int) -> None:
        """Make a box's content an artifact."""
        if box.mark is not None:
            self.artifacts.add((page, box.mark))
        for kid in box.kids:
            self.discard(kid, page)

    def element(self, box: Box, source: Source, context: _Context) -> Element | None:
        """Return a new structure element, in its place, or None for a box that has none."""
        name, _, pseudo = box.tag.partition("::")
        if pseudo:
            return self.pseudo_element(name, pseudo, source, context)
        parent, page = context.parent, context.page
        if name in ("html", "body", "main") or (name == "div" and parent.role == "L"):
            return None
        if box.bounds is not None:
            return self.figure(box, source, context)
        language = source.get("lang") or ""
        if language == context.language:
            language = ""
        if name in ("dt", "dd"):
            return self.definition(name, parent, page, language)
        role = self.role(name, box, source, context, language)
        if role is None:
            return None
        element = Element(role, page, language=language)
        parent.kids.append(element)
        if role in ("LI", "TOCI"):
            self.items[id(source)] = element
        if role == "LI":
            body = Element("LBody", page)
            element.kids.append(body)
            return body
        if role == "L":
            element.owner = "List"
            if name != "dl":
                element.attributes["ListNumbering"] = LIST_NUMBERING.get(box.marker, "None")
        elif role in ("TH", "TD"):
            _describe_cell(element, box, source)
        elif role == "Span" and name == "abbr":
            element.expansion = source.get("title") or ""
        return element

    def role(
        self, name: str, box: Box, source: Source, context: _Context, language: str
    ) -> str | None:
        """Return the structure type of an element, None where it adds nothing to the text."""
        parent = context.parent.role
        if box.link:
            return "Link" if context.link is None else None
        role = ROLES.get(name)
        if role == "L" and context.contents:
            return "TOC"
        if role == "LI" and parent != "L":
            return "TOCI" if parent == "TOC" else "Div"
        if role == "Caption" and parent not in ("Table", "Div"):
            return "P"
        if role in CELLS_AND_GROUPS and role not in TABLE_KIDS.get(parent, ()):
            return "Div"
        if role is None and box.block:
            return "Div"
        if role is None and (language or (name == "abbr" and source.get("title"))):
            return "Span"
        return role

    def pseudo_element(
        self, name: str, pseudo: str, source: Source, context: _Context
    ) -> Element | None:
        parent, page = context.parent, context.page
        if pseudo == "marker" and id(source) in self.items:
            label = Element("Lbl", page)
            self.items[id(source)].kids.insert(0, label)
            return label
        if pseudo == "footnote-call":
            # A note is read where it is called, not at the foot of the page.
            reference, note = Element("Reference", page), Element("Note", page)
            parent.kids += [reference, note]
            self.known[id(source), name] = note
            return reference
        if pseudo == "footnote-marker":
            label = Element("Lbl", page)
            parent.kids.append(label)
            return label
        return None

    def definition(self, name: str, parent: Element, page: int, language: str) -> Element:
        """Return the label of a term or the body of its definition, in an item of their list."""
        role = "Lbl" if name == "dt" else "LBody"
        owner = parent
        if parent.role == "L":
            last = parent.kids[-1] if parent.kids else None
            if (
                not isinstance(last, Element)
                or last.role != "LI"
                or (name == "dt" and _find(last, "LBody"))
            ):
                last = Element("LI", page)
                parent.kids.append(last)
            owner = last
            body = _find(last, "LBody")
            if body is not None:
                # A term's further definitions.
                owner, role = body, "Div"
        else:
            role = "P" if name == "dt" else "Div"
        element = Element(role, page, language=language)
        owner.kids.append(element)
        return element

    def figure(self, box: Box, source: Source, context: _Context) -> Element:
        formula = FORMULA in (source.get("class") or "").split()
        element = Element("Formula" if formula else "Figure", context.page, owner="Layout")
        if box.block:
            element.attributes["Placement"] = "Block"
        if box.bounds is not None:
            element.attributes["BBox"] = box.bounds
        decorative = source.get("role") in ("presentation", "none") or source.get("alt") == ""
        if not decorative:
            element.alternative = _alternative(source)
            if not element.alternative:
                self.undescribed.append(source.get("src") or source.tag.removeprefix(SVG))
        context.parent.kids.append(element)
        return element


def _describe_cell(element: Element, box: Box, source: Source) -> None:
    element.owner = "Table"
    if box.colspan > 1:
        element.attributes["ColSpan"] = box.colspan
    if box.rowspan > 1:
        element.attributes["RowSpan"] = box.rowspan
    if element.role == "TH":
        scope = source.get("scope", "")
        if scope.startswith("row"):
            element.attributes["Scope"] = "Row"
        elif scope.startswith("col"):
            element.attributes["Scope"] = "Column"


def _find(element: Element, role: str) -> Element | None:
    for kid in element.kids:
        if isinstance(kid, Element) and kid.role == role:
            return kid
    return None


def _link_in(element: Element) -> Element:
    """Return a Link inside an element that has an annotation but is not a Link itself."""
    link = _find(element, "Link")
    if link is None:
        link = Element("Link", element.page)
        element.kids.append(link)
    return link


def _alternative(source: Source) -> str:
    text = source.get("alt") or source.get("aria-label") or ""
    if not text and source.tag == SVG + "svg":
        title = source.find(SVG + "title")
        text = "".join(title.itertext()) if title is not None else ""
    return " ".join(text.split())


def _prune(element: Element) -> None:
    """Remove elements without content, except cells and rows, which keep a table's grid whole."""
    kept: list[Element | Content | Annotation] = []
    for kid in element.kids:
        if isinstance(kid, Element):
            _prune(kid)
            if not kid.kids and kid.role not in ("TR", "TH", "TD"):
                continue
        kept.append(kid)
    element.kids = kept


def _arrange(element: Element) -> None:
    """Give every element only such children as its structure type allows."""
    role = element.role
    if role == "Table":
        element.kids.sort(key=lambda kid: not _is(kid, {"Caption"}))
    if role in TABLE_KIDS:
        cell = "TD" if role == "TR" else "TR"
        _enclose(element, cell, lambda kid: not _is(kid, TABLE_KIDS[role]))
    if role == "Link" and not any(isinstance(kid, Annotation) for kid in element.kids):
        # Its target does not exist.
        element.role = "Span"
    if role == "TR":
        _complete_scopes(element)
    elif role == "L":
        _enclose(element, "LI", lambda kid: not _is(kid, {"LI", "Caption"}))
    elif role == "TOC":
        _enclose(element, "TOCI", lambda kid: not _is(kid, {"TOCI", "TOC", "Caption"}))
    elif role == "LI":
        _enclose(element, "LBody", lambda kid: not _is(kid, {"Lbl", "LBody"}))
    elif role in HOLDERS:
        _enclose(element, HOLDERS[role], lambda kid: not isinstance(kid, Element) or _inline(kid))
    for kid in element.kids:
        if isinstance(kid, Element):
            _arrange(kid)


def _is(kid: Element | Content | Annotation, roles: Set[str]) -> bool:
    return isinstance(kid, Element) and kid.role in roles


def _inline(element: Element) -> bool:
    if element.role in PICTURES:
        return "Placement" not in element.attributes
    return element.role in INLINE


def _enclose(
    element: Element, role: str, stray: Callable[[Element | Content | Annotation], bool]
) -> None:
    """Put each run of children that are out of place into a new element of the given type."""
    kids: list[Element | Content | Annotation] = []
    wrapper: Element | None = None
    for kid in element.kids:
        if not stray(kid):
            wrapper = None
            kids.append(kid)
            continue
        if wrapper is None:
            wrapper = Element(role, element.page)
            kids.append(wrapper)
        wrapper.kids.append(kid)
    element.kids = kids


def _complete_scopes(row: Element) -> None:
    """Say of headers that do not say it themselves whether they head a column or a row.

    A row of headers heads the columns; a header beside data heads its row.
    """
    scope = "Row" if _find(row, "TD") else "Column"
    for kid in row.kids:
        if isinstance(kid, Element) and kid.role == "TH":
            kid.attributes.setdefault("Scope", scope)
