"""Link fragments into one book.

The pages are those of the fragments, with the page numbers of their place in the book. What else depends on it is made
anew: fonts, structure, outline, destinations, labels and metadata.
"""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from pikepdf import String

from guidepress.pdf import colour, numbers, trees, xmp
from guidepress.pdf.joining import DOCUMENT, PAGES, Part, Piece, Pieces
from guidepress.pdf.model import (
    Fragment,
    Linked,
    Metadata,
    PageMap,
    Placement,
    Problem,
)
from guidepress.pdf.objects import Objects
from guidepress.pdf.shared_fonts import FontPool, SharedFonts
from guidepress.pdf.workers import Workers
from guidepress.pdf.writing import Block, Body, block, written

# Objects to which fragments lead have the same numbers in every book; two are named where fragments are.
_CATALOGUE, _STRUCTURE, _FIRST = 1, 3, 5
# A finished font, and its users: the index of a fragment, and its name there.
_Font = tuple[bytes, Sequence[tuple[int, str]]]


def link(
    placements: Sequence[Placement],
    page_map: PageMap,
    metadata: Metadata,
    *,
    files: Mapping[str, str] | None = None,
    fonts: MutableMapping[str, bytes] | None = None,
    workers: Workers | None = None,
    pieces: Pieces | None = None,
) -> Linked:
    """Join fragments into one book. See `guidepress.pdf.link`."""
    fragments = [placement.fragment for placement in placements]
    shared = SharedFonts(fragments, files, {} if fonts is None else fonts, workers or Workers(1))
    pieces = Pieces(metadata.language) if pieces is None else pieces
    assert pieces.language == metadata.language, "parts of a book say what is in another language"
    book = _Book(placements, page_map, pieces)
    book.write_numbers()
    finished = list(shared.finished())
    book.place(finished)
    book.finish(metadata)
    pieces.keep(fragments, [data for data, _ in finished])
    return Linked(book.written(), tuple(book.problems))


def excerpt(fragment: Fragment, page_map: PageMap, start: int, fonts: FontPool) -> bytes:
    """The pages of one fragment as they look in the book, as a PDF to be shown and not to be kept.

    `start` is the index of its first page. It has neither structure nor outline, and its links lead nowhere.
    `fonts` has taken the fragment.
    """
    end = start + fragment.page_count
    part = PageMap(page_map.anchors, (0,), fragment.page_count, page_map.labels[start:end], ())
    book = _Book([Placement(fragment)], part, Pieces())
    book.write_numbers()
    book.place(list(fonts.finished(fragment)))
    return book.written()


def unresolved(
    placements: Sequence[Placement], page_map: PageMap, links: Mapping[str, Iterable[str]]
) -> list[Problem]:
    """The problems that `link` would find. `links` are the anchors of any section that a section links to."""
    problems: list[Problem] = []
    definitions = Counter(name for one in placements for name in one.fragment.anchors)
    for placement, start in zip(placements, page_map.starts, strict=True):
        fragment = placement.fragment
        problems += numbers.changes(fragment, start, page_map)[1]
        for anchor in links.get(fragment.name, ()):
            if not definitions[anchor]:
                problems.append(Problem("reference-unknown", fragment.name, anchor))
            elif definitions[anchor] > 1:
                problems.append(Problem("anchor-ambiguous", fragment.name, anchor))
    return problems


@dataclass(slots=True)
class _Book:
    placements: Sequence[Placement]
    page_map: PageMap
    made: Pieces
    problems: list[Problem] = field(default_factory=list)
    pieces: list[Piece] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    # The first number of each piece; the numbers of all pages.
    firsts: list[int] = field(default_factory=list)
    pages: list[int] = field(default_factory=list)
    next_key: int = 0
    information: int | None = None
    body: Body = field(default_factory=lambda: Body(_FIRST))

    def write_numbers(self) -> None:
        """Write the page numbers of each fragment."""
        for placement, start in zip(self.placements, self.page_map.starts, strict=True):
            found, problems = numbers.changes(placement.fragment, start, self.page_map)
            self.problems += problems
            piece = self.made.of(placement.fragment)
            piece.write(placement.fragment, found)
            self.pieces.append(piece)

    def place(self, fonts: Sequence[_Font]) -> None:
        """Give all objects their numbers: fonts and pictures, then fragments, then what is of the book itself."""
        named: dict[tuple[int, str], int] = {}
        for data, users in fonts:
            font = self.made.font(data)
            number = font.number(0, self.body.free)
            named |= dict.fromkeys(users, number)
            self.add(font)
        pictures: dict[bytes, int] = {}
        for piece in self.pieces:
            for picture in piece.part.pictures:
                if picture.identity not in pictures:
                    pictures[picture.identity] = picture.objects.number(-1, self.body.free)
                    self.add(picture.objects)
        for index, (placement, piece) in enumerate(zip(self.placements, self.pieces, strict=True)):
            outside = [
                *(named[index, name] for name in placement.fragment.fonts),
                *(pictures[picture.identity] for picture in piece.part.pictures),
            ]
            self.firsts.append(self.body.free)
            self.blocks.append(piece.block(outside, self.next_key, self.body.free))
            self.body.free += piece.part.objects.count
            self.next_key += piece.part.keys
        boxes = b""
        for piece, first, start in zip(self.pieces, self.firsts, self.page_map.starts, strict=True):
            self.pad(start, boxes)
            self.pages += [piece.part.objects.number(slot, first) for slot in piece.part.pages]
            boxes = piece.part.boxes
        self.pad(self.page_map.page_count, boxes)
        kids = b" ".join(b"%d 0 R" % page for page in self.pages)
        self.body.texts |= {
            _CATALOGUE: b"<< /Type /Catalog /Pages %d 0 R >>" % PAGES,
            PAGES: b"<< /Type /Pages /Count %d /Kids [ %s ] >>" % (len(self.pages), kids),
            # Unless there is a structure.
            _STRUCTURE: b"null",
            DOCUMENT: b"null",
        }

    def add(self, objects: Objects) -> None:
        """Append a font or a picture."""
        first = self.body.free
        self.blocks.append(block(objects, range(first, first + objects.count), first, {}))
        self.body.free += objects.count

    def pad(self, count: int, boxes: bytes) -> None:
        """Append blank pages until there are `count`, as large as the page before them, which has these `boxes`."""
        while len(self.pages) < count:
            blank = b"<< /Type /Page /Parent %d 0 R /Resources << >> %s >>" % (PAGES, boxes)
            self.pages.append(self.body.add(blank))

    def destinations(self) -> dict[str, bytes]:
        """Where anchors are, as text. Problems are noted: of links to what is nowhere, or in several places."""
        found: dict[str, bytes] = {}
        definitions: Counter[str] = Counter()
        for placement, start in zip(self.placements, self.page_map.starts, strict=True):
            anchors = placement.fragment.anchors
            definitions.update(anchors.keys())
            for name, anchor in anchors.items():
                if name not in found:
                    found[name] = self.destination(start + anchor.page, anchor.x, anchor.y)
        for placement, piece in zip(self.placements, self.pieces, strict=True):
            for target in piece.part.links:
                if not definitions[target]:
                    kind = "reference-unknown"
                    # A link may not lead to a name that there is not.
                    found[target] = self.destination(0, 0, 0)
                elif definitions[target] > 1:
                    kind = "anchor-ambiguous"
                else:
                    continue
                self.problems.append(Problem(kind, placement.fragment.name, target))
        return found

    def destination(self, page: int, x: float, y: float) -> bytes:
        return b"[ %d 0 R /XYZ %s %s 0 ]" % (self.pages[page], _decimal(x), _decimal(y))

    def outline(self) -> int | None:
        """The number of the outline."""
        entries = [
            trees.Entry(
                mark.level,
                mark.title,
                self.destination(start + mark.page, mark.x, mark.y),
                mark.closed,
            )
            for placement, start in zip(self.placements, self.page_map.starts, strict=True)
            for mark in placement.fragment.outline
        ]
        return trees.outline_text(self.body, entries)

    def finish(self, metadata: Metadata) -> None:
        """Make the catalogue, and the root of the structure."""
        body = self.body
        self.write_structure(metadata)
        reading = b"/DisplayDocTitle true"
        if metadata.right_to_left:
            # Which page of two a viewer puts on the left.
            reading += b" /Direction /R2L"
        intent = b"(sRGB IEC61966-2.1)"
        profile = body.add_stream(b"<< /N 3 /Filter /FlateDecode >>", _profile())
        packet = body.add_stream(b"<< /Type /Metadata /Subtype /XML >>", xmp.packet(metadata))
        entries = [
            b"/Type /Catalog /Pages %d 0 R /StructTreeRoot %d 0 R" % (PAGES, _STRUCTURE),
            b"/MarkInfo << /Marked true >> /Lang %s" % _text(metadata.language),
            b"/ViewerPreferences << %s >> /Metadata %d 0 R" % (reading, packet),
            b"/PageLabels << /Nums [ %s ] >>" % b" ".join(_labels(self.page_map)),
            b"/OutputIntents [ << /Type /OutputIntent /S /GTS_PDFA1 /OutputConditionIdentifier %s"
            b" /Info %s /DestOutputProfile %d 0 R >> ]" % (intent, intent, profile),
        ]
        if found := self.destinations():
            names = trees.name_tree(
                body, [(name.encode(), target) for name, target in found.items()]
            )
            entries.append(b"/Names << /Dests %s >>" % names)
        if (outline := self.outline()) is not None:
            entries.append(b"/Outlines %d 0 R /PageMode /UseOutlines" % outline)
        body.texts[_CATALOGUE] = b"<< %s >>" % b" ".join(entries)
        about = [
            b"%s %s" % (key.encode(), _text(text))
            for key, text in xmp.information(metadata).items()
        ]
        self.information = body.add(b"<< %s >>" % b" ".join(about))

    def write_structure(self, metadata: Metadata) -> None:
        """The root of the structure tree, and the element of the whole document."""
        parts, parents = [], []
        identifiers: list[tuple[bytes, bytes]] = []
        for piece, first in zip(self.pieces, self.firsts, strict=True):
            part = piece.part

            def reference(slot: int, part: Part = part, first: int = first) -> bytes:
                return b"%d 0 R" % part.objects.number(slot, first)

            parts.append(reference(part.element))
            if part.parents is not None:
                parents.append(reference(part.parents))
            identifiers += [(name, reference(slot)) for name, slot in part.identifiers]
        root = b"/ParentTree << /Kids [ %s ] >> /ParentTreeNextKey %d" % (
            b" ".join(parents),
            self.next_key,
        )
        if identifiers:
            root += b" /IDTree " + trees.name_tree(self.body, identifiers)
        self.body.texts[_STRUCTURE] = b"<< /Type /StructTreeRoot /K [ %d 0 R ] %s >>" % (
            DOCUMENT,
            root,
        )
        self.body.texts[DOCUMENT] = (
            b"<< /Type /StructElem /S /Document /P %d 0 R /T %s /K [ %s ] >>"
            % (_STRUCTURE, _text(metadata.title), b" ".join(parts))
        )

    def written(self) -> bytes:
        """The file."""
        trailer = b"/Root %d 0 R" % _CATALOGUE
        if self.information is not None:
            trailer += b" /Info %d 0 R" % self.information
        return written([*self.blocks, self.body.block()], trailer)


def _labels(page_map: PageMap) -> Iterator[bytes]:
    for run in page_map.runs:
        if run.numbering == "none":
            yield b"%d << >>" % run.index
        else:
            style = b"r" if run.numbering == "roman" else b"D"
            yield b"%d << /S /%s /St %d >>" % (run.index, style, run.first)


def _text(words: str) -> bytes:
    """A text string."""
    return bytes(String(words).unparse())


def _decimal(number: float) -> bytes:
    """A number of points; the engine rounds to thousandths."""
    return (b"%.3f" % number).rstrip(b"0").rstrip(b".")


@cache
def _profile() -> bytes:
    return zlib.compress(colour.srgb())
