"""Protocol Buffers' wire format, as far as a collection of Anki needs it: numbers and byte strings by field number.

(protobuf.dev, "Encoding". Nothing of a schema is known here; who asks for a field knows what is in it.)
"""

from __future__ import annotations

from collections.abc import Iterator

_VARINT, _64_BIT, _BYTES, _32_BIT = 0, 1, 2, 5


class Message:
    """The fields of one message. What a field holds more than once is kept in order."""

    def __init__(self, data: bytes) -> None:
        """Raises ValueError where the bytes are no message."""
        self._fields: dict[int, list[int | bytes]] = {}
        for number, value in _fields(data):
            self._fields.setdefault(number, []).append(value)

    def number(self, field: int) -> int:
        """The number in a field; 0 if it is not there."""
        value = self._fields.get(field, [0])[-1]
        return value if isinstance(value, int) else 0

    def data(self, field: int) -> bytes:
        """The bytes in a field; none if it is not there."""
        value = self._fields.get(field, [b""])[-1]
        return value if isinstance(value, bytes) else b""

    def text(self, field: int) -> str:
        """The text in a field."""
        return self.data(field).decode("utf-8", "replace")

    def all(self, field: int) -> list[bytes]:
        """All byte strings in a field that repeats."""
        return [value for value in self._fields.get(field, []) if isinstance(value, bytes)]


def _fields(data: bytes) -> Iterator[tuple[int, int | bytes]]:
    at = 0
    while at < len(data):
        key, at = _varint(data, at)
        kind = key & 7
        if kind == _VARINT:
            value, at = _varint(data, at)
            yield key >> 3, value
            continue
        if kind == _BYTES:
            length, at = _varint(data, at)
        elif kind in (_64_BIT, _32_BIT):
            length = 8 if kind == _64_BIT else 4
        else:
            raise ValueError(f"wire type {kind}")
        if at + length > len(data):
            raise ValueError("the message is cut short")
        yield key >> 3, data[at : at + length]
        at += length


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        if at >= len(data) or shift > 63:
            raise ValueError("no number")
        byte = data[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return value, at
