"""Operands of PDF written by their types, which nine of ten times are bytes, numbers and strings themselves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def written(to_bytes: Callable[[Any], bytes]) -> Callable[[Any], bytes]:
    """pydyf's function that writes anything, asked only for what is of another type."""

    def write(item: Any) -> bytes:
        kind = type(item)
        if kind is bytes:
            data: bytes = item
            return data
        if kind is str:
            return str.encode(item, "ascii")
        if kind is float:
            if item.is_integer():
                return b"%d" % int(item)
            return f"{item:f}".rstrip("0").encode("ascii")
        if kind is int:
            return b"%d" % item
        return to_bytes(item)

    return write
