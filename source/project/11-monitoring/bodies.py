"""What clients send and are sent: JSON that is checked field by field."""

from __future__ import annotations

import json
from typing import Any

LIMIT = (
    16 * 1024
)  # bytes of a body; the largest that makes sense has less than one thousand


# region problem
class Problem(Exception):
    """An answer that says what is wrong, as RFC 9457 has it."""

    def __init__(
        self, status: int, detail: str, headers: dict[str, str] | None = None
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.headers = headers or {}

    def body(self) -> dict[str, Any]:
        """The body of the answer."""
        return {"status": self.status, "detail": self.detail}


# endregion


# region read
def read(data: bytes) -> dict[str, Any]:
    """The JSON object in a body. Anything else is the client's mistake."""

    def refuse(word: str) -> None:
        raise ValueError(f"{word} is no JSON")  # Python would take NaN and Infinity

    try:
        value = json.loads(data.decode("utf-8"), parse_constant=refuse)
    except (ValueError, RecursionError) as problem:
        raise Problem(400, "the body is not JSON") from problem
    if not isinstance(value, dict):
        raise Problem(422, "the body is not a JSON object")
    return value


def fields(
    value: dict[str, Any], optional: dict[str, type] | None = None, **types: type
) -> dict[str, Any]:
    """The named fields, each of its type; no other is allowed, and only those of
    `optional` may be missing.
    """
    types |= {name: kind for name, kind in (optional or {}).items() if name in value}
    if unknown := sorted(value.keys() - types.keys()):
        raise Problem(422, f"there is no field {', '.join(unknown)}")
    for name, kind in types.items():
        # `True` is an int in Python, and no number in JSON.
        if not isinstance(value.get(name), kind) or isinstance(value[name], bool):
            raise Problem(422, f"{name} is missing, or not of type {kind.__name__}")
        if kind is str and not 0 < len(value[name].strip()) <= 200:
            raise Problem(422, f"{name} is empty, or longer than 200 characters")
        if kind is int and not 0 < value[name] < 2**31:
            raise Problem(422, f"{name} is out of range")
    return value


# endregion


def number(text: str, name: str, highest: int = 2**31 - 1) -> int:
    """A number of a path or a query."""
    if not (
        text.isascii() and text.isdigit() and len(text) <= 10 and int(text) <= highest
    ):
        raise Problem(400, f"{name} is a number from 0 to {highest}")
    return int(text)
