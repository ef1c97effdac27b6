"""Sections that guides share, compiled once on a whole cluster.

Its scheduler keeps what workers compiled, and knows who is at which section. A worker that wants one which another is
at waits for it, but not before it has made all that it took on itself, so that no two wait for each other.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable
from pathlib import Path
from typing import Any

from distributed import Scheduler, SchedulerPlugin, Worker
from distributed.utils import sync

from guidepress.cache import Cache

# Some 10,000 pages. What goes is compiled again where it is wanted.
_LIMIT = 256 * 1024 * 1024
NAME = "guidepress-sections"


class SectionStore(SchedulerPlugin):  # type: ignore[misc]
    """In the scheduler: entries by key, the most recently used of them; and for each claimed key its owner."""

    name = NAME
    # One that is there goes on, for all who build on the cluster.
    idempotent = True

    def __init__(self, limit: int = _LIMIT) -> None:
        self.limit = limit
        self.entries: OrderedDict[str, bytes] = OrderedDict()
        self.size = 0
        self.owners: dict[str, str] = {}
        # How often each key was given to somebody to compile.
        self.granted: dict[str, int] = {}
        self._changed: dict[str, asyncio.Event] = {}

    async def start(self, scheduler: Scheduler) -> None:
        """Answer workers."""
        scheduler.handlers.update(
            guidepress_claim=self.claim,
            guidepress_await=self.wait,
            guidepress_put=self.put,
            guidepress_release=self.release,
        )

    def claim(self, keys: Collection[str], owner: str) -> list[str]:
        """Give those keys to `owner` that nobody has made or is making; the others."""
        others = [key for key in keys if key in self.entries or key in self.owners]
        for key in set(keys).difference(others):
            self._grant(key, owner)
        return others

    async def wait(self, key: str, owner: str) -> bytes | None:
        """The entry, once it is there; None where whoever was at it gave up, and `owner` is to make it."""
        while key not in self.entries:
            if key not in self.owners:
                self._grant(key, owner)
                return None
            await self._changed.setdefault(key, asyncio.Event()).wait()
        self.entries.move_to_end(key)
        return self.entries[key]

    def put(self, key: str, data: bytes) -> None:
        """Keep an entry."""
        self.size += len(data) - len(self.entries.pop(key, b""))
        self.entries[key] = data
        while self.size > self.limit and len(self.entries) > 1:
            _, gone = self.entries.popitem(last=False)
            self.size -= len(gone)
        self._let_go([key])

    def release(self, owner: str) -> None:
        """Let go of what `owner` has claimed and not made, or anybody on the worker whose address that begins with."""
        self._let_go([key for key, one in self.owners.items() if one.startswith(owner)])

    def remove_worker(self, scheduler: Scheduler, worker: str, **more: Any) -> None:
        """A worker that is gone makes nothing any more."""
        self.release(f"{worker} ")

    def _grant(self, key: str, owner: str) -> None:
        self.owners[key] = owner
        self.granted[key] = self.granted.get(key, 0) + 1

    def _let_go(self, keys: Iterable[str]) -> None:
        for key in keys:
            self.owners.pop(key, None)
            if (event := self._changed.pop(key, None)) is not None:
                event.set()


class ClusterCache(Cache):
    """The cache of one job on a worker: that of its machine, and for sections the store in the scheduler."""

    shared = True

    def __init__(self, place: Path | None, worker: Worker, job: str) -> None:
        super().__init__(place)
        self._worker = worker
        self._owner = f"{worker.address} {job}"
        self._mine: set[str] = set()

    def claim(self, keys: Collection[str]) -> frozenset[str]:
        """Take on those that nobody has made or is making; the others, which `awaited` gives."""
        others = frozenset(self._ask("guidepress_claim", keys=list(keys), owner=self._owner))
        self._mine.update(key for key in keys if key not in others)
        return others

    def awaited(self, key: str) -> bytes | None:
        """What another job makes of it; None where that gave up."""
        data: bytes | None = self._ask("guidepress_await", key=key, owner=self._owner)
        if data is None:
            self._mine.add(key)
        else:
            super().put_encoded(key, data)
        return data

    def put_encoded(self, key: str, data: bytes) -> None:
        """Keep it here, and share it where it is a section."""
        super().put_encoded(key, data)
        if key in self._mine:
            self._mine.discard(key)
            self._ask("guidepress_put", key=key, data=data)

    def release(self) -> None:
        """Let go of what was claimed and never made."""
        if self._mine:
            self._ask("guidepress_release", owner=self._owner)

    def _ask(self, what: str, **said: Any) -> Any:
        call: Callable[..., Any] = getattr(self._worker.scheduler, what)
        return sync(self._worker.loop, call, **said)
