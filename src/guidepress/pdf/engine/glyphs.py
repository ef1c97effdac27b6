"""Glyphs of a painted line read from memory, and written as they were before.

WeasyPrint 70 asks cffi for each field of each glyph, and describes a font anew for each piece of text in it.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Any

from weasyprint.text.ffi import FROM_UNITS, ffi, gobject, pango

ffi.cdef("gpointer g_object_ref (gpointer object);")

# A PangoGlyphInfo: glyph, width, offsets in both directions, and bits that say nothing here.
GLYPH = struct.Struct("=Iiii4x")
assert GLYPH.size == ffi.sizeof("PangoGlyphInfo")
_SCALE = 1000 * FROM_UNITS
# Before Pango 1.48.2 a font does not know its size (pango#530).
OWN_SIZE = pango.pango_version() >= 14802

Paint = Callable[..., list[Any]]
# What glyphs of a font in a size look like in a stream, by glyph and width.
_Pieces = dict[tuple[int, int], str]
Piece = str
# Asked for a line before its glyphs are: stream, layout, style and size; None where it has nothing to say.
Shown = Callable[[Any, Any, Any, float], list[tuple[Any, float, str]] | None]


class Keys:
    """What distinguishes fonts of one document, asked once for each."""

    def __init__(self, get_pango_font_key: Callable[[Any], tuple[Any, ...]]) -> None:
        self._ask = get_pango_font_key
        self._known: dict[Any, tuple[tuple[Any, ...], Any]] = {}

    def get(self, font: Any) -> tuple[Any, ...]:
        """The hash, description and size of a font."""
        known = self._known.get(font)
        if known is None:
            # A reference, so that no other font gets the address of one that is gone.
            kept = ffi.gc(gobject.g_object_ref(font), gobject.g_object_unref)
            known = self._known[font] = self._ask(font), kept
        return known[0]


class Painter:
    """Paints the lines of one document; `paint` is WeasyPrint's function, for what is out of the ordinary."""

    def __init__(self, paint: Paint, shown: Shown | None = None) -> None:
        self._paint = paint
        self._first = shown
        self._pieces: dict[tuple[int, float], _Pieces] = {}

    def draw_first_line(
        self, stream: Any, textbox: Any, text_overflow: str, block_ellipsis: str, matrix: Any
    ) -> list[Any]:
        """Paint a line of text; no emoji is among its glyphs, unless WeasyPrint has painted it."""
        size = textbox.style["font_size"]
        if not textbox.text.strip() or size < 1e-6:
            return []
        if text_overflow != "ellipsis" and block_ellipsis == "none":
            shown = None
            if self._first is not None:
                shown = self._first(stream, textbox.pango_layout, textbox.style, size)
            if shown is None:
                shown = self._shown(stream, textbox.pango_layout, size)
            if shown is not None:
                stream.set_text_matrix(*matrix.values)
                for index, (font, font_size, string) in enumerate(shown, 1):
                    stream.set_font_size(font.hash, font_size)
                    if string or index == len(shown):
                        stream.show_text(string)
                return []
        return self._paint(stream, textbox, text_overflow, block_ellipsis, matrix)

    def _shown(self, stream: Any, layout: Any, size: float) -> list[tuple[Any, float, str]] | None:
        """The fonts, their sizes and glyphs; None for a line with pictures, raised or missing glyphs."""
        pango.pango_layout_set_single_paragraph_mode(layout.layout, True)
        line, _ = layout.get_first_line()
        run = line.runs[0]
        shown: list[tuple[Any, float, str]] = []
        previous = None
        while run != ffi.NULL:
            item, run = run.data, run.next
            pango_font = item.item.analysis.font
            if pango_font != previous:
                previous = pango_font
                font, own_size = stream.add_font(pango_font)
                if font.bitmap or font.svg or font.png or font.colr:
                    return None
                font_size = own_size if OWN_SIZE else size
                shown.append((font, font_size, ""))
                pieces = self._pieces.setdefault((id(font), font_size), {})
            string = _string(item, layout, stream, font, font_size, pieces)
            if string is None:
                return None
            shown[-1] = font, font_size, shown[-1][2] + string
        return shown or None


def _string(
    item: Any, layout: Any, stream: Any, font: Any, size: float, pieces: _Pieces
) -> str | None:
    """What shows the glyphs of a run; the font gets to know those that are new to it."""
    glyphs = item.glyphs
    parts = ["<"]
    info = ffi.buffer(glyphs.glyphs, GLYPH.size * glyphs.num_glyphs)
    for index, (glyph, width, x, y) in enumerate(GLYPH.iter_unpack(info)):
        if not x and not y:
            piece = pieces.get((glyph, width))
            if piece is not None:
                parts.append(piece)
                continue
        if glyph == pango.PANGO_GLYPH_EMPTY:
            parts.append(f">{-width / size}<")
            continue
        if y or glyph & pango.PANGO_GLYPH_UNKNOWN_FLAG:
            return None
        if glyph not in font.to_unicode:
            font.to_unicode[glyph] = _text(item, layout, index)
        pango_font = item.item.analysis.font
        piece = known_glyph(stream, font, pango_font, size, glyph, width, "", x)
        if not x:
            pieces[glyph, width] = piece
        parts.append(piece)
    string = "".join(parts)
    return string[:-1] if string.endswith("<") else string + ">"


def known_glyph(
    stream: Any,
    font: Any,
    pango_font: Any,
    size: float,
    glyph: int,
    width: int,
    text: str,
    x: int = 0,
) -> str:
    """What shows a glyph of a font that gets to know it, `text` for what it stands for."""
    if glyph not in font.to_unicode:
        font.to_unicode[glyph] = text
    if glyph not in font.widths:
        pango.pango_font_get_glyph_extents(pango_font, glyph, stream.ink_rect, stream.logical_rect)
        font.widths[glyph] = round(stream.logical_rect.width * 1000 * FROM_UNITS / size)
    offset = x / size
    kerning = font.widths[glyph] + offset - width * 1000 * FROM_UNITS / size
    piece = f">{-offset}<{glyph:04x}" if x else f"{glyph:04x}"
    return piece + f">{int(kerning)}<" if kerning else piece


def _text(item: Any, layout: Any, index: int) -> str:
    """The text that a glyph stands for."""
    clusters, length = item.glyphs.log_clusters, item.item.length
    start = clusters[index]
    if item.item.analysis.level % 2:
        # Right to left.
        end = length if index == 0 else clusters[index - 1]
    else:
        end = length if index == item.glyphs.num_glyphs - 1 else clusters[index + 1]
    offset = item.item.offset
    text: str = layout.text.encode()[offset + start : offset + end].decode()
    return text
