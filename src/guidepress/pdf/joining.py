"""What a fragment becomes on its way into a book, apart from where in the book it will stand."""

from __future__ import annotations

import io
import zlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from urllib.parse import unquote

import pikepdf
from pikepdf import Dictionary, Name, Object, Pdf, String

from guidepress.pdf import trees
from guidepress.pdf.model import Fragment, PageMap
from guidepress.pdf.numbers import Changes, changes, rewritten
from guidepress.pdf.objects import Collector, Objects, Stream
from guidepress.pdf.turning import turn
from guidepress.pdf.writing import Block, block

XREF = "xref:"
# The objects of a book that a fragment leads to: they come first of its slots. Then come its fonts and pictures.
PAGES, DOCUMENT = 2, 4
_BOUND = (PAGES, DOCUMENT)


@dataclass(frozen=True, slots=True)
class Picture:
    """An image with its mask, which fragments may have in common: by their bytes."""

    identity: bytes
    objects: Objects


@dataclass(frozen=True, slots=True)
class Part:
    """A fragment, turned where it is.

    `pages`, `element` (its structure), `parents` (its node of the parent tree, which counts `keys` from the fragment's
    first) and the values of `identifiers` are slots of objects. `streams` are places among the streams, by their
    numbers in the fragment's PDF. `links` are the anchors that its links to any section lead to. `boxes` are those of
    its last page, as text of a dictionary.
    """

    objects: Objects
    pages: tuple[int, ...]
    element: int
    parents: int | None
    keys: int
    pictures: tuple[Picture, ...]
    identifiers: tuple[tuple[bytes, int], ...]
    links: tuple[str, ...]
    streams: Mapping[int, int]
    boxes: bytes


@dataclass(slots=True)
class Piece:
    """A fragment as it came into a book the last time: its streams with the page numbers, and its objects."""

    part: Part
    _changes: Changes | None = None
    _contents: Mapping[int, bytes] = field(default_factory=dict)
    _place: object = None
    _block: Block | None = None

    def write(self, fragment: Fragment, what: Changes) -> None:
        """Write page numbers."""
        if what == self._changes:
            return
        streams = self.part.objects.streams
        contents: dict[int, bytes] = {}
        for number, ones in what.items():
            # Unless no page leads to it.
            if (place := self.part.streams.get(number)) is not None:
                content = rewritten(_content(streams[place]), ones, fragment.figures)
                # As the engine has packed it.
                contents[place] = zlib.compress(content)
        self._contents = contents
        self._changes, self._block = what, None

    def block(self, outside: Sequence[int], first_key: int, first: int) -> Block:
        """The objects, from the number `first` on; fonts and pictures are `outside`."""
        place = (tuple(outside), first_key, first)
        if self._block is None or self._place != place:
            part = self.part
            numbers = [
                *_BOUND,
                *outside,
                *range(first_key, first_key + part.keys),
                *range(first, first + part.objects.count),
            ]
            made = block(part.objects, numbers, first, self._contents)
            self._block, self._place = made, place
        return self._block


class Pieces:
    """What fragments became, from book to book: whoever keeps this need not make again what is as it was.

    Fragments are taken, and numbered by a guess, while others are still made. `language` is that of the books. For one
    thread.
    """

    def __init__(self, language: str = "") -> None:
        self.language = language
        self._pieces: dict[object, Piece] = {}
        self._fonts: dict[bytes, Objects] = {}

    def open(self, fragment: Fragment, start: int, page_map: PageMap) -> None:
        """Begin with a fragment, whose first page will have the index `start` by a guess."""
        self.of(fragment).write(fragment, changes(fragment, start, page_map)[0])

    def of(self, fragment: Fragment) -> Piece:
        """What a fragment became."""
        key = _identity(fragment)
        if key not in self._pieces:
            self._pieces[key] = Piece(_part(fragment, self.language))
        return self._pieces[key]

    def font(self, data: bytes) -> Objects:
        """A finished font, whose first object is what a page calls by a name."""
        if data not in self._fonts:
            with pikepdf.open(io.BytesIO(data)) as source:
                self._fonts[data] = _shared(source, source.Root.Font)
        return self._fonts[data]

    def keep(self, fragments: Sequence[Fragment], fonts: Collection[bytes]) -> None:
        """Forget all but these."""
        fonts = frozenset(fonts)
        used = {_identity(fragment) for fragment in fragments}
        self._pieces = {key: piece for key, piece in self._pieces.items() if key in used}
        self._fonts = {data: objects for data, objects in self._fonts.items() if data in fonts}


def _identity(fragment: Fragment) -> object:
    """What tells the fragments of a book apart, and all that a part is made of."""
    turns = fragment.turns if fragment.turned else None
    return fragment.name, fragment.pdf, fragment.language, tuple(fragment.fonts), turns


def _part(fragment: Fragment, language: str) -> Part:
    """What a fragment becomes in a book of a language."""
    with pikepdf.open(io.BytesIO(fragment.pdf)) as source:
        if fragment.turned:
            turn(source, fragment.turns or ())
        pages = [page.obj for page in source.pages]
        root = source.Root.StructTreeRoot
        element, keys = root.K[0], int(root.ParentTreeNextKey)
        if fragment.language:
            element.Lang = String(fragment.language)
        if str(element.get("/Lang", "")) == language:
            # That of the whole book.
            del element["/Lang"]
        resources = pages[0].Resources
        pictures, slots = _pictures(source, resources, len(_BOUND) + len(fragment.fonts))
        known = {source.Root.Pages.objgen[0]: 0, root.objgen[0]: 1, **slots}
        outside = len(_BOUND) + len(fragment.fonts) + len(pictures)
        links = [anchor for page in pages for anchor in _linked(page)]
        # All pages of a fragment have their resources in common.
        for slot, name in enumerate(fragment.fonts, len(_BOUND)):
            font = source.make_indirect(Dictionary())
            known[font.objgen[0]] = slot
            resources.Font[f"/{name}"] = font
        collector = Collector(source, known, outside, outside + keys)
        slots_of_pages = [collector.take(page) for page in pages]
        top = collector.take(element)
        entries = [(int(key), value) for key, value in trees.flat(root.ParentTree, "/Nums")]
        parents = collector.add(*_node(entries, collector)) if entries else None
        identifiers = [
            (bytes(name), collector.take(item))
            for name, item in trees.flat(root.get("/IDTree"), "/Names")
        ]
        return Part(
            collector.taken(),
            tuple(slots_of_pages),
            top,
            parents,
            keys,
            tuple(pictures),
            tuple(identifiers),
            tuple(links),
            collector.streams,
            _boxes(pages[-1]),
        )


def _shared(source: Pdf, item: Object) -> Objects:
    """An object with all that it leads to."""
    collector = Collector(source, {}, 0, 0)
    collector.take(item)
    return collector.taken()


def _node(entries: Sequence[tuple[int, Object]], collector: Collector) -> tuple[bytes, list[int]]:
    """A node of the parent tree, as text, and the slots for it."""
    slots = [collector.key(entries[0][0]), collector.key(entries[-1][0])]
    texts = []
    for key, value in entries:
        text, leading = collector.opened(value.unparse())
        texts.append(b"%d " + text)
        slots += (collector.key(key), *leading)
    return b"<< /Limits [ %d %d ] /Nums [ " + b" ".join(texts) + b" ] >>", slots


def _boxes(page: Object) -> bytes:
    boxes = ("/MediaBox", "/TrimBox", "/BleedBox")
    return b" ".join(b"%s %s" % (box.encode(), page[box].unparse()) for box in boxes if box in page)


def _linked(page: Object) -> Iterator[str]:
    """The anchors of any section that links of a page lead to, from now on by their names."""
    for annotation in page.get("/Annots", ()):
        action = annotation.get("/A")
        if action is not None and str(action.get("/URI", "")).startswith(XREF):
            anchor = unquote(str(action.URI).removeprefix(XREF))
            del annotation["/A"]
            annotation.Dest = String(anchor.encode())
            yield anchor


def _pictures(source: Pdf, resources: Object, first: int) -> tuple[list[Picture], dict[int, int]]:
    """The pictures of a fragment, and their slots by their numbers in its PDF; the first slot is `first`."""
    pictures: dict[bytes, tuple[int, Picture]] = {}
    slots: dict[int, int] = {}
    for image in _images(resources, set()):
        described = {key: image.stream_dict[key] for key in sorted(image.stream_dict.keys())}
        mask = described.pop("/SMask", None)
        identity = blake2b(Dictionary(described).unparse(), digest_size=16)
        identity.update(image.read_raw_bytes())
        if mask is not None:
            identity.update(mask.read_raw_bytes())
        digest = identity.digest()
        if digest not in pictures:
            picture = Picture(digest, _shared(source, image))
            pictures[digest] = first + len(pictures), picture
        slots[image.objgen[0]] = pictures[digest][0]
    return [picture for _, picture in pictures.values()], slots


def _images(resources: Object, seen: set[tuple[int, int]]) -> Iterator[Object]:
    """Yield every image that resources lead to."""
    for kind in ("/XObject", "/Pattern"):
        for item in resources.get(kind, Dictionary()).values():
            if item.objgen in seen:
                continue
            seen.add(item.objgen)
            if item.get("/Subtype") == Name.Image:
                yield item
            inner = item.get("/Resources")
            if inner is not None:
                yield from _images(inner, seen)


def _content(stream: Stream) -> bytes:
    """The content of a stream of the engine."""
    packed = b"/FlateDecode" in stream.dictionary.lines
    return zlib.decompress(stream.data) if packed else stream.data
