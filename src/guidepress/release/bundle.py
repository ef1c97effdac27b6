"""What a school publishes: the files of a release with their checksums, a page that names them, in one zip."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from guidepress.book.model import Book
from guidepress.diagnostics import Diagnosed
from guidepress.layouts import Layout
from guidepress.layouts.words import direction
from guidepress.words import Words

NOTES, SUMS, PAGE, SBOM = "NOTES.md", "SHA256SUMS", "index.html", "sbom.cdx.json"
TEMPLATE, STYLE = "release/index.html", "release/page.css"
# The first moment that a zip file can hold.
_ZIP_DATE = (1980, 1, 1, 0, 0, 0)
# A member of the archive, which is in memory.
_WRITE: Final = "w"


@dataclass(frozen=True, slots=True)
class Listed:
    """A file as the page lists it: `bytes` is its size, `digest` its SHA-256; `meaning` says what it is."""

    name: str
    meaning: str
    bytes: int
    digest: str


def sums(files: Mapping[str, bytes]) -> bytes:
    """SHA256SUMS, as `sha256sum -c` reads it."""
    lines = (
        f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in sorted(files.items())
    )
    return "".join(lines).encode()


def page(layout: Layout, words: Words, book: Book, files: Mapping[str, bytes]) -> Diagnosed[bytes]:
    """The page that lists the files; the problems are those of the template."""
    meanings = {
        "handbook.pdf": words["handbook"],
        "deck.apkg": words["release-deck"],
        "deck-update.txt": words["release-update"],
        "cards.pdf": words["cards"],
        NOTES: words["release-notes"],
        SUMS: words["release-sums"],
        SBOM: "SBOM (CycloneDX)",
    }
    listed = [
        Listed(name, meanings.get(name, ""), len(data), hashlib.sha256(data).hexdigest())
        for name, data in files.items()
    ]
    style = layout.render(STYLE, {})
    context = {
        "style": Markup(style.value or ""),
        "book": book,
        "words": words,
        "files": listed,
        "language": book.language,
        "direction": direction(book.language),
    }
    rendered = layout.render(TEMPLATE, context)
    problems = (*style.diagnostics, *rendered.diagnostics)
    return Diagnosed(None if problems else (rendered.value or "").encode(), problems)


def packed(folder: str, files: Mapping[str, bytes]) -> bytes:
    """The zip, in which everything stands in one folder: the same bytes for the same files.

    Nothing is compressed, which it is already, and versions of zlib differ.
    """
    target = io.BytesIO()
    with zipfile.ZipFile(target, _WRITE, zipfile.ZIP_STORED) as archive:
        for name, data in sorted(files.items()):
            entry = zipfile.ZipInfo(f"{folder}/{name}", _ZIP_DATE)
            entry.create_system = 3  # Unix, wherever this runs
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, data)
    return target.getvalue()
