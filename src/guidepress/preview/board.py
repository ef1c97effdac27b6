"""What the browser is to show, part by part, and who waits for the next change of it."""

from __future__ import annotations

import asyncio
import secrets
import threading
from collections.abc import Mapping
from typing import Any


class Board:
    """The state of a preview. Any thread may write and read; `wait` is for those that run in an event loop.

    A part is data that JSON can hold, and replaced as a whole. `version` grows with every change; each part has the
    version at which it was written last. `session` is another one after each start.
    """

    def __init__(self) -> None:
        self.session = secrets.token_hex(8)
        self.version = 0
        self.closed = False
        self._lock = threading.Lock()
        self._parts: dict[str, Any] = {}
        self._versions: dict[str, int] = {}
        self._waiting: set[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = set()

    def put(self, **parts: Any) -> int:
        """Write parts; the version that they then have. Parts that are as they were stay as they are."""
        with self._lock:
            new = {name: part for name, part in parts.items() if self._differs(name, part)}
            if new:
                self.version += 1
                self._parts |= new
                self._versions |= dict.fromkeys(new, self.version)
                self._wake()
            return self.version

    def close(self) -> None:
        """Let nobody wait any longer."""
        with self._lock:
            self.closed = True
            self._wake()

    def read(self, *names: str) -> Mapping[str, Any]:
        """The parts of these names, as far as there are, with the session, the version, and those of all parts."""
        with self._lock:
            return {
                "session": self.session,
                "version": self.version,
                "versions": dict(self._versions),
                **{name: self._parts[name] for name in names if name in self._parts},
            }

    async def wait(self, version: int, seconds: float) -> int:
        """The version, once it is another than this, the board is closed, or so much time is over."""
        event = asyncio.Event()
        waiting = (asyncio.get_running_loop(), event)
        with self._lock:
            if self.version != version or self.closed:
                return self.version
            self._waiting.add(waiting)
        try:
            async with asyncio.timeout(seconds):
                await event.wait()
        except TimeoutError:
            pass
        finally:
            with self._lock:
                self._waiting.discard(waiting)
        return self.version

    def _differs(self, name: str, part: Any) -> bool:
        return name not in self._parts or self._parts[name] != part

    def _wake(self) -> None:
        for loop, event in self._waiting:
            if not loop.is_closed():
                loop.call_soon_threadsafe(event.set)
