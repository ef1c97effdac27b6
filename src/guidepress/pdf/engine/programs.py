"""Build the fonts of a book with WeasyPrint's own builder: one subset for all sections."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

import pydyf
from fontTools.ttLib import TTFont
from weasyprint.pdf.fonts import Font, build_fonts_dictionary
from weasyprint.text.ffi import ffi, harfbuzz

from guidepress.pdf.engine.environment import digest, read_program
from guidepress.pdf.errors import FontError
from guidepress.pdf.log import captured
from guidepress.pdf.model import FontUse

ffi.cdef(
    """
    hb_blob_t * hb_blob_create(
        const char *data, unsigned int length, int mode, void *user_data, void *destroy);
    hb_face_t * hb_face_create(hb_blob_t *blob, unsigned int index);
    """
)
HB_MEMORY_MODE_READONLY = 1


def build_fonts(name: str, uses: Sequence[FontUse], files: Mapping[str, str] | None) -> bytes:
    """Return a PDF without pages whose catalogue has the font under /Font.

    `uses` are those of one font, in the order of the book. `files` says where the font programs
    are, by their URLs; without it they are where they were at compile time. Raises FontError
    where a program cannot be read, or is not the one that the sections were laid out with.
    """
    first = uses[0]
    if any(use.digest != first.digest for use in uses):
        raise FontError(f"sections were compiled with different fonts {first.url}")
    path = first.path if files is None else files.get(first.url, first.path)
    try:
        program = read_program(path)
    except OSError as error:
        raise FontError(f"cannot read font {first.url}: {error.strerror}") from error
    if digest(program) != first.digest:
        raise FontError(f"font {first.url} changed since its sections were compiled")
    font = Font.__new__(Font)
    vars(font).update(first.attributes)
    vars(font).update(
        file_content=program,
        index=first.index,
        hb_face=_face(program, first.index),
        variations=dict(first.attributes["variations"]),
        to_unicode={},
        widths={},
        missing={},
    )
    for use in uses:
        for key in ("to_unicode", "widths", "missing"):
            known = getattr(font, key)
            for glyph, value in getattr(use, "text" if key == "to_unicode" else key).items():
                known.setdefault(glyph, value)
    if "opsz" in _axes(program, first):
        # Layout had the default size if it set none; WeasyPrint would take the font size.
        font.variations.setdefault("opsz", None)
    font.to_unicode = dict(sorted(font.to_unicode.items()))
    font.widths = dict(sorted(font.widths.items()))
    pdf = pydyf.PDF()
    with _epoch(), captured() as lines:
        fonts = build_fonts_dictionary(
            pdf, {name: font}, True, True, {"hinting": False, "pdf_version": "1.7"}
        )
    for line in lines:
        if line.level in ("warning", "error"):
            # A font that stayed whole or variable would show other glyphs than were laid out.
            raise FontError(f"cannot build font {first.url}: {line.message} {lines} {first.attributes}")
    pdf.add_object(fonts)
    pdf.catalog["Font"] = fonts.reference
    target = io.BytesIO()
    pdf.write(target, compress=True)
    return target.getvalue()


def _axes(program: bytes, use: FontUse) -> frozenset[str]:
    if "fvar" not in use.attributes["tables"]:
        return frozenset()
    font = TTFont(io.BytesIO(program), fontNumber=use.index & 0xFFFF, lazy=True)
    return frozenset(axis.axisTag for axis in font["fvar"].axes)


def _face(program: bytes, index: int) -> object:
    data = ffi.from_buffer(program)
    blob = harfbuzz.hb_blob_create(data, len(program), HB_MEMORY_MODE_READONLY, ffi.NULL, ffi.NULL)
    # The low half of the index is the font's, the high half a named instance's.
    face = ffi.gc(harfbuzz.hb_face_create(blob, index & 0xFFFF), harfbuzz.hb_face_destroy)
    harfbuzz.hb_blob_destroy(blob)
    return face


@contextmanager
def _epoch() -> Iterator[None]:
    """Make fontTools write the same time of change into every font."""
    before = os.environ.get("SOURCE_DATE_EPOCH")
    os.environ["SOURCE_DATE_EPOCH"] = "0"
    try:
        yield
    finally:
        if before is None:
            del os.environ["SOURCE_DATE_EPOCH"]
        else:
            os.environ["SOURCE_DATE_EPOCH"] = before
