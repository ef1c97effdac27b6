"""Copies of what is slow to work out: in this process, or in Redis for several
processes.
"""

from __future__ import annotations

import json
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Any, Protocol


class Cache(Protocol):
    """Keeps bytes under a key, for a time. What is kept may be gone at any moment."""

    def get(self, key: str) -> bytes | None:
        """What is kept, or None."""

    def put(self, key: str, value: bytes, seconds: float) -> None:
        """Keep a value."""

    def drop(self, key: str) -> None:
        """Forget a value: what it was made from has changed."""


# region memory
class Memory:
    """A cache in this process: of so many entries, of which the one longest unused goes
    first.
    """

    def __init__(
        self, size: int = 1000, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.size = size
        self.clock = clock
        self._kept: OrderedDict[str, tuple[float, bytes]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: str) -> bytes | None:
        """What is kept, or None."""
        with self._lock:
            until, value = self._kept.get(key, (0.0, b""))
            if until <= self.clock():
                self._kept.pop(key, None)
                return None
            self._kept.move_to_end(key)
            return value

    def put(self, key: str, value: bytes, seconds: float) -> None:
        """Keep a value."""
        with self._lock:
            self._kept[key] = (self.clock() + seconds, value)
            self._kept.move_to_end(key)
            while len(self._kept) > self.size:
                self._kept.popitem(last=False)

    def drop(self, key: str) -> None:
        """Forget a value."""
        with self._lock:
            self._kept.pop(key, None)


# endregion


# region redis
class Redis:
    """A cache that processes share. Without its server the application is slower, and
    works.
    """

    def __init__(self, url: str, patience: float = 0.2) -> None:
        import redis

        self._failed = redis.RedisError
        # Seconds. A cache that takes longer is slower than what it spares.
        self._client = redis.Redis.from_url(
            url, socket_timeout=patience, socket_connect_timeout=patience
        )

    def get(self, key: str) -> bytes | None:
        """What is kept, or None."""
        try:
            return self._client.get(key)
        except self._failed:
            return None

    def put(self, key: str, value: bytes, seconds: float) -> None:
        """Keep a value."""
        try:
            self._client.set(key, value, px=int(seconds * 1000))
        except self._failed:
            pass

    def drop(self, key: str) -> None:
        """Forget a value. If that fails, its time ends soon enough."""
        try:
            self._client.delete(key)
        except self._failed:
            pass


# endregion


# region aside
_making: dict[str, threading.Lock] = {}


def aside(cache: Cache, key: str, seconds: float, make: Callable[[], Any]) -> Any:
    """A value from the cache, or made and kept: cache-aside. It is JSON, and may well
    be null.
    """
    kept = cache.get(key)
    if kept is None:
        # When an entry ends under load, one request makes it anew, and the others wait
        # for that.
        with _making.setdefault(key, threading.Lock()):
            kept = cache.get(key)
            if kept is None:
                kept = json.dumps(make()).encode()
                cache.put(key, kept, seconds)
    return json.loads(kept)


# endregion
