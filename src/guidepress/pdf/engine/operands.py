"""Operands of PDF written by their types, which nine of ten times are bytes, numbers and strings themselves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

# Numbers of a section that are remembered.
_MOST = 20_000


def written(to_bytes: Callable[[Any], bytes]) -> Callable[[Any], bytes]:
    """pydyf's function that writes anything, asked only for what is of another type."""
    numbers: dict[float, bytes] = {}

    def write(item: Any) -> bytes:
        kind = type(item)
        if kind is bytes:
            data: bytes = item
            return data
        if kind is str:
            return str.encode(item, "ascii")
        if kind is float:
            # Most come again: edges of columns, widths, lines of a grid.
            number = numbers.get(item)
            if number is None:
                if len(numbers) >= _MOST:
                    numbers.clear()
                digits = f"{int(item)}" if item.is_integer() else f"{item:f}".rstrip("0")
                number = numbers[item] = digits.encode("ascii")
            return number
        if kind is int:
            return b"%d" % item
        return to_bytes(item)

    return write
