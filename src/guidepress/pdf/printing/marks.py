"""Printer's marks: lines to cut and to fold by, in the slug, on every plate."""

from __future__ import annotations

from collections.abc import Sequence

from pikepdf import Array, Dictionary, Name

from guidepress.lengths import PT_PER_MM
from guidepress.pdf.space import Box

# How wide the slug is, mm; how long a mark in it, and how far from the bleed.
SLUG = 7.0
LENGTH, OFFSET = 5.0, 1.0
WIDTH = 0.25  # pt
# The resource name of the colour space of registration marks.
SPACE = "/Registration"


def registration() -> Array:
    """The colour space that prints on all plates (ISO 32000-1, 8.6.6.4)."""
    tint = Dictionary(FunctionType=2, Domain=[0, 1], C0=[0, 0, 0, 0], C1=[1, 1, 1, 1], N=1)
    return Array([Name.Separation, Name.All, Name.DeviceCMYK, tint])


def drawn(trim: Box, bleed: Box, folds: Sequence[float] = ()) -> bytes:
    """Marks at the corners of the trimmed page, and dashed ones above and below it at `folds` (x, pt)."""
    left, bottom, right, top = trim
    near, far = OFFSET * PT_PER_MM, (OFFSET + LENGTH) * PT_PER_MM
    lines = [
        (x, y + near, x, y + far) if up else (x, y - near, x, y - far)
        for x in (left, right)
        for y, up in ((bleed[3], True), (bleed[1], False))
    ]
    lines += [
        (x - near, y, x - far, y) if out < 0 else (x + near, y, x + far, y)
        for y in (bottom, top)
        for x, out in ((bleed[0], -1), (bleed[2], 1))
    ]
    folded = [
        (x, y + near, x, y + far) if up else (x, y - near, x, y - far)
        for x in folds
        for y, up in ((bleed[3], True), (bleed[1], False))
    ]
    space = SPACE.encode()
    parts = [b"q %s CS 1 SCN %.2f w\n" % (space, WIDTH), *map(_line, lines)]
    if folded:
        parts += [b"[2 1.5] 0 d\n", *map(_line, folded)]
    return b"".join([*parts, b"Q\n"])


def _line(ends: tuple[float, float, float, float]) -> bytes:
    return b"%.3f %.3f m %.3f %.3f l S\n" % ends
