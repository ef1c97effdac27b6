"""The EPUB: the chapters as XHTML in one file, for readers of books."""

from __future__ import annotations

import io
import mimetypes
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from lxml import etree
from markupsafe import Markup

from guidepress.book.model import Book
from guidepress.diagnostics import Diagnosed
from guidepress.layouts import Layout
from guidepress.layouts.colours import palette
from guidepress.layouts.words import direction, layout_words
from guidepress.maths import Drawings
from guidepress.web.bodies import Bodies
from guidepress.web.pages import Pages, back_links
from guidepress.web.site import Leaf, leaf, pictures

_SUFFIX = ".xhtml"
# The first moment that a zip file can hold, and that of a guide that gives no date.
_ZIP_DATE, _EARLIEST = (1980, 1, 1, 0, 0, 0), date(2025, 1, 1)
_WRITE: Final = "w"  # a member of the archive, which is in memory
_FOLDER = "EPUB"
_TYPES = {
    ".xhtml": "application/xhtml+xml",
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".webp": "image/webp",
}
# What a browser needs, and a reader of books does not know.
_DROPPED = {"loading", "tabindex"}
_CONTAINER = """<?xml version="1.0" encoding="UTF-8"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
<rootfiles><rootfile full-path="EPUB/package.opf" media-type="application/oebps-package+xml"/></rootfiles>
</container>
"""


@dataclass(frozen=True, slots=True)
class Item:
    """A file of the book as its package lists it."""

    id: str
    file: str
    type: str
    properties: str = ""


def epub(book: Book, layout: Layout, drawings: Drawings) -> Diagnosed[bytes]:
    """The book as one file, the same bytes for the same book; the problems are those of templates and colours."""
    words = layout_words(layout, book.language, book.brand.words)
    bodies = Bodies(book, layout, words, drawings, plays=False)
    colours = palette(layout, book.brand.colours)
    pages = Pages(book, bodies, _SUFFIX)
    for page in pages.pages:
        back_links(page)
    leaves = [leaf(page, pages, bodies) for page in pages.pages]
    common = {"direction": direction(book.language)}
    files: dict[str, bytes] = {}
    for one in leaves:
        text = bodies.render("web/epub-page.html", {**common, "page": one})
        files[one.file] = xhtml(text)
    parts = _parts(book, leaves)
    cover = {**common, "description": pages.own(book.description, "cover")}
    files["cover.xhtml"] = xhtml(bodies.render("web/epub-cover.html", cover))
    nav = {
        **common,
        "parts": parts,
        "front": _of(book.front, leaves),
        "back": _of(book.back, leaves),
    }
    files["nav.xhtml"] = xhtml(bodies.render("web/epub-nav.html", nav))
    style = (
        layout.render("web/epub.css", {"colour": colours.value or {}}) if colours.value else None
    )
    problems = (*bodies.problems, *colours.diagnostics, *(style.diagnostics if style else ()))
    if problems or style is None:
        return Diagnosed(None, problems)
    files["style.css"] = (style.value or "").encode()
    used = b"".join(files.values())
    images = {n: d for n, d in {**bodies.pictures, **pictures(book)}.items() if n.encode() in used}
    files |= images
    order = ["cover.xhtml", "nav.xhtml", *(one.file for one in leaves)]
    files["package.opf"] = _package(book, files, order)
    return Diagnosed(_packed(files))


def xhtml(html: str) -> bytes:
    """A page in HTML as XHTML."""
    document = etree.HTML(html.encode(), etree.HTMLParser(encoding="utf-8", huge_tree=True))
    for element in document.iter("*"):
        for name in _DROPPED & set(element.attrib):
            del element.attrib[name]
        if (language := element.get("lang")) is not None:
            element.set("{http://www.w3.org/XML/1998/namespace}lang", language)
        if (kind := element.get("epub-type")) is not None:
            del element.attrib["epub-type"]
            element.set("{http://www.idpf.org/2007/ops}type", kind)
    etree.strip_tags(document, etree.Comment)
    text = etree.tostring(document, encoding="unicode")
    text = text.replace("<html", '<html xmlns="http://www.w3.org/1999/xhtml"', 1)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE html>\n{text}\n'.encode()


@dataclass(frozen=True, slots=True)
class PartEntry:
    """A part in the table of contents."""

    number: str
    title: str
    pages: tuple[Leaf, ...]


def _of(chapters: Sequence[object], leaves: Sequence[Leaf]) -> list[Leaf]:
    ids = {getattr(chapter, "id", "") for chapter in chapters}
    return [one for one in leaves if one.anchor in ids]


def _parts(book: Book, leaves: Sequence[Leaf]) -> list[PartEntry]:
    return [
        PartEntry(part.number, part.title, tuple(_of(part.chapters, leaves))) for part in book.parts
    ]


def _items(files: Mapping[str, bytes]) -> Iterator[Item]:
    for number, name in enumerate(sorted(files), 1):
        suffix = f".{name.rpartition('.')[2]}"
        kind = _TYPES.get(suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
        properties = "nav" if name == "nav.xhtml" else ""
        yield Item(f"item{number}", name, kind, properties)


def _package(book: Book, files: Mapping[str, bytes], order: Sequence[str]) -> bytes:
    """The package document: what the book is called, its files, the order in which they are read."""
    items = list(_items(files))
    by_file = {item.file: item for item in items}
    said = Markup("\n").join(
        [
            Markup('<dc:identifier id="id">urn:guidepress:{}:{}</dc:identifier>').format(
                book.id, re.sub(r"\s+", "-", book.edition)
            ),
            Markup("<dc:title>{}</dc:title>").format(book.title),
            Markup("<dc:language>{}</dc:language>").format(book.language),
            *(Markup("<dc:creator>{}</dc:creator>").format(author) for author in book.authors),
            *(Markup("<dc:publisher>{}</dc:publisher>").format(p) for p in (book.publisher,) if p),
            *(Markup("<dc:rights>{}</dc:rights>").format(r) for r in (book.licence,) if r),
            *(Markup("<dc:subject>{}</dc:subject>").format(word) for word in book.keywords),
            Markup('<meta property="dcterms:modified">{}T00:00:00Z</meta>').format(_day(book.date)),
            *(
                Markup('<meta property="schema:{}">{}</meta>').format(*pair)
                for pair in (
                    ("accessMode", "textual"),
                    ("accessMode", "visual"),
                    ("accessModeSufficient", "textual"),
                    ("accessibilityFeature", "structuralNavigation"),
                    ("accessibilityFeature", "alternativeText"),
                    ("accessibilityFeature", "tableOfContents"),
                    ("accessibilityHazard", "none"),
                )
            ),
        ]
    )
    manifest = Markup("\n").join(
        Markup('<item id="{}" href="{}" media-type="{}"{}/>').format(
            item.id, item.file, item.type,
            Markup(' properties="{}"').format(item.properties) if item.properties else "",
        )
        for item in items
    )  # fmt: skip
    spine = Markup("\n").join(
        Markup('<itemref idref="{}"/>').format(by_file[name].id) for name in order
    )
    turn = Markup(' page-progression-direction="{}"').format(direction(book.language))
    text = Markup(
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id" xml:lang="{}">\n'
        '<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">\n{}\n</metadata>\n'
        "<manifest>\n{}\n</manifest>\n<spine{}>\n{}\n</spine>\n</package>\n"
    ).format(book.language, said, manifest, turn, spine)
    return text.encode()


def _day(typed: str) -> str:
    for rest in ("", "-01", "-01-01"):
        try:
            return date.fromisoformat(typed.strip() + rest).isoformat()
        except ValueError:
            continue
    return _EARLIEST.isoformat()


def _packed(files: Mapping[str, bytes]) -> bytes:
    """The archive: its type first and uncompressed, as readers ask for it."""
    target = io.BytesIO()
    members = {"META-INF/container.xml": _CONTAINER.encode()}
    members |= {f"{_FOLDER}/{name}": data for name, data in sorted(files.items())}
    with zipfile.ZipFile(target, _WRITE) as archive:
        for name, data in {"mimetype": b"application/epub+zip", **members}.items():
            entry = zipfile.ZipInfo(name, _ZIP_DATE)
            entry.create_system = 3  # Unix, wherever this runs
            entry.external_attr = 0o644 << 16
            entry.compress_type = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)
    return target.getvalue()
