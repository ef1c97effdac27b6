"""The structure of the sheets: a section for each card with its front and its back, in the order of the cards.

Elements are those that the pages of the sides were tagged with. A side has become a form that is painted on a
sheet, so its elements have to point to where their content is now.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Pdf, String

from guidepress.pdf import trees
from guidepress.pdf.space import Matrix, bounds


@dataclass(slots=True)
class Structure:
    """The structure tree of a PDF that is being imposed."""

    pdf: Pdf
    # Keys of the parent tree whose content is still there.
    _kept: set[int] = field(default_factory=set)
    _parts: list[Object] = field(default_factory=list)

    def elements(self) -> list[list[Object]]:
        """For each fragment that was linked, in order, the elements of its sides."""
        document = self.pdf.Root.StructTreeRoot.K[0]
        return [list(_kids(part)) for part in document.K]

    def part(self, title: str) -> None:
        """Begin a division."""
        part = self.pdf.make_indirect(Dictionary(Type=Name.StructElem, S=Name.Part, K=Array()))
        part.T = String(title)
        self._parts.append(part)

    def card(self, title: str, sides: Iterable[tuple[str, Object]]) -> None:
        """Add a card to the division begun last: its sides by their titles."""
        part = self._parts[-1]
        section = self.pdf.make_indirect(
            Dictionary(Type=Name.StructElem, S=Name.Sect, P=part, T=String(title), K=Array())
        )
        for name, element in sides:
            element.P = section
            element.T = String(name)
            section.K.append(element)
        part.K.append(section)

    def move(self, element: Object, page: Object, form: Object, matrix: Matrix) -> None:
        """Tell a side's elements that their content is in `form`, which `page` paints transformed by `matrix`."""
        self._kept.add(int(form.StructParents))
        waiting = [element]
        while waiting:
            current = waiting.pop()
            if "/Pg" in current:
                current.Pg = page
            _move_box(current, matrix)
            kids = Array()
            for kid in _kids(current):
                if isinstance(kid, int):
                    kids.append(Dictionary(Type=Name.MCR, Pg=page, Stm=form, MCID=kid))
                elif kid.get("/Type") == Name.MCR:
                    kid.Pg = page
                    if "/Stm" in kid:
                        self._kept.add(int(kid.Stm.StructParents))
                    else:
                        kid.Stm = form
                    kids.append(kid)
                elif (
                    kid.get("/Type") != Name.OBJR
                ):  # a side has no annotations: its links are words
                    kids.append(kid)
                    waiting.append(kid)
            current.K = kids

    def drop_stale_forms(self, resources: Object) -> None:
        """Remove forms of sides that were not printed from what the others can use."""
        for name, item in list(resources.get("/XObject", {}).items()):
            if "/StructParents" in item and int(item.StructParents) not in self._kept:
                del resources.XObject[name]

    def finish(self) -> None:
        """Hang the divisions below the document, and keep of the parent tree what is still painted."""
        tree = self.pdf.Root.StructTreeRoot
        document = tree.K[0]
        for part in self._parts:
            part.P = document
        document.K = Array(self._parts)
        kept = [
            (int(key), value)
            for key, value in trees.flat(tree.ParentTree, "/Nums")
            if int(key) in self._kept
        ]
        kept.sort(key=lambda entry: entry[0])
        chunks = [kept[at : at + trees.NODE_SIZE] for at in range(0, len(kept), trees.NODE_SIZE)]
        nodes = [trees.number_node(self.pdf, chunk) for chunk in chunks]
        tree.ParentTree = self.pdf.make_indirect(Dictionary(Kids=Array(nodes)))
        if "/IDTree" in tree:
            # Identifiers are those of footnotes, and a card's notes are paragraphs of its back.
            del tree["/IDTree"]


def _kids(element: Object) -> Iterator[Any]:
    kids = element.get("/K")
    if isinstance(kids, pikepdf.Array):
        yield from kids
    elif kids is not None:
        yield kids


def _move_box(element: Object, matrix: Matrix) -> None:
    """Move the rectangle that a figure says it takes on its page."""
    attributes = element.get("/A")
    for entry in attributes if isinstance(attributes, pikepdf.Array) else [attributes]:
        if isinstance(entry, pikepdf.Dictionary) and "/BBox" in entry:
            x, y, z, w = (float(edge) for edge in entry.BBox)
            edges = bounds([(x, y), (z, w)], matrix)
            entry.BBox = Array([round(edge, 3) for edge in edges])
