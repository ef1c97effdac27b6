"""Link fragments into one book.

The pages are those of the fragments, copied with the page numbers of their place in the book. What else depends on it
is made anew: links between sections, fonts, structure, outline, labels and metadata.
"""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Pdf, String

from guidepress.pdf import colour, numbers, trees, xmp
from guidepress.pdf.joining import Ahead, Assembly, Piece, opened
from guidepress.pdf.model import (
    Fragment,
    Linked,
    Metadata,
    PageMap,
    Placement,
    Problem,
)
from guidepress.pdf.numbers import Changes
from guidepress.pdf.saving import saved
from guidepress.pdf.shared_fonts import FontPool, SharedFonts
from guidepress.pdf.workers import Workers


def link(
    placements: Sequence[Placement],
    page_map: PageMap,
    metadata: Metadata,
    *,
    files: Mapping[str, str] | None = None,
    fonts: MutableMapping[str, bytes] | None = None,
    workers: Workers | None = None,
    ahead: Ahead | None = None,
) -> Linked:
    """Join fragments into one book. See `guidepress.pdf.link`."""
    fragments = [placement.fragment for placement in placements]
    shared = SharedFonts(fragments, files, {} if fonts is None else fonts, workers or Workers(1))
    book = _Book(placements, page_map)
    numbered = [
        (fragment, book.numbers(fragment, start))
        for fragment, start in zip(fragments, page_map.starts, strict=True)
    ]
    book.assembly, pieces = (ahead or Ahead()).assembled(numbered)
    for fragment, piece, start in zip(fragments, pieces, page_map.starts, strict=True):
        book.add(fragment, piece, start)
    book.pad(page_map.page_count)
    book.resolve_links()
    book.add_fonts(shared)
    book.finish(metadata)
    return Linked(saved(book.pdf), tuple(book.problems))


def excerpt(fragment: Fragment, page_map: PageMap, start: int, fonts: FontPool) -> bytes:
    """The pages of one fragment as they look in the book, as a PDF to be shown and not to be kept.

    `start` is the index of its first page. It has neither structure nor outline, and its links lead nowhere.
    `fonts` has taken the fragment.
    """
    end = start + fragment.page_count
    part = PageMap(page_map.anchors, (0,), fragment.page_count, page_map.labels[start:end], ())
    book = _Book([Placement(fragment)], part)
    source = opened(fragment, book.numbers(fragment, 0))
    book.add(fragment, book.assembly.take(fragment, source), 0)
    for data, users in fonts.finished(fragment):
        font = book.assembly.copied(data, "/Font")
        for index, name in users:
            book.font_tables[index][f"/{name}"] = font
    target = io.BytesIO()
    book.pdf.save(target, compress_streams=False)
    return target.getvalue()


def unresolved(
    placements: Sequence[Placement], page_map: PageMap, links: Mapping[str, Iterable[str]]
) -> list[Problem]:
    """The problems that `link` would find. `links` are the anchors of any section that a section links to."""
    book = _Book(placements, page_map)
    definitions = Counter(name for one in placements for name in one.fragment.anchors)
    for placement, start in zip(placements, page_map.starts, strict=True):
        fragment = placement.fragment
        book.numbers(fragment, start)
        for anchor in links.get(fragment.name, ()):
            if not definitions[anchor]:
                book.problems.append(Problem("reference-unknown", fragment.name, anchor))
            elif definitions[anchor] > 1:
                book.problems.append(Problem("anchor-ambiguous", fragment.name, anchor))
    return book.problems


@dataclass(slots=True)
class _Link:
    """A link to an anchor of any section."""

    annotation: Object
    section: str
    anchor: str


@dataclass(slots=True)
class _Book:
    placements: Sequence[Placement]
    page_map: PageMap
    assembly: Assembly = field(default_factory=Assembly)
    problems: list[Problem] = field(default_factory=list)
    parts: list[Object] = field(default_factory=list)
    parents: list[Object] = field(default_factory=list)
    next_key: int = 0
    identifiers: list[tuple[bytes, Object]] = field(default_factory=list)
    links: list[_Link] = field(default_factory=list)
    font_tables: list[Object] = field(default_factory=list)
    pages: list[Object] = field(default_factory=list)
    entries: list[trees.Entry] = field(default_factory=list)
    positions: dict[str, tuple[int, float, float]] = field(default_factory=dict)

    @property
    def pdf(self) -> Pdf:
        return self.assembly.pdf

    def numbers(self, fragment: Fragment, start: int) -> Changes:
        """What a fragment's page numbers show where its first page has the index `start`."""
        found, problems = numbers.changes(fragment, start, self.page_map)
        self.problems += problems
        return found

    def add(self, fragment: Fragment, piece: Piece, start: int) -> None:
        """Append a fragment's pages, so that its first page has the index `start`."""
        self.pad(start)
        for page in piece.pages:
            self.append(page)
        self.add_structure(piece)
        self.links += [
            _Link(annotation, fragment.name, anchor) for annotation, anchor in piece.links
        ]
        self.font_tables.append(piece.fonts)
        for name, anchor in fragment.anchors.items():
            self.positions.setdefault(name, (start + anchor.page, anchor.x, anchor.y))
        for mark in fragment.outline:
            target = self.destination(start + mark.page, mark.x, mark.y)
            self.entries.append(trees.Entry(mark.level, mark.title, target, mark.closed))

    def append(self, page: Object) -> None:
        self.pdf.pages.append(pikepdf.Page(page))
        self.pages.append(page)

    def pad(self, count: int) -> None:
        """Append blank pages until there are `count`, each as large as the page before it."""
        while len(self.pages) < count:
            page = Dictionary(Type=Name.Page, Resources=Dictionary())
            for box in ("/MediaBox", "/TrimBox", "/BleedBox"):
                if box in self.pages[-1]:
                    page[box] = Array([float(edge) for edge in self.pages[-1][box]])
            self.append(self.pdf.make_indirect(page))

    def add_structure(self, piece: Piece) -> None:
        """Append a fragment's structure elements; shift the keys of its parent tree."""
        self.parts.append(piece.part)
        if piece.parents:
            entries = [(key + self.next_key, value) for key, value in piece.parents]
            self.parents.append(trees.number_node(self.pdf, entries))
        self.identifiers += piece.identifiers
        for item, key in piece.tagged:
            item[key] = int(item[key]) + self.next_key
        self.next_key += piece.keys

    def resolve_links(self) -> None:
        """Point the links between sections at their targets."""
        definitions = Counter(
            name for placement in self.placements for name in placement.fragment.anchors
        )
        for item in self.links:
            position = self.positions.get(item.anchor)
            if position is None:
                self.problems.append(Problem("reference-unknown", item.section, item.anchor))
                # A dead link may not stay: a viewer would take it for a web address.
                item.annotation.A = Dictionary(S=Name.GoTo, D=self.destination(0, 0, 0))
                continue
            if definitions[item.anchor] > 1:
                self.problems.append(Problem("anchor-ambiguous", item.section, item.anchor))
            del item.annotation["/A"]
            item.annotation.Dest = self.destination(*position)

    def add_fonts(self, fonts: SharedFonts) -> None:
        """Embed each font once."""
        for data, users in fonts.finished():
            font = self.assembly.copied(data, "/Font")
            for index, name in users:
                self.font_tables[index][f"/{name}"] = font

    def destination(self, page: int, x: float, y: float) -> Object:
        return Array([self.pages[page], Name.XYZ, x, y, 0])

    def finish(self, metadata: Metadata) -> None:
        """Make the catalogue."""
        pdf, root = self.pdf, self.pdf.Root
        tree = pdf.make_indirect(Dictionary(Type=Name.StructTreeRoot))
        document = pdf.make_indirect(
            Dictionary(Type=Name.StructElem, S=Name.Document, P=tree, K=Array(self.parts))
        )
        document.T = String(metadata.title)
        for part in self.parts:
            part.P = document
            if str(part.get("/Lang", "")) == metadata.language:
                del part["/Lang"]
        tree.K = Array([document])
        tree.ParentTree = pdf.make_indirect(Dictionary(Kids=Array(self.parents)))
        tree.ParentTreeNextKey = self.next_key
        if self.identifiers:
            tree.IDTree = trees.name_tree(pdf, self.identifiers)
        root.StructTreeRoot = tree
        root.MarkInfo = Dictionary(Marked=True)
        root.Lang = String(metadata.language)
        root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
        if metadata.right_to_left:
            # Which page of two a viewer puts on the left.
            root.ViewerPreferences.Direction = Name.R2L
        root.PageLabels = Dictionary(Nums=Array(list(_labels(self.page_map))))
        if self.positions:
            names = [
                (name.encode(), self.destination(*position))
                for name, position in self.positions.items()
            ]
            root.Names = Dictionary(Dests=trees.name_tree(pdf, names))
        outline = trees.outline(pdf, self.entries)
        if outline is not None:
            root.Outlines = outline
            root.PageMode = Name.UseOutlines
        profile = pikepdf.Stream(pdf, colour.srgb(), N=3)
        intent = Dictionary(
            Type=Name.OutputIntent,
            S=Name.GTS_PDFA1,
            OutputConditionIdentifier=String("sRGB IEC61966-2.1"),
            Info=String("sRGB IEC61966-2.1"),
            DestOutputProfile=profile,
        )
        root.OutputIntents = Array([intent])
        packet = pikepdf.Stream(pdf, xmp.packet(metadata), Type=Name.Metadata, Subtype=Name.XML)
        root.Metadata = packet
        for key, text in xmp.information(metadata).items():
            pdf.docinfo[key] = String(text)


def _labels(page_map: PageMap) -> Iterator[int | Object]:
    for run in page_map.runs:
        label = Dictionary()
        if run.numbering != "none":
            label.S = Name.r if run.numbering == "roman" else Name.D
            label.St = run.first
        yield run.index
        yield label
