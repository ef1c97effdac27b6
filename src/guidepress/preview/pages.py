"""Pages as pictures: which there are, and each of them drawn when somebody looks at it."""

from __future__ import annotations

import io
import struct
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b

import pypdfium2

from guidepress.pdf import Fragment, PageMap, Placement, SourceBox
from guidepress.pdf.linker import excerpt
from guidepress.pdf.shared_fonts import FontPool
from guidepress.preview.digests import page_digests

# Pictures that are kept: some screens full in two sizes.
_PICTURES = 240
# Sections whose PDF is kept open.
_OPEN = 24
NARROWEST, WIDEST = 100, 4000
# zlib's strategy for runs of equal bytes, of which pages are full: half of the time of the usual one.
_RUNS = 3
# The bytes before the pixels of a BMP.
_BMP_HEAD = 54


@dataclass(frozen=True, slots=True)
class Leaf:
    """A page: its key changes with what is to be seen on it. A blank page has none.

    `section` is the name of the section that it is of and `index` its number there from 0, `width` and `height` are
    in points.
    """

    key: str
    section: str
    index: int
    folio: str
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Early:
    """Pages of a section, those of `fragment`, that were laid out before the others of it.

    The first one is the page `first` of the section.
    """

    section: str
    fragment: Fragment
    first: int


@dataclass(frozen=True, slots=True)
class _Source:
    """What the pages of a section are drawn from."""

    key: str
    fragment: Fragment
    page_map: PageMap
    start: int


@dataclass(frozen=True, slots=True)
class _Digests:
    """A fragment, whose PDF has to stay as long as its identity is in a key, with digests of it and of its pages."""

    fragment: Fragment
    whole: str
    pages: Sequence[str]


class Pictures:
    """Draws pages by their keys. `pool` has the fonts of every fragment that is placed.

    Any thread may ask; pdfium is used by one at a time. The pages of the `placements` before the last are still
    drawn, for a browser that has not heard of the change yet.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pool: FontPool | None = None
        self._sources: dict[str, tuple[_Source, int]] = {}
        self._before: dict[str, tuple[_Source, int]] = {}
        self._sheets: dict[str, tuple[bytes, int]] = {}
        self._open: OrderedDict[str, pypdfium2.PdfDocument] = OrderedDict()
        self._drawn: OrderedDict[tuple[str, int], bytes] = OrderedDict()
        # The page that was drawn in haste.
        self._fresh: tuple[tuple[str, int], bytes] | None = None
        self._digests: dict[tuple[int, bool], _Digests] = {}

    def place(
        self,
        placements: Sequence[Placement],
        page_map: PageMap,
        pool: FontPool,
        early: Early | None = None,
    ) -> list[Leaf]:
        """The pages of a book, blank ones included; from now on they are drawn. Those of `early` replace others."""
        sources: dict[str, tuple[_Source, int]] = {}
        leaves: list[Leaf] = []
        digests: dict[tuple[int, bool], _Digests] = {}
        for placement, start in zip(placements, page_map.starts, strict=True):
            fragment = placement.fragment
            digests[_identity(fragment)] = known = self._digest(fragment)
            leaves += _blanks(leaves, start, page_map)
            keyed = _keyed(known, page_map, start)
            if early is not None and early.section == fragment.name:
                digests[_identity(early.fragment)] = other = self._digest(early.fragment)
                pages = _keyed(other, page_map, start + early.first)
                keyed[early.first : early.first + len(pages)] = pages
                del keyed[fragment.page_count :]
            for index, (key, source, page) in enumerate(keyed):
                # Pages that look the same are still several.
                key = _key(key, str(index)) if key in sources else key
                sources[key] = (source, page)
                folio = page_map.labels[start + index]
                leaves.append(Leaf(key, fragment.name, index, folio, *fragment.page_size))
        leaves += _blanks(leaves, page_map.page_count, page_map)
        with self._lock:
            if sources.keys() != self._sources.keys():
                self._before = self._sources
            self._sources = sources
            self._digests = digests
            self._pool = pool
        return leaves

    def sheets(self, pdf: bytes) -> list[Leaf]:
        """The pages of a finished PDF, which is drawn from now on instead of the one before."""
        digest = blake2b(pdf, digest_size=16).hexdigest()
        with self._lock:
            document = pypdfium2.PdfDocument(pdf)
            sizes = [page.get_size() for page in document]
            document.close()
            keys = [_key(digest, str(index)) for index in range(len(sizes))]
            self._sheets = {key: (pdf, index) for index, key in enumerate(keys)}
        return [
            Leaf(key, "cards", index, str(index + 1), *size)
            for index, (key, size) in enumerate(zip(keys, sizes, strict=True))
        ]

    def png(self, key: str, width: int) -> bytes | None:
        """The picture of a page, so many pixels wide (within limits), as PNG; None where there is no such page."""
        width = _within(width)
        with self._lock:
            drawn = self._drawn.get((key, width))
            if drawn is not None:
                self._drawn.move_to_end((key, width))
                return drawn
            bitmap = self._bitmap(key, width)
            if bitmap is None:
                return None
            picture = bitmap.to_pil()
        target = io.BytesIO()
        picture.convert("RGB").save(target, "PNG", compress_level=1, compress_type=_RUNS)
        data = target.getvalue()
        with self._lock:
            self._drawn[key, width] = data
            while len(self._drawn) > _PICTURES:
                self._drawn.popitem(last=False)
        return data

    def bmp(self, key: str, width: int) -> bytes | None:
        """The same picture as BMP: ten times as large, and there before a PNG is packed. The last one is kept."""
        width = _within(width)
        with self._lock:
            if self._fresh is not None and self._fresh[0] == (key, width):
                return self._fresh[1]
            bitmap = self._bitmap(key, width)
            if bitmap is None:
                return None
            data = _bmp(bitmap)
            self._fresh = (key, width), data
        return data

    def text(self, key: str) -> str | None:
        """The words of a page in the order in which they are painted; None where there is no such page."""
        with self._lock:
            page = self._page(key)
            return None if page is None else page.get_textpage().get_text_range()

    def at(self, key: str) -> tuple[Fragment, int] | None:
        """The fragment that a page is of, and its number there."""
        with self._lock:
            found = self._sources.get(key) or self._before.get(key)
        return (found[0].fragment, found[1]) if found else None

    def _bitmap(self, key: str, width: int) -> pypdfium2.PdfBitmap | None:
        """A page, drawn, in three bytes a pixel. The lock is held."""
        page = self._page(key)
        if page is None:
            return None
        scale = width / page.get_size()[0]
        return page.render(scale=scale, may_draw_forms=False, draw_annots=False)

    def _page(self, key: str) -> pypdfium2.PdfPage | None:
        """A page, opened. The lock is held."""
        if key in self._sheets:
            pdf, index = self._sheets[key]
            return self._document(f"sheets-{id(pdf)}", lambda: pdf)[index]
        found = self._sources.get(key) or self._before.get(key)
        pool = self._pool
        if found is None or pool is None:
            return None
        source, index = found
        document = self._document(
            source.key, lambda: excerpt(source.fragment, source.page_map, source.start, pool)
        )
        return document[index]

    def _document(self, key: str, make: Callable[[], bytes]) -> pypdfium2.PdfDocument:
        if key not in self._open:
            self._open[key] = pypdfium2.PdfDocument(make())
            while len(self._open) > _OPEN:
                self._open.popitem(last=False)[1].close()
        self._open.move_to_end(key)
        return self._open[key]

    def _digest(self, fragment: Fragment) -> _Digests:
        known = self._digests.get(_identity(fragment))
        if known is not None and known.fragment.pdf is fragment.pdf:
            return known
        total = blake2b(fragment.pdf, digest_size=16)
        total.update(repr((fragment.name, fragment.turned, sorted(fragment.fonts))).encode())
        return _Digests(fragment, total.hexdigest(), page_digests(fragment))


def _within(width: int) -> int:
    return max(NARROWEST, min(width, WIDEST))


def _bmp(bitmap: pypdfium2.PdfBitmap) -> bytes:
    """A bitmap of blue, green and red as a file of rows from the top, each of whole words."""
    assert bitmap.mode == "BGR"
    rows = memoryview(bitmap.buffer).cast("B")
    if gap := -3 * bitmap.width % 4:
        stride, length = bitmap.stride, 3 * bitmap.width
        starts = range(0, bitmap.height * stride, stride)
        pixels = b"".join(part for at in starts for part in (rows[at : at + length], bytes(gap)))
    else:
        pixels = bytes(rows)
    head = struct.pack("<2sIII", b"BM", _BMP_HEAD + len(pixels), 0, _BMP_HEAD)
    # Of a picture from the top the height is negative. One plane, 24 bits a pixel, not packed.
    form = struct.pack("<IiiHHI", 40, bitmap.width, -bitmap.height, 1, 24, 0)
    return b"".join((head, form, struct.pack("<IiiII", len(pixels), 0, 0, 0, 0), pixels))


def _identity(fragment: Fragment) -> tuple[int, bool]:
    return id(fragment.pdf), fragment.turned


def _keyed(known: _Digests, page_map: PageMap, start: int) -> list[tuple[str, _Source, int]]:
    """The pages of a fragment that begins at the page `start` of a book: their keys, and what draws them."""
    fragment = known.fragment
    short = start + fragment.page_count - len(page_map.labels)
    if short > 0:
        page_map = replace(page_map, labels=(*page_map.labels, *("",) * short))
    texts = _numbers(fragment, page_map, start)
    own = _key(known.whole, *(text for page in texts for text in page))
    source = _Source(own, fragment, page_map, start)
    return [
        (_key(digest, *numbers), source, index)
        for index, (digest, numbers) in enumerate(zip(known.pages, texts, strict=True))
    ]


def _numbers(fragment: Fragment, page_map: PageMap, start: int) -> list[list[str]]:
    """The page numbers that the linker will write on each page of a fragment, its folios among them."""
    texts: list[list[str]] = [[page_map.labels[start + i]] for i in range(fragment.page_count)]
    for number in fragment.numbers:
        place = page_map.anchors.get(number.anchor or "")
        texts[number.page].append(place.folio if place else number.text)
    return texts


def _blanks(before: Sequence[Leaf], until: int, page_map: PageMap) -> list[Leaf]:
    """The blank pages between those before and the page of an index."""
    if len(before) >= until:
        return []
    size = (before[-1].width, before[-1].height)
    name = before[-1].section
    return [Leaf("", name, -1, page_map.labels[i], *size) for i in range(len(before), until)]


def _key(*parts: str) -> str:
    return blake2b("\0".join(parts).encode(), digest_size=16).hexdigest()


def line_at(fragment: Fragment, page: int, x: float, y: float) -> int:
    """The line of the source of what is at a point of a page, in points from its bottom left; 0 where nothing tells.

    That is the innermost block there (between two blocks inside it, the one above), else the nearest one above, else
    the first on the page or before it.
    """
    on_page = [box for box in fragment.lines if box.page == page]
    around = [b for b in on_page if b.left <= x <= b.right and b.bottom <= y <= b.top]
    above = [b for b in on_page if b.bottom >= y]
    if around:
        block = min(around, key=lambda b: ((b.right - b.left) * (b.top - b.bottom), -b.line))
        above = [b for b in above if b.top <= block.top and b is not block]
        return _end_of(above, on_page) if above else block.line
    if above:
        return _end_of(above, on_page)
    if on_page:
        return on_page[0].line
    earlier = [box for box in fragment.lines if box.page < page]
    return earlier[-1].line if earlier else 0


def _end_of(above: Sequence[SourceBox], on_page: Sequence[SourceBox]) -> int:
    """The last line of the block that ends lowest, with all that is inside it."""
    lowest = min(above, key=lambda b: b.bottom)
    return max(
        b.line
        for b in on_page
        if lowest.bottom <= b.bottom
        and b.top <= lowest.top
        and lowest.left <= b.left <= lowest.right
    )


def place_of(fragments: Mapping[str, Fragment], name: str, line: int) -> tuple[int, float] | None:
    """Where a line of the source is in a section: the page, and the height on it in points; None where it is not."""
    fragment = fragments.get(name)
    boxes = [box for box in fragment.lines if box.line <= line] if fragment else []
    if not boxes:
        return None
    nearest = max(box.line for box in boxes)
    first = next(box for box in boxes if box.line == nearest)
    return first.page, first.top
