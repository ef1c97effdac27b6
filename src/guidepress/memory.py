"""The cache of a process that stays: what it read or wrote once is in memory as values."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from pathlib import Path
from typing import Any, TypeVar, cast

from guidepress.cache import DEFAULT_LIMIT, Cache, encoded

T = TypeVar("T")
# Some ten thousand pages; a section's value takes little more than its entry on the disk.
_MOST = 4096


class MemoryCache(Cache):
    """A `Cache` that keeps the values it gave, the least recently used of them no longer.

    Values are immutable, so whoever asks twice may get the same one.
    """

    def __init__(self, place: Path | None, limit: int = DEFAULT_LIMIT, most: int = _MOST) -> None:
        super().__init__(place, limit)
        self._most = most
        self._values: OrderedDict[tuple[str, Hashable], Any] = OrderedDict()
        self._keys: dict[str, int] = {}
        # The entries themselves, where there is no folder for them.
        self._data: dict[str, bytes] = {}
        self._held: dict[str, Any] = {}

    def has(self, key: str) -> bool:
        """Whether there is an entry under `key`."""
        return key in self._keys or key in self._data or super().has(key)

    def get(self, key: str, kind: type[T]) -> T | None:
        """The value under `key`, or None where there is none that is whole and of the type `kind`."""
        at = (key, cast("Hashable", kind))
        if at in self._values:
            self._values.move_to_end(at)
            return cast("T", self._values[at])
        value = super().get(key, kind)
        if value is not None:
            self._keep(at, value)
        return value

    def put_encoded(self, key: str, data: bytes) -> None:
        """Keep what `encoded` gave; a value that stood there before is forgotten."""
        for at in [at for at in self._values if at[0] == key] if key in self._keys else ():
            self._drop(at)
        if self.place is None:
            self._data[key] = data
        super().put_encoded(key, data)

    def put(self, key: str, value: object) -> None:
        """Keep a value."""
        if (data := encoded(value)) is not None:
            self.put_encoded(key, data)

    def held(self, key: str, make: Callable[[], T]) -> T:
        """What `make` gave when it was asked for first."""
        if key not in self._held:
            self._held[key] = make()
        return cast("T", self._held[key])

    def _read(self, key: str) -> bytes | None:
        return self._data.get(key) if self.place is None else super()._read(key)

    def _keep(self, at: tuple[str, Hashable], value: object) -> None:
        self._values[at] = value
        self._keys[at[0]] = self._keys.get(at[0], 0) + 1
        while len(self._values) > self._most:
            self._drop(next(iter(self._values)))

    def _drop(self, at: tuple[str, Hashable]) -> None:
        del self._values[at]
        self._keys[at[0]] -= 1
        if not self._keys[at[0]]:
            del self._keys[at[0]]
