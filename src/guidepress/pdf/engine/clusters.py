"""Say what text complex scripts show, where their glyphs do not.

In Arabic, say, the dots of a letter may be a glyph of their own, and letters
that differ in their dots only share the other glyph. So do letters of any script under marks that no glyph has
together with them. Such clusters of glyphs get an /ActualText.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from weasyprint.text.ffi import ffi, pango

# Hebrew, Arabic and their neighbours, the scripts of India and South-East Asia; marks for all letters, Cyrillic, kana.
COMPLEX = re.compile(
    "[\u0590-\u109f\u1780-\u17ff\ufb1d-\ufdff\ufe70-\ufefc"
    "\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\u3099\u309a\ufe20-\ufe2f]"
)

_TOKEN = re.compile(rb"<([0-9a-f]*)>|[^<>\[\]\s]+")


@dataclass(frozen=True, slots=True)
class Cluster:
    """Glyphs that together show a piece of text, as many as `count`.

    `plain` is true where there is one glyph and it stands for that text everywhere.
    """

    count: int
    text: str
    plain: bool


def clusters(stream: Any, layout: Any) -> list[Cluster]:
    """Return the clusters of a line that was just painted, in the order of painting.

    The engine notes for the glyphs of a cluster that one of them stands for its text, and the others for nothing.
    That is forgotten, so that they stand for their own letters where they come alone.
    """
    line, _ = layout.get_first_line()
    text = layout.text.encode()
    found: list[Cluster] = []
    run = line.runs[0]
    while run != ffi.NULL:
        item = run.data
        run = run.next
        font, _ = stream.add_font(item.item.analysis.font)
        count = item.glyphs.num_glyphs
        starts = [item.glyphs.log_clusters[index] for index in range(count)]
        order = sorted(set(starts))
        ends = dict(zip(order, [*order[1:], item.item.length], strict=True))
        index = 0
        while index < count:
            start = starts[index]
            glyphs = []
            while index < count and starts[index] == start:
                glyph = item.glyphs.glyphs[index].glyph
                if glyph != pango.PANGO_GLYPH_EMPTY:
                    glyphs.append(glyph)
                index += 1
            offset = item.item.offset
            piece = text[offset + start : offset + ends[start]].decode()
            plain = len(glyphs) == 1 and font.to_unicode.get(glyphs[0]) == piece
            if plain:
                _alone(font).add(glyphs[0])
            elif len(glyphs) > 1 and COMPLEX.search(piece):
                for glyph in glyphs:
                    if glyph not in _alone(font) and font.to_unicode.get(glyph) in ("", piece):
                        del font.to_unicode[glyph]
            if glyphs:
                found.append(Cluster(len(glyphs), piece, plain))
    return found


def _alone(font: Any) -> set[int]:
    """Glyphs of the engine's font that were painted by themselves: what is noted of them counts."""
    found: set[int] = vars(font).setdefault("alone", set())
    return found


def marked(items: Sequence[Any], found: Sequence[Cluster]) -> list[Any]:
    """Return the operators of a painted line with marks around the clusters that need them.

    Returns the operators as they are where the glyphs are not those of the clusters.
    """
    total = sum(len(code) // 4 for item in items for code in _codes(item))
    if total != sum(cluster.count for cluster in found):
        return list(items)
    marker = _Marker(found)
    for item in items:
        marker.add(item)
    return marker.items


def _codes(item: Any) -> Iterator[bytes]:
    if isinstance(item, bytes) and item.endswith(b" TJ"):
        for match in _TOKEN.finditer(item[:-3]):
            if match[1]:
                yield match[1]


class _Marker:
    def __init__(self, found: Sequence[Cluster]) -> None:
        self.items: list[Any] = []
        self.pending: list[bytes] = []
        self.ahead = iter(found)
        self.cluster = Cluster(0, "", True)
        self.left = 0

    def add(self, item: Any) -> None:
        if not isinstance(item, bytes) or not item.endswith(b" TJ"):
            self.items.append(item)
            return
        for match in _TOKEN.finditer(item[:-3]):
            if match[1] is None:
                self.pending.append(match[0])
                continue
            for start in range(0, len(match[1]), 4):
                self.glyph(match[1][start : start + 4])
        self.flush()

    def glyph(self, code: bytes) -> None:
        if not self.left:
            self.cluster = next(self.ahead)
            self.left = self.cluster.count
            if not self.cluster.plain:
                self.flush()
                self.items.append(_actual_text(self.cluster.text))
        self.pending.append(b"<" + code + b">")
        self.left -= 1
        if not self.left and not self.cluster.plain:
            self.flush()
            self.items.append(b"EMC")

    def flush(self) -> None:
        if self.pending:
            self.items.append(b"[" + b" ".join(self.pending).replace(b"> <", b"") + b"] TJ")
            self.pending = []


def _actual_text(text: str) -> bytes:
    code = (codecs.BOM_UTF16_BE + text.encode("utf-16-be")).hex()
    return f"/Span <</ActualText <{code}>>> BDC".encode("ascii")
