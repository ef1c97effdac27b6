"""Font files of a project, which may be anybody's: what they unpack to is bounded before anything takes them apart."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

from guidepress.diagnostics import Diagnosed, error
from guidepress.source.files import MAX_IMAGE, inside, read_bytes

# Of a file, and of the font in it: the largest for Chinese have some 30 MB.
MAX_FONT = MAX_IMAGE
_WOFF_TABLES, _WOFF_ENTRY = 44, struct.Struct(">4sIII4x")
_WOFF2_TABLES = 48
# WOFF File Format 2.0, section 4.1: of these two tables another version of the transformation is none.
_OUTLINES = (10, 11)


def read_font(project: Path, name: str) -> Diagnosed[bytes]:
    """A font file of a project, by its path there.

    Problems: those of `read_bytes`, and `layout-font` for one outside, or one whose unpacked size is too large.
    """
    path = project / name
    if not inside(project, path):
        return Diagnosed(None, (error("layout-font", f"`{name}` lies outside of the project"),))
    read = read_bytes(path, name, MAX_FONT)
    if read.value is not None and (fault := packing_fault(read.value)):
        return Diagnosed(None, (error("layout-font", f"`{name}` is not a font: {fault}"),))
    return read


def packing_fault(data: bytes) -> str:
    """What is wrong with how a font is packed; empty for one that is not packed, or that unpacks to what it should."""
    try:
        if data[:4] == b"wOFF":
            return _too_large(_woff(data))
        if data[:4] == b"wOF2":
            return _too_large(_woff2(data))
    except (ValueError, IndexError, struct.error, zlib.error):
        return "it is damaged"
    return ""


def _too_large(size: int) -> str:
    return f"it has more than {MAX_FONT // 1048576} MB" if size > MAX_FONT else ""


def _woff(data: bytes) -> int:
    """The bytes that the tables of a WOFF file unpack to, as far as they count."""
    total = 0
    for number in range(struct.unpack_from(">H", data, 12)[0]):
        _, offset, length, size = _WOFF_ENTRY.unpack_from(data, _WOFF_TABLES + number * 20)
        total += size
        if total > MAX_FONT:
            break
        if length > size:
            raise ValueError("a table of another size")
        if length < size:
            unpacked = zlib.decompressobj().decompress(data[offset : offset + length], size + 1)
            if len(unpacked) != size:
                raise ValueError("a table of another size")
    return total


def _woff2(data: bytes) -> int:
    """The same of a WOFF 2 file, of which all tables are packed as one."""
    # Whichever fontTools has: brotli or brotlicffi.
    from fontTools.ttLib.woff2 import brotli

    (packed,) = struct.unpack_from(">I", data, 20)
    at, total = _WOFF2_TABLES, 0
    for _ in range(struct.unpack_from(">H", data, 12)[0]):
        flags = data[at]
        at += 5 if flags & 0x3F == 0x3F else 1
        size, at = _base128(data, at)
        transformed = (flags >> 6 != 3) if flags & 0x3F in _OUTLINES else bool(flags >> 6)
        if transformed:
            size, at = _base128(data, at)
        total += size
    if data[4:8] == b"ttcf" or total > MAX_FONT:
        return MAX_FONT + 1
    reader = brotli.Decompressor()
    try:
        unpacked = reader.process(data[at : at + packed], output_buffer_limit=total + 1)
    except brotli.error as problem:
        raise ValueError(str(problem)) from problem
    # Its last call may be for nothing but the end.
    if len(unpacked) > total or not (reader.is_finished() or len(unpacked) == total):
        raise ValueError("tables of another size")
    return total


def _base128(data: bytes, at: int) -> tuple[int, int]:
    """UIntBase128 of the format: a number, and where what follows it begins."""
    value = 0
    for number in range(5):
        byte = data[at + number]
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, at + number + 1
    raise ValueError("a number without an end")
