"""An ICC profile of a press for tests: inks that mix as paint does, and a black that darkens evenly to L* 10."""

from __future__ import annotations

import itertools
import struct
from functools import cache

# Lab of paper and of the inks alone; what lies on each other multiplies.
_RGB = {"c": (0.0, 0.6, 0.9), "m": (0.9, 0.0, 0.5), "y": (1.0, 0.95, 0.0), "k": (0.1, 0.1, 0.1)}
_GRID = 9


@cache
def press_profile(device: bytes = b"prtr") -> bytes:
    """An ICC profile (ICC.1:2001, lut8Type) of a press with four inks."""
    tags = {
        b"desc": _description("A Press for Tests"),
        b"cprt": b"text\0\0\0\0No rights reserved\0",
        b"wtpt": b"XYZ \0\0\0\0" + struct.pack(">3i", 63190, 65536, 54061),
        b"A2B0": _lut(4, 3, 2, _lab_of_inks()),
        b"B2A0": _lut(3, 4, _GRID, _inks_of_lab()),
    }
    tags[b"A2B1"], tags[b"B2A1"] = tags[b"A2B0"], tags[b"B2A0"]
    offset = 128 + 4 + 12 * len(tags)
    table, data = [struct.pack(">I", len(tags))], b""
    for name, tag in tags.items():
        tag += b"\0" * (-len(tag) % 4)
        table.append(struct.pack(">4sII", name, offset + len(data), len(tag)))
        data += tag
    body = b"".join(table) + data
    header = struct.pack(
        ">I4sI4s4s4s6H4s4sIIIQI3i4s44x",
        128 + len(body), b"\0\0\0\0", 0x02100000, device, b"CMYK", b"Lab ", 2025, 1, 1, 0, 0, 0,
        b"acsp", b"\0\0\0\0", 0, 0, 0, 0, 0, 63190, 65536, 54061, b"\0\0\0\0",
    )  # fmt: skip
    return header + body


def _description(text: str) -> bytes:
    said = text.encode() + b"\0"
    return b"desc\0\0\0\0" + struct.pack(">I", len(said)) + said + b"\0" * 78


def _lut(inputs: int, outputs: int, grid: int, table: bytes) -> bytes:
    unity = struct.pack(">9i", 65536, 0, 0, 0, 65536, 0, 0, 0, 65536)
    head = b"mft1\0\0\0\0" + bytes((inputs, outputs, grid, 0)) + unity
    return head + bytes(range(256)) * inputs + table + bytes(range(256)) * outputs


def _lab_of_inks() -> bytes:
    nodes = []
    for solid in itertools.product((0, 1), repeat=4):
        colour = [1.0, 1.0, 1.0]
        for there, name in zip(solid, "cmyk", strict=True):
            if there:
                colour = [a * b for a, b in zip(colour, _RGB[name], strict=True)]
        if not any(solid[:3]):
            lightness = 10.0 if solid[3] else 100.0
            nodes.append(_lab8(lightness, 0, 0))
        else:
            nodes.append(_lab8(*_lab(colour)))
    return b"".join(nodes)


def _inks_of_lab() -> bytes:
    nodes = []
    for l8, a8, b8 in itertools.product(range(_GRID), repeat=3):
        step = 255 / (_GRID - 1)
        red, green, blue = _rgb(l8 * step * 100 / 255, a8 * step - 128, b8 * step - 128)
        black = 1 - max(red, green, blue)
        rest = max(1e-6, 1 - black)
        shares = [(1 - v - black) / rest for v in (red, green, blue)] + [black]
        nodes.append(bytes(round(255 * min(1.0, max(0.0, s))) for s in shares))
    return b"".join(nodes)


def _lab8(light: float, a: float, b: float) -> bytes:
    return bytes(min(255, max(0, round(v))) for v in (light * 255 / 100, a + 128, b + 128))


def _lab(rgb: list[float]) -> tuple[float, float, float]:
    """Lab of linear RGB, near enough."""
    x, y, z = rgb[0] * 0.65 + rgb[1] * 0.35, rgb[1] * 0.7 + rgb[0] * 0.25 + rgb[2] * 0.05, rgb[2]
    fx, fy, fz = (v ** (1 / 3) if v > 0.008856 else 7.787 * v + 16 / 116 for v in (x, y, z))
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


def _rgb(light: float, a: float, b: float) -> tuple[float, float, float]:
    grey = light / 100
    red, green, blue = grey + a / 200, grey - a / 250, grey - b / 200
    red, green, blue = (min(1.0, max(0.0, v)) for v in (red, green, blue))
    return red, green, blue
