"""What was found of chapters and sections before, in a process that composes a book again and again."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

T = TypeVar("T")


class Memo:
    """Values by name, each with what it was made of, and made again where that is another. For one thread.

    One that is new knows nothing: then everything is made.
    """

    def __init__(self) -> None:
        self._known: dict[Hashable, tuple[object, Any]] = {}

    def of(self, name: Hashable, made_of: object, make: Callable[[], T]) -> T:
        """The value of a name, by `make` where it was not made of the same before. Nobody may change it."""
        known = self._known.get(name)
        if known is None or known[0] != made_of:
            known = self._known[name] = made_of, make()
        return known[1]
