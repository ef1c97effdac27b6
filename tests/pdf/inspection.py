"""Look into PDFs: their text, their pictures, the integrity of their structure."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pikepdf
from PIL import Image, ImageChops


def texts(path: Path) -> list[str]:
    """The text of every page."""
    done = subprocess.run(
        ["pdftotext", "-layout", str(path), "-"], check=True, capture_output=True, text=True
    )
    return done.stdout.split("\f")[:-1]


def pictures(path: Path, folder: Path) -> list[Image.Image]:
    """Every page at 60 dots an inch."""
    folder.mkdir()
    subprocess.run(["pdftoppm", "-r", "60", "-png", str(path), str(folder / "page")], check=True)
    return [Image.open(name).convert("RGB") for name in sorted(folder.iterdir())]


def differs(one: Image.Image, other: Image.Image) -> bool:
    return one.size != other.size or ImageChops.difference(one, other).getbbox() is not None


def entries(tree: Any, kind: str) -> Iterator[tuple[Any, Any]]:
    """The entries of a name or number tree."""
    if kind in tree:
        items = list(tree[kind])
        yield from zip(items[::2], items[1::2], strict=True)
    for kid in tree.get("/Kids", ()):
        yield from entries(kid, kind)


def kids(element: Any) -> list[Any]:
    content = element.get("/K")
    if content is None:
        return []
    return list(content) if isinstance(content, pikepdf.Array) else [content]


def elements(element: Any) -> Iterator[Any]:
    """The structure elements from here down, in reading order."""
    yield element
    for kid in kids(element):
        if not isinstance(kid, int) and kid.get("/Type") not in ("/MCR", "/OBJR"):
            yield from elements(kid)


def flaws(pdf: pikepdf.Pdf) -> list[str]:
    """What is wrong with the structure tree and the destinations."""
    found: list[str] = []
    root: Any = pdf.Root.StructTreeRoot
    pages = {page.obj.objgen: number for number, page in enumerate(pdf.pages)}
    parents = {int(key): value for key, value in entries(root.ParentTree, "/Nums")}
    if list(parents) != sorted(parents):
        found.append("the parent tree is not sorted")
    annotations = {a.objgen: a for page in pdf.pages for a in page.obj.get("/Annots", ())}
    tagged: set[tuple[int, int]] = set()
    marks: set[tuple[Any, int]] = set()

    def mark(holder: Any, number: int, element: Any) -> None:
        if (holder.objgen, number) in marks:
            found.append(f"mark {number} has two elements")
        marks.add((holder.objgen, number))
        known = parents[int(holder.StructParents)][number]
        if known is None or known.objgen != element.objgen:
            found.append(f"the parent tree disagrees on mark {number} of {holder.objgen}")

    def visit(element: Any, parent: Any) -> None:
        if element.P.objgen != parent.objgen:
            found.append(f"{element.S} has another parent")
        page = element.get("/Pg")
        if page is not None and page.objgen not in pages:
            found.append(f"{element.S} is on no page")
        for kid in kids(element):
            if isinstance(kid, int):
                mark(page, kid, element)
            elif kid.get("/Type") == "/MCR":
                mark(kid.get("/Stm", kid.Pg), int(kid.MCID), element)
            elif kid.get("/Type") == "/OBJR":
                tagged.add(kid.Obj.objgen)
                annotation = annotations.get(kid.Obj.objgen)
                if annotation is None:
                    found.append("an annotation is on no page")
                elif parents[int(annotation.StructParent)].objgen != element.objgen:
                    found.append("the parent tree disagrees on an annotation")
            else:
                visit(kid, element)

    visit(root.K[0], root)
    for number, page in enumerate(pdf.pages):
        if "/StructParents" in page.obj:
            listed = len(parents[int(page.obj.StructParents)])
            if listed != sum(holder == page.obj.objgen for holder, _ in marks):
                found.append(f"page {number} has marks without an element")
    found += ["an annotation is not tagged" for key in annotations if key not in tagged]
    named = destinations(pdf)
    for annotation in annotations.values():
        if "/Dest" in annotation:
            place = _place(annotation.Dest, named)
            if place is None or place[0].objgen not in pages:
                found.append("a link leads nowhere")
        if "/A" in annotation and str(annotation.A.get("/URI", "")).startswith("xref:"):
            found.append("a link between sections was left")
    identifiers = (
        {bytes(key): value.objgen for key, value in entries(root.IDTree, "/Names")}
        if "/IDTree" in root
        else {}
    )
    for element in elements(root.K[0]):
        if "/ID" in element and identifiers.pop(bytes(element.ID), None) != element.objgen:
            found.append(f"the identifier {element.ID} does not lead to its element")
    found += [f"the identifier {key!r} leads to no element" for key in identifiers]
    names: Any = pdf.Root.Names.Dests if "/Names" in pdf.Root else {}
    for name, target in entries(names, "/Names"):
        if target[0].objgen not in pages:
            found.append(f"the name {name} leads nowhere")
    return found


def _place(target: Any, named: dict[bytes, Any]) -> Any:
    """The explicit destination behind one that may be a name; None where there is none."""
    return named.get(bytes(target)) if isinstance(target, pikepdf.String) else target


def destinations(pdf: pikepdf.Pdf) -> dict[bytes, Any]:
    """The destinations of a PDF by their names."""
    if "/Names" not in pdf.Root:
        return {}
    return {bytes(key): value for key, value in entries(pdf.Root.Names.Dests, "/Names")}


def links(pdf: pikepdf.Pdf) -> list[tuple[int, tuple[float, ...], object]]:
    """The page, the area and the target of every link: a URL, or a page with a position."""
    pages = {page.obj.objgen: number for number, page in enumerate(pdf.pages)}
    named = destinations(pdf)
    found: list[tuple[int, tuple[float, ...], object]] = []
    for number, page in enumerate(pdf.pages):
        for annotation in page.obj.get("/Annots", ()):
            edges = [float(edge) for edge in annotation.Rect]
            area = (*sorted(edges[::2]), *sorted(edges[1::2]))
            target: object
            if "/Dest" in annotation:
                place = _place(annotation.Dest, named)
                target = pages[place[0].objgen], round(float(place[3]), 1)
            else:
                target = str(annotation.A.URI)
            found.append((number, area, target))
    return found


def outline(pdf: pikepdf.Pdf) -> list[tuple[int, str, int, float]]:
    """The depth, title, page and height of every entry of the outline."""
    pages = {page.obj.objgen: number for number, page in enumerate(pdf.pages)}
    found: list[tuple[int, str, int, float]] = []

    def visit(item: Any, depth: int) -> None:
        while item is not None:
            place = item.Dest
            title = str(item.Title)
            found.append((depth, title, pages[place[0].objgen], round(float(place[3]), 1)))
            visit(item.get("/First"), depth + 1)
            item = item.get("/Next")

    visit(pdf.Root.Outlines.get("/First"), 0)
    return found
