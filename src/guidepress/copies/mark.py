"""The mark that nobody sees: whose copy a page is of, as small white bars below everything else on the page.

Bars are drawn, so that they are still there when a page was extracted, or printed to PDF by another program, which
may scale, turn or mirror it and write its paths otherwise. What counts are the widths of bars beside each other, of
which there are four: two bits a bar. Bars stand in rows; each row begins with `_SYNC` and its number, so that rows
may come in any order. A checksum over all distinguishes a mark from other drawings.
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

_VERSION = 1
_SYNC = (3, 0, 3, 0, 0, 3)
_NUMBER = 3  # bars for the number of a row
_ROW = 64  # bars of a row that carry the message: 16 bytes
_ROWS = 4**_NUMBER
_HEAD = len(_SYNC) + _NUMBER
# Of a name so many bytes of UTF-8 are in a mark.
_NAME = 160
ID = 8  # bytes of a mark's identity

# Lengths in points. A bar is from one to four units wide.
_UNIT = 0.75
_HEIGHT = 1.5
_PITCH = 2.5
WIDTH = (_HEAD + _ROW) * (4 + 1) * _UNIT
HEIGHT = _PITCH * 16
# Widths may be off by so much of a unit and still be read.
_SLACK = 0.4

Bar = tuple[float, float]  # width and height


@dataclass(frozen=True, slots=True)
class Mark:
    """What a mark says: the number of a copy, the identity that a register knows it by, and a name (its beginning)."""

    number: int
    id: bytes
    name: str


def encode(mark: Mark) -> bytes:
    """The message of a mark. The name is cut to what has room."""
    name = mark.name.encode()
    cut = len(name) > _NAME
    name = name[:_NAME].decode(errors="ignore").encode() + ("…".encode() if cut else b"")
    assert len(mark.id) == ID
    body = bytes([_VERSION]) + mark.number.to_bytes(4, "big") + mark.id + bytes([len(name)]) + name
    return body + zlib.crc32(body).to_bytes(4, "big")


def decode(message: bytes) -> Mark | None:
    """The mark of a message, which may be followed by padding; None where it is none."""
    head = 1 + 4 + ID + 1
    if len(message) < head or message[0] != _VERSION:
        return None
    end = head + message[head - 1]
    body, check = message[:end], message[end : end + 4]
    if len(check) < 4 or zlib.crc32(body) != int.from_bytes(check, "big"):
        return None
    return Mark(
        int.from_bytes(body[1:5], "big"), body[5 : 5 + ID], body[head:].decode(errors="replace")
    )


def drawn(mark: Mark) -> bytes:
    """The content stream that draws a mark in a field of `WIDTH` by `HEIGHT`."""
    rows = []
    for number, row in enumerate(_rows(encode(mark))):
        x, y = 0.0, number * _PITCH
        bars = []
        for value in row:
            width = (value + 1) * _UNIT
            bars.append(f"{x:g} {y:g} {width:g} {_HEIGHT:g} re")
            x += width + _UNIT
        rows.append("\n".join(bars) + "\nf\n")
    return ("1 g\n" + "".join(rows)).encode()


def _rows(message: bytes) -> Iterator[Sequence[int]]:
    """The bars of each row, as values from 0 to 3."""
    values = [byte >> shift & 3 for byte in message for shift in (6, 4, 2, 0)]
    for number, start in enumerate(range(0, len(values), _ROW)):
        data = values[start : start + _ROW]
        place = [number >> shift & 3 for shift in (4, 2, 0)]
        yield (*_SYNC, *place, *data, *[0] * (_ROW - len(data)))


def marks(bars: Sequence[Bar]) -> list[Mark]:
    """The marks among bars in the order in which they are drawn, each once."""
    found: dict[Mark, None] = {}
    # On a page that was turned, what was wide is high.
    for turned in (bars, [(height, width) for width, height in bars]):
        for message in _messages(_read_rows(turned)):
            if (mark := decode(message)) is not None:
                found.setdefault(mark)
    return list(found)


def _read_rows(bars: Sequence[Bar]) -> Iterator[tuple[int, bytes]]:
    """The number and the bytes of each row."""
    at, whole = 0, _HEAD + _ROW
    while at + whole <= len(bars):
        values = _values(bars[at : at + whole])
        if values is None:
            at += 1
            continue
        data = values[_HEAD:]
        yield (
            _joined(values[len(_SYNC) : _HEAD]),
            bytes(_joined(data[i : i + 4]) for i in range(0, _ROW, 4)),
        )
        at += whole


def _values(row: Sequence[Bar]) -> Sequence[int] | None:
    """What the bars of a row say; None where it is none."""
    heights = [height for _, height in row]
    low, high = min(heights), max(heights)
    if not all(map(math.isfinite, (*heights, *(width for width, _ in row)))):
        return None
    if low <= 0 or high > low * 1.5:
        return None
    head = [width for width, _ in row[: len(_SYNC)]]
    # Four units and one, some times each.
    unit = sum(head) / sum(value + 1 for value in _SYNC)
    if unit <= 0 or any(
        abs(width / unit - value - 1) > _SLACK for width, value in zip(head, _SYNC, strict=True)
    ):
        return None
    values = [round(width / unit) - 1 for width, _ in row]
    return values if all(0 <= value <= 3 for value in values) else None


def _joined(values: Iterable[int]) -> int:
    total = 0
    for value in values:
        total = total << 2 | value
    return total


def _messages(rows: Iterable[tuple[int, bytes]]) -> Iterator[bytes]:
    """Whole messages: the rows from number 0 on, however they came."""
    groups: list[dict[int, bytes]] = []
    for number, data in rows:
        # A row that is there already, and says otherwise, is of another mark.
        group = next((g for g in groups if g.get(number, data) == data), None)
        if group is None:
            groups.append(group := {})
        group[number] = data
    for group in groups:
        yield _message(group)


def _message(rows: Mapping[int, bytes]) -> bytes:
    message = b""
    for number in range(_ROWS):
        if number not in rows:
            break
        message += rows[number]
    return message
