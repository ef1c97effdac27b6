"""Build the fonts of a book with WeasyPrint's own builder: one subset for all sections."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any, TypeVar

import pydyf
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer
from weasyprint.pdf.fonts import Font, build_fonts_dictionary
from weasyprint.text.ffi import ffi, harfbuzz

from guidepress.pdf.engine.environment import digest, read_program
from guidepress.pdf.engine.patching import replaced
from guidepress.pdf.errors import FontError
from guidepress.pdf.log import captured
from guidepress.pdf.model import FontUse, texts_of
from guidepress.pdf.variables import variable

ffi.cdef(
    """
    hb_blob_t * hb_blob_create(
        const char *data, unsigned int length, int mode, void *user_data, void *destroy);
    hb_face_t * hb_face_create(hb_blob_t *blob, unsigned int index);
    """
)
HB_MEMORY_MODE_READONLY = 1

# What the builder calls the font. Its name in the pages is the linker's affair.
FONT = "font"

ZERO_WIDTH_SPACE = "\N{ZERO WIDTH SPACE}"

V = TypeVar("V")


class _Font(Font):  # type: ignore[misc]
    file_content: bytes

    def clean(self, to_unicode: Mapping[int, str], hinting: bool) -> None:
        """Reduce the font program to the glyphs that are used."""
        instantiate = _but_for_empty(instancer._instantiateGvarGlyph)
        with replaced(instancer, "_instantiateGvarGlyph", instantiate):
            super().clean(to_unicode, hinting)
        if self.png or self.svg or self.colr:
            self.space_pictures()

    def space_pictures(self) -> None:
        """Make the glyphs behind pictures as wide as they were measured.

        WeasyPrint measures pictures in pixels and makes up for it when it places them, but
        in PDF/A the font program must agree with the widths beside it.
        """
        font = TTFont(io.BytesIO(self.file_content), recalcTimestamp=False)
        metrics, order = font["hmtx"].metrics, font.getGlyphOrder()
        for glyph, width in self.widths.items():
            if glyph < len(order):
                metrics[order[glyph]] = round(width * self.upem / 1000), 0
        target = io.BytesIO()
        font.save(target)
        self.file_content = target.getvalue()


def _but_for_empty(instantiate: Callable[..., None]) -> Callable[..., None]:
    """fontTools' function, but for glyphs without contours and variations: they would come out as they go in.

    A subset keeps the numbers of its glyphs, and so hundreds or thousands of empty ones: half of the time of a font.
    """

    def shortened(name: str, glyf: Any, gvar: Any, *args: Any, **kwargs: Any) -> None:
        if glyf[name].numberOfContours or gvar.variations.get(name):
            instantiate(name, glyf, gvar, *args, **kwargs)
        elif name in gvar.variations:
            del gvar.variations[name]

    return shortened


def build_font(uses: Sequence[FontUse], files: Mapping[str, str] | None) -> bytes:
    """Return a PDF without pages whose catalogue has the font under /Font.

    `uses` are those of one font, in the order of the book. `files` says where the font programs
    are, by their URLs; without it they are where they were at compile time. Raises FontError
    where a program cannot be read, or is not the one that the sections were laid out with.
    """
    first = uses[0]
    program = _program(first, files)
    font = _Font.__new__(_Font)
    attributes: dict[str, Any] = {
        **asdict(first.attributes),
        "tables": list(first.attributes.tables),
        "name": first.attributes.name.rstrip(b","),
        "hash": FONT,
        "index": first.index,
        "file_content": program,
        "hb_face": _face(program, first.index),
        "variations": dict(first.coordinates),
        "to_unicode": {
            # A part of a character whose text is on another part may not stand for nothing.
            glyph: text or ZERO_WIDTH_SPACE
            for glyph, text in texts_of(uses).items()
        },
        "widths": _merged(use.widths for use in uses),
        "missing": _merged(use.missing for use in uses),
    }
    for key, value in attributes.items():
        setattr(font, key, value)
    pdf = pydyf.PDF()
    # fontTools writes the time of change into every font.
    with variable("SOURCE_DATE_EPOCH", "0"), captured() as lines:
        fonts = build_fonts_dictionary(
            pdf, {FONT: font}, True, True, {"hinting": False, "pdf_version": "1.7"}
        )
    for line in lines:
        if line.level in ("warning", "error"):
            # A font that stayed whole or variable would show other glyphs than were laid out.
            raise FontError(f"cannot build font {first.url}: {line.message}")
    pdf.catalog["Font"] = fonts[FONT]
    target = io.BytesIO()
    pdf.write(target, compress=True)
    return target.getvalue()


def _program(use: FontUse, files: Mapping[str, str] | None) -> bytes:
    path = use.path if files is None else files.get(use.url, use.path)
    try:
        program = read_program(use.url, path)
    except OSError as error:
        raise FontError(f"cannot read font {use.url}: {error.strerror}") from error
    if digest(program) != use.digest:
        raise FontError(f"font {use.url} changed since its sections were compiled")
    return program


def _merged(tables: Iterable[Mapping[int, V]]) -> dict[int, V]:
    """Return all entries, sorted by their keys; the first that is met of a key counts."""
    merged: dict[int, V] = {}
    for table in tables:
        for key, value in table.items():
            merged.setdefault(key, value)
    return dict(sorted(merged.items()))


def _face(program: bytes, index: int) -> object:
    data = ffi.from_buffer(program)
    blob = harfbuzz.hb_blob_create(data, len(program), HB_MEMORY_MODE_READONLY, ffi.NULL, ffi.NULL)
    face = ffi.gc(harfbuzz.hb_face_create(blob, index), harfbuzz.hb_face_destroy)
    harfbuzz.hb_blob_destroy(blob)
    return face
