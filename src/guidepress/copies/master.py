"""The master of all copies: the book, made ready once, so that a copy is its bytes and a few objects behind them.

Every page paints two form objects that are not there yet: the line, above all else, and the mark, below. The master
is saved with stand-ins for them and for the metadata; their bytes are then cut out. A copy appends its own objects
under the same numbers, and one cross-reference stream for all. So it is no incremental update: there is no version
of the file without the line in it.
"""

from __future__ import annotations

import io
import itertools
import re
import zlib
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Page, Pdf

from guidepress.copies import mark, metadata
from guidepress.copies.line import NARROWEST, Room
from guidepress.pdf.saving import saved

# Lengths in points. The line stands so far above the edge of what is seen of a page: printers reach no further.
_FOOT = 12.0
_SIDE = 18.0
# The share of a page's height that a line may take.
_SHARE = 0.4
# What stands for the line, the mark and the metadata, each as valid as these must be.
_STAND_INS = (b"% line", b"% mark", metadata.EMPTY.encode())
ID_LENGTH = 16  # bytes of a file's identity in its trailer


class Unstampable(Exception):
    """Why a PDF cannot be made into personal copies, in words for the user."""


@dataclass(frozen=True, slots=True)
class Numbers:
    """The object numbers of what each copy has of its own, and of the fonts of the lines."""

    line: int
    mark: int
    xmp: int
    fonts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Master:
    """The book without what differs: bytes, where its objects are, and what goes behind them.

    `entries` are those of the cross-reference table: type, and two numbers whose meaning it gives. `information` is
    the book's own document information, as PDF objects by key.
    """

    data: bytes
    entries: tuple[tuple[int, int, int], ...]
    numbers: Numbers
    root: int
    xmp: bytes
    information: Mapping[str, bytes]
    pages: int

    def copy(
        self, own: Mapping[int, bytes], information: Mapping[str, bytes], id_: bytes
    ) -> list[bytes]:
        """The bytes of a copy in pieces. `own` are the objects of `numbers`, serialised."""
        assert len(id_) == ID_LENGTH
        entries = list(self.entries)
        pieces = [self.data]
        at = len(self.data)
        number = len(entries)
        merged = {**self.information, **information}
        about = b"<<" + b"".join(_name(k) + b" " + v for k, v in merged.items()) + b">>"
        objects = {**own, number: about}
        entries += [(0, 0, 0)] * 2
        for key, content in objects.items():
            piece = b"%d 0 obj\n%s\nendobj\n" % (key, content)
            entries[key] = (1, at, 0)
            pieces.append(piece)
            at += len(piece)
        entries[number + 1] = (1, at, 0)
        table = b"".join(
            kind.to_bytes(1, "big") + first.to_bytes(5, "big") + second.to_bytes(2, "big")
            for kind, first, second in entries
        )
        extra = b"/Type/XRef/W[1 5 2]/Size %d/Root %d 0 R/Info %d 0 R/ID[<%s><%s>]" % (
            len(entries), self.root, number, id_.hex().encode(), id_.hex().encode(),
        )  # fmt: skip
        pieces.append(b"%d 0 obj\n%s\nendobj\n" % (number + 1, stream(table, extra)))
        pieces.append(b"startxref\n%d\n%%%%EOF\n" % at)
        return pieces


def stream(data: bytes, extra: bytes = b"") -> bytes:
    """A compressed stream object with more entries in its dictionary.

    Two characters end its line: a carriage return at the end of the data would else be taken for half of the end of the
    line (ISO 32000-2, 7.3.8.1), and its length for wrong.
    """
    packed = zlib.compress(data, 6)
    return b"<<%s/Filter/FlateDecode/Length %d>>stream\n%s\r\nendstream" % (
        extra,
        len(packed),
        packed,
    )


def id_of(data: bytes) -> bytes:
    """The identity in the trailer of a finished copy, from its last bytes; empty where there is none."""
    found = re.findall(rb"/ID ?\[ ?<([0-9a-fA-F]{32})>", data)
    return bytes.fromhex(found[-1].decode()) if found else b""


def room(pdf: Pdf) -> Room:
    """What a line may take: that of the smallest page. Raises Unstampable."""
    sizes = [_Seen(page).size for page in pdf.pages]
    if not sizes:
        raise Unstampable("it has no page")
    width = min(w for w, _ in sizes) - 2 * _SIDE
    height = min(h for _, h in sizes) * _SHARE
    if width < NARROWEST:
        raise Unstampable(f"a page is only {width + 2 * _SIDE:.0f} pt wide")
    return Room(width, height)


def opened(data: bytes) -> Pdf:
    """The PDF, if it can be made into personal copies. Raises Unstampable."""
    try:
        pdf = pikepdf.open(io.BytesIO(data))
    except pikepdf.PasswordError as problem:
        raise Unstampable("it is protected by a password") from problem
    except pikepdf.PdfError as problem:
        raise Unstampable("it is not a PDF, or it is damaged") from problem
    if pdf.is_encrypted:
        raise Unstampable(
            "it is encrypted; stamp the book as it was before, and --protect the copies"
        )
    form = pdf.Root.get("/AcroForm")
    if form is not None and int(form.get("/SigFlags", 0)) & 1:
        raise Unstampable("it is signed, and a line on its pages would break the signature")
    return pdf


def prepared(pdf: Pdf, room_: Room, fonts: Mapping[str, bytes], archival: bool) -> Master:
    """Make a book into the master of its copies.

    `fonts` are those of the lines, as `pdf.engine` builds them, by key. Without `archival` the copies do not claim
    to be PDF/A, such as those that will be encrypted.
    """
    packet = metadata.template(pdf, archival)
    information = {str(key): value.unparse() for key, value in pdf.docinfo.items()}
    del pdf.docinfo
    names = _names(pdf)
    _stand_in(pdf, names, room_, fonts)
    pages = len(pdf.pages)
    data = saved(pdf)
    with pikepdf.open(io.BytesIO(data)) as written:
        root = written.Root.objgen[0]
        line, below = (written.pages[0].resources.XObject[name] for name in names)
        numbers = Numbers(
            line.objgen[0],
            below.objgen[0],
            written.Root.Metadata.objgen[0],
            {key[1:]: font.objgen[0] for key, font in line.Resources.Font.items()},
        )
    entries, end = _table(data)
    cut = (numbers.line, numbers.mark, numbers.xmp)
    body, moved = _without(data, entries, cut, end)
    return Master(body, moved, numbers, root, packet, information, pages)


def _stand_in(pdf: Pdf, names: tuple[str, str], room_: Room, fonts: Mapping[str, bytes]) -> None:
    """Put something in the place of all that is a copy's own; the fonts of the lines depend on that of the line."""
    line, below, packet = (pdf.make_stream(content) for content in _STAND_INS)
    for form in (line, below):
        form.Type = Name.XObject
        form.Subtype = Name.Form
        form.BBox = Array([0, 0, 1, 1])
    table = Dictionary()
    for key, data in fonts.items():
        with pikepdf.open(io.BytesIO(data)) as source:
            table[f"/{key}"] = pdf.copy_foreign(source.Root["/Font"])
    line.Resources = Dictionary(Font=table)
    painting = _Painting(pdf, room_, names)
    for page in pdf.pages:
        painting.paint(page, line, below)
    packet.Type = Name.Metadata
    packet.Subtype = Name.XML
    pdf.Root.Metadata = packet


class _Seen:
    """What is seen of a page: its trim box, within its crop box; turned as it is shown."""

    def __init__(self, page: Page) -> None:
        self.left, self.bottom, self.right, self.top = _within(page.trimbox, page.cropbox)
        self.turn = page.rotation % 360
        self.unit = float(page.obj.get("/UserUnit", 1))

    @property
    def size(self) -> tuple[float, float]:
        """Width and height as they are seen, in points."""
        across, up = (self.right - self.left) * self.unit, (self.top - self.bottom) * self.unit
        return (up, across) if self.turn in (90, 270) else (across, up)

    def matrix(self, x: float, y: float, scale: float = 1.0) -> str:
        """The operands of `cm` that bring the origin to a point of the page as it is seen, given in points."""
        x, y, s = x / self.unit, y / self.unit, scale / self.unit
        values: tuple[float, ...]
        if self.turn == 90:
            values = (0, s, -s, 0, self.right - y, self.bottom + x)
        elif self.turn == 180:
            values = (-s, 0, 0, -s, self.right - x, self.top - y)
        elif self.turn == 270:
            values = (0, -s, s, 0, self.left + y, self.top - x)
        else:
            values = (s, 0, 0, s, self.left + x, self.bottom + y)
        return " ".join(f"{value:.4f}".rstrip("0").rstrip(".") for value in values)


def _within(trim: Object, crop: Object) -> tuple[float, float, float, float]:
    """The part of a box that lies in another; corners may come in any order, and the box may lie outside."""
    boxes = []
    for box in (trim, crop):
        x1, y1, x2, y2 = (float(edge) for edge in box)
        boxes.append((min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)))
    inner, outer = boxes
    left, bottom = max(inner[0], outer[0]), max(inner[1], outer[1])
    right, top = min(inner[2], outer[2]), min(inner[3], outer[3])
    return (left, bottom, right, top) if left < right and bottom < top else outer


@dataclass(slots=True)
class _Painting:
    """Has every page paint the forms; streams that are the same for several pages are made once."""

    pdf: Pdf
    room: Room
    names: tuple[str, str]
    _made: dict[bytes, Object] = field(default_factory=dict)

    def paint(self, page: Page, line: Object, below: Object) -> None:
        """Paint the mark before, the line after what a page holds already."""
        above, under = self.names
        if "/Resources" not in page.obj:
            page.obj.Resources = _inherited(page, "/Resources")
        resources = page.obj.Resources
        if "/XObject" not in resources:
            resources.XObject = Dictionary()
        resources.XObject[above], resources.XObject[under] = line, below
        contents = page.obj.get("/Contents")
        streams = list(contents) if isinstance(contents, Array) else [contents] if contents else []
        seen = _Seen(page)
        width, _ = seen.size
        fits = min(1.0, (width - 2 * _SIDE) / mark.WIDTH)
        missing, open_ = _unbalanced(page)
        before = (
            f"/Artifact <</Type /Pagination /Subtype /Watermark>> BDC\nq\n"
            f"{seen.matrix(_SIDE, _FOOT, fits)} cm\n{under} Do\nQ\nEMC\n" + "q\n" * (1 + missing)
        )
        after = (
            "\n" + "Q\n" * (1 + open_) + "/Artifact <</Type /Pagination /Subtype /Footer>> BDC\nq\n"
            f"{seen.matrix((width - self.room.width) / 2, _FOOT)} cm\n{above} Do\nQ\nEMC\n"
        )
        page.obj.Contents = Array([self._stream(before), *streams, self._stream(after)])

    def _stream(self, content: str) -> Object:
        data = content.encode()
        if data not in self._made:
            self._made[data] = self.pdf.make_stream(data)
        return self._made[data]


def _inherited(page: Page, key: str) -> Object:
    """What the nodes above a page give it; an empty dictionary where they do not."""
    node: Object = page.obj
    seen: set[tuple[int, int]] = set()
    while "/Parent" in node and node.objgen not in seen:
        seen.add(node.objgen)
        node = node.Parent
        if key in node:
            return node[key]
    return Dictionary()


def _unbalanced(page: Page) -> tuple[int, int]:
    """How many saved states a page's content restores without having saved them, and how many it leaves."""
    if "/Contents" not in page.obj:
        return 0, 0
    depth = low = 0
    for instruction in pikepdf.parse_content_stream(page, "q Q"):
        depth += 1 if str(instruction.operator) == "q" else -1
        low = min(low, depth)
    return -low, depth - low


def _names(pdf: Pdf) -> tuple[str, str]:
    """Names for the two forms that no page has for anything else."""
    taken = {
        name
        for page in pdf.pages
        for holder in (page.obj.get("/Resources") or _inherited(page, "/Resources"),)
        for name in dict(holder.get("/XObject", Dictionary()))
    }
    number = next(n for n in itertools.count() if not {f"/Gp{n}", f"/Gp{n}m"} & taken)
    return f"/Gp{number}", f"/Gp{number}m"


def _name(key: str) -> bytes:
    return Name(key).unparse()


def _table(data: bytes) -> tuple[list[tuple[int, int, int]], int]:
    """The cross-reference stream that `saved` has written: its entries, and where the stream begins."""
    start = int(data[data.rindex(b"startxref") + 9 :].split()[0])
    with pikepdf.open(io.BytesIO(data)) as pdf:
        number = int(data[start : start + 20].split()[0])
        table = pdf.get_object(number, 0)
        assert isinstance(table, pikepdf.Stream)
        packed = table.read_bytes()
        widths = [int(width) for width in table.W]
        assert "/Index" not in table
    entries = []
    size = sum(widths)
    for at in range(0, len(packed), size):
        values = []
        for width in widths:
            values.append(int.from_bytes(packed[at : at + width], "big"))
            at += width
        entries.append((values[0], values[1], values[2]))
    # The last one is that of the stream itself.
    return [(0, 0, 0) if n == number else entry for n, entry in enumerate(entries)], start


def _without(
    data: bytes, entries: Sequence[tuple[int, int, int]], cut: Sequence[int], end: int
) -> tuple[bytes, tuple[tuple[int, int, int], ...]]:
    """A file without some objects and its cross-references; and where the others are in it."""
    starts = sorted(first for kind, first, _ in entries if kind == 1)
    follows = dict(zip(starts, [*starts[1:], end], strict=True))
    holes = sorted((entries[number][1], follows[entries[number][1]]) for number in cut)
    pieces, at, gone, lost = [], 0, [], [0]
    for start, stop in holes:
        pieces.append(data[at:start])
        gone.append(start)
        lost.append(lost[-1] + stop - start)
        at = stop
    pieces.append(data[at:end])
    moved = tuple(
        (1, first - lost[bisect_right(gone, first)], second) if kind == 1 else (kind, first, second)
        for kind, first, second in entries
    )
    return b"".join(pieces), moved
