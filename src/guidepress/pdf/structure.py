"""Write a structure tree into the PDF of a section, while it is still made of pydyf objects."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pydyf

from guidepress.pdf.tags import Annotation, Content, Element, Tree


@dataclass(slots=True, eq=False)
class MarkedStream:
    """A content stream that may hold marked content of a page.

    `form` is true for the stream of a form XObject that the page paints. `parents` gets
    the reference of the structure element of each piece of marked content.
    """

    page: int
    stream: Any
    form: bool = False
    parents: list[bytes] = field(default_factory=list)


def write(
    pdf: Any, tree: Tree, streams: Sequence[MarkedStream], section: str
) -> dict[int, list[int]]:
    """Add a section's structure to its PDF; returns the objects that say where on a page something is, by page.

    Marked content that the tree does not hold becomes an artifact; the rest is numbered
    again without gaps. In the parent tree the pages come first, in their order, then the
    form XObjects, then the annotations. Identifiers start with the name of the section.
    """
    kept = {
        (kid.page, kid.mark)
        for element in tree.root.walk()
        for kid in element.kids
        if isinstance(kid, Content)
    }
    places: dict[tuple[int, int], tuple[MarkedStream, int]] = {}
    for marked in streams:
        _number(marked, kept, tree.artifacts, places)
    writer = _Writer(pdf, places, section)
    root = pydyf.Dictionary({"Type": "/StructTreeRoot"})
    pdf.add_object(root)
    root["K"] = pydyf.Array([writer.write(tree.root, root.reference)])
    if writer.identifiers:
        names = pydyf.Array()
        for identifier, reference in sorted(writer.identifiers):
            names += [pydyf.String(identifier), reference]
        root["IDTree"] = pydyf.Dictionary({"Names": names})
    numbers = pydyf.Array()
    key = 0
    for marked in streams:
        if not marked.form:
            numbers += [key, pydyf.Array(marked.parents)]
            key += 1
    for marked in streams:
        if marked.form and marked.parents:
            marked.stream.extra["StructParents"] = key
            numbers += [key, pydyf.Array(marked.parents)]
            key += 1
    for annotation, reference in writer.annotations:
        annotation["StructParent"] = key
        numbers += [key, reference]
        key += 1
    root["ParentTree"] = pydyf.Dictionary({"Nums": numbers})
    root["ParentTreeNextKey"] = key
    pdf.catalog["StructTreeRoot"] = root.reference
    return writer.placed


def _number(
    marked: MarkedStream,
    kept: set[tuple[int, int]],
    layout: set[tuple[int, int]],
    places: dict[tuple[int, int], tuple[MarkedStream, int]],
) -> None:
    items = marked.stream.stream
    for index, item in enumerate(items):
        if not isinstance(item, pydyf.Dictionary) or "MCID" not in item:
            continue
        place = marked.page, item["MCID"]
        if place in kept:
            number = len(marked.parents)
            places[place] = marked, number
            marked.parents.append(b"null")
            items[index] = pydyf.Dictionary({"MCID": number})
        else:
            kind = "/Layout" if place in layout else "/Pagination"
            items[index - 1] = b"/Artifact"
            items[index] = pydyf.Dictionary({"Type": kind})


class _Writer:
    def __init__(
        self, pdf: Any, places: dict[tuple[int, int], tuple[MarkedStream, int]], section: str
    ) -> None:
        self.pdf = pdf
        self.pages: tuple[bytes, ...] = pdf.page_references
        self.places = places
        self.section = section
        self.identifiers: list[tuple[str, bytes]] = []
        self.annotations: list[tuple[Any, bytes]] = []
        self.placed: dict[int, list[int]] = {}

    def write(self, element: Element, parent: bytes) -> bytes:
        """Write an element and those below it; return its reference."""
        entry = pydyf.Dictionary({"Type": "/StructElem", "S": f"/{element.role}", "P": parent})
        self.pdf.add_object(entry)
        reference: bytes = entry.reference
        self.describe(element, entry)
        kids = pydyf.Array()
        page: int | None = None
        for kid in element.kids:
            if isinstance(kid, Element):
                kids.append(self.write(kid, reference))
            elif isinstance(kid, Annotation):
                self.annotations.append((kid.target, reference))
                kids.append(self.object_reference(kid))
            elif (kid.page, kid.mark) in self.places:
                marked, number = self.places[kid.page, kid.mark]
                marked.parents[number] = reference
                if page is None and not marked.form:
                    page = kid.page
                    entry["Pg"] = self.pages[page]
                if marked.form or kid.page != page:
                    kids.append(self.mark_reference(marked, number))
                else:
                    kids.append(number)
        if len(kids) == 1:
            entry["K"] = kids[0]
        elif kids:
            entry["K"] = kids
        return reference

    def describe(self, element: Element, entry: Any) -> None:
        if element.role == "Note":
            identifier = f"{self.section}-note-{len(self.identifiers) + 1}"
            self.identifiers.append((identifier, entry.reference))
            entry["ID"] = pydyf.String(identifier)
        texts = {
            "T": element.title,
            "Lang": element.language,
            "Alt": element.alternative,
            "E": element.expansion,
        }
        for key, text in texts.items():
            if text:
                entry[key] = pydyf.String(text)
        if element.attributes:
            attributes = pydyf.Dictionary({"O": f"/{element.owner}"})
            for key, value in element.attributes.items():
                if isinstance(value, tuple):
                    attributes[key] = pydyf.Array(value)
                else:
                    attributes[key] = f"/{value}" if isinstance(value, str) else value
            entry["A"] = attributes
            if "BBox" in attributes:
                self.placed.setdefault(element.page, []).append(entry.number)

    def mark_reference(self, marked: MarkedStream, number: int) -> Any:
        entry = pydyf.Dictionary({"Type": "/MCR", "Pg": self.pages[marked.page], "MCID": number})
        if marked.form:
            entry["Stm"] = marked.stream.reference
        return entry

    def object_reference(self, annotation: Annotation) -> Any:
        target: Any = annotation.target
        page = self.pages[annotation.page]
        return pydyf.Dictionary({"Type": "/OBJR", "Pg": page, "Obj": target.reference})
