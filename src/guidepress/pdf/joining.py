"""Copy fragments into one PDF, apart from where in the book they will stand.

The order of copying shows in the file: an object stream has its objects in the order in which they were made.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from urllib.parse import unquote

import pikepdf
from pikepdf import Dictionary, Name, Object, Pdf, String

from guidepress.pdf import trees
from guidepress.pdf.model import Fragment, PageMap
from guidepress.pdf.numbers import Changes, changes, write
from guidepress.pdf.turning import turn

XREF = "xref:"


@dataclass(slots=True)
class Piece:
    """What a fragment became: its pages, in no page tree yet; its structure, under no root yet.

    `tagged` are the objects whose /StructParent or /StructParents (the second of each pair) count from the fragment's
    first key, `parents` is what those keys lead to, `keys` how many there are. `links` lead to the anchors of any
    section.
    """

    pages: list[Object]
    part: Object
    parents: list[tuple[int, Object]]
    keys: int
    tagged: list[tuple[Object, str]] = field(default_factory=list)
    identifiers: list[tuple[bytes, Object]] = field(default_factory=list)
    links: list[tuple[Object, str]] = field(default_factory=list)

    @property
    def fonts(self) -> Object:
        """The dictionary of fonts, which the pages of a fragment have in common, as all their resources."""
        return self.pages[0].Resources.Font


# A fragment with what its page numbers show.
Numbered = tuple[Fragment, Changes]


class Ahead:
    """What is done before the pages of the whole book are known, while others are made: fragments are opened, their
    pages turned and numbered, and copied as far as all before them are there.

    Where that was done by a guess which turned out wrong, it is done again.
    """

    def __init__(self) -> None:
        self._opened: dict[int, tuple[Fragment, Changes, Pdf]] = {}
        self._assembly = Assembly()
        self._copied: list[tuple[Fragment, Changes, Piece]] = []

    def open(self, fragment: Fragment, start: int, page_map: PageMap, *, follows: bool) -> None:
        """Begin with a fragment, whose first page will have the index `start` by a guess.

        `follows`: it comes after the one for which that was so the last time, or is the first of the book.
        """
        found, _ = changes(fragment, start, page_map)
        # The bytes are held, so nothing else has their identity.
        source = opened(fragment, found)
        if follows:
            self._copied.append((fragment, found, self._assembly.take(fragment, source)))
        else:
            self._opened[id(fragment.pdf)] = fragment, found, source

    def assembled(self, fragments: Sequence[Numbered]) -> tuple[Assembly, list[Piece]]:
        """The fragments of a book, copied in their order."""
        begun = [one[:2] for one in self._copied]
        if len(begun) > len(fragments) or not all(map(_same, begun, fragments)):
            self._assembly, self._copied = Assembly(), []
        for one in fragments[len(self._copied) :]:
            self._copied.append((*one, self._assembly.take(one[0], self._source(one))))
        return self._assembly, [piece for _, _, piece in self._copied]

    def _source(self, one: Numbered) -> Pdf:
        """The PDF of a fragment with its numbers, to be changed at will."""
        known = self._opened.pop(id(one[0].pdf), None)
        return known[2] if known is not None and _same(known[:2], one) else opened(*one)


def _same(one: Numbered, other: Numbered) -> bool:
    """Whether two fragments were made of the same, and look the same."""
    return one[0].pdf is other[0].pdf and one[0].turned == other[0].turned and one[1] == other[1]


def opened(fragment: Fragment, numbers: Changes) -> Pdf:
    """The PDF of a fragment, turned and with its page numbers, to be changed at will."""
    source = pikepdf.open(io.BytesIO(fragment.pdf))
    if fragment.turned:
        turn(source, fragment.turns or ())
    write(source, numbers, fragment.figures)
    return source


class Assembly:
    """A PDF that fragments are copied into."""

    def __init__(self) -> None:
        self.pdf: Pdf = pikepdf.new()
        # The PDFs that objects are copied from stay open until the book is saved.
        self._sources: list[Pdf] = []
        self._images: dict[bytes, Object] = {}

    def copied(self, data: bytes, name: str) -> Object:
        """The object that the catalogue of another PDF calls `name`."""
        source = pikepdf.open(io.BytesIO(data))
        self._sources.append(source)
        return self.pdf.copy_foreign(source.Root[name])

    def take(self, fragment: Fragment, source: Pdf) -> Piece:
        """Copy a fragment, whose PDF was `opened`."""
        self._sources.append(source)
        originals = [page.obj for page in source.pages]
        for original in originals:
            del original["/Parent"]
        pages = [self.pdf.copy_foreign(original) for original in originals]
        root = source.Root.StructTreeRoot
        # Copied after the pages, so that references to them lead to the copies.
        part = self.pdf.copy_foreign(root.K[0])
        if fragment.language:
            part.Lang = String(fragment.language)
        table = self.pdf.copy_foreign(source.make_indirect(root.ParentTree))
        parents = [(int(key), value) for key, value in trees.flat(table, "/Nums")]
        piece = Piece(pages, part, parents, int(root.ParentTreeNextKey))
        if (identifiers := root.get("/IDTree")) is not None:
            copy = self.pdf.copy_foreign(source.make_indirect(identifiers))
            piece.identifiers += [
                (bytes(name), element) for name, element in trees.flat(copy, "/Names")
            ]
        for page in pages:
            piece.tagged.append((page, "/StructParents"))
            for annotation in page.get("/Annots", ()):
                if "/StructParent" in annotation:
                    piece.tagged.append((annotation, "/StructParent"))
                if (anchor := _anchor(annotation)) is not None:
                    piece.links.append((annotation, anchor))
        for holder, title, item in _images_and_forms(pages[0].Resources, set()):
            if "/StructParents" in item:
                piece.tagged.append((item, "/StructParents"))
            elif item.get("/Subtype") == Name.Image:
                self._share(holder, title, item)
        return piece

    def _share(self, holder: Object, name: str, image: Object) -> None:
        """Replace an image by an equal one of another fragment."""
        described = {key: image.stream_dict[key] for key in sorted(image.stream_dict.keys())}
        mask = described.pop("/SMask", None)
        identity = blake2b(Dictionary(described).unparse(), digest_size=16)
        identity.update(image.read_raw_bytes())
        if mask is not None:
            identity.update(mask.read_raw_bytes())
        known = self._images.setdefault(identity.digest(), image)
        if known.objgen != image.objgen:
            holder[name] = known


def _anchor(annotation: Object) -> str | None:
    """The anchor that a link to some section leads to."""
    action = annotation.get("/A")
    if action is None or not str(action.get("/URI", "")).startswith(XREF):
        return None
    return unquote(str(action.URI).removeprefix(XREF))


def _images_and_forms(
    resources: Object, seen: set[tuple[int, int]]
) -> Iterator[tuple[Object, str, Object]]:
    """Yield every external object that resources lead to, with the dictionary that names it."""
    for kind in ("/XObject", "/Pattern"):
        holder = resources.get(kind)
        if holder is None:
            continue
        for name, item in list(holder.items()):
            if item.objgen in seen:
                continue
            seen.add(item.objgen)
            if kind == "/XObject":
                yield holder, name, item
            inner = item.get("/Resources")
            if inner is not None:
                yield from _images_and_forms(inner, seen)
