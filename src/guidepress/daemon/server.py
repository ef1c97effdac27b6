"""The daemon: takes an order, builds, answers; ends when nobody has wanted anything for ten minutes."""

from __future__ import annotations

import contextlib
import os
import queue
import signal
import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import guidepress
from guidepress import garbage
from guidepress.cache import own_folder
from guidepress.daemon import footprint
from guidepress.daemon.address import Address, is_own
from guidepress.daemon.messages import (
    ORDERS,
    STOPS,
    Beat,
    Channel,
    Ended,
    Failed,
    Finished,
    Order,
    Step,
    Taken,
    Waiting,
)

if TYPE_CHECKING:
    from guidepress.daemon.building import Builder

# Seconds.
IDLE = 600.0
_LOOK = 1.0
_BEAT = 1.0
_READING = 3.0


class _Leave(BaseException):
    """The system wants this process to end."""


@dataclass(slots=True)
class Server:
    """Builds the guide in `folder` into `out` for whoever connects to `place`.

    The paths are as they were typed in the folder in which the process is. `builder` is made for the first order.
    """

    place: Address
    folder: Path
    out: Path
    builder: Builder | None = None
    _orders: queue.SimpleQueue[Channel] = field(default_factory=queue.SimpleQueue)
    # Whether one is worked on, and those that came meanwhile.
    _busy: bool = False
    _waiting: list[Channel] = field(default_factory=list)
    # The order that is worked on, and the last that nobody wants any more.
    _building: Channel | None = None
    _unwanted: Channel | None = None

    def run(self, first: socket.socket) -> None:
        """Serve the first connection, then others, until there is a reason to end."""
        signal.signal(signal.SIGINT, self._interrupt)
        signal.signal(signal.SIGTERM, _leave)
        home = _Home.of(self.folder)
        self._orders.put(Channel(first))
        # Here and not by whoever started this: for the kernel, a socket belongs to the process that calls this.
        listening = self.place.listen()
        inode = self.place.inode()
        threading.Thread(target=self._accept, args=(listening,), daemon=True).start()
        last = time.monotonic()
        try:
            while inode is not None and self.place.inode() == inode and home.stands():
                try:
                    channel = self._orders.get(timeout=_LOOK)
                except queue.Empty:
                    if time.monotonic() - last > IDLE:
                        break
                    continue
                with contextlib.suppress(ValueError):
                    self._waiting.remove(channel)
                with channel.connection:
                    stays = self._serve(channel)
                    with contextlib.suppress(OSError):
                        # The thread that listens to it ends, too.
                        channel.connection.shutdown(socket.SHUT_RDWR)
                if not stays:
                    break
                # Whoever comes meanwhile waits for a moment.
                self.shrink()
                last = time.monotonic()
        except _Leave:
            pass
        finally:
            self.place.remove(inode)
            if self.builder is not None:
                self.builder.close()

    def _accept(self, listening: socket.socket) -> None:
        """In a thread: hand over who comes, and say at once where another was first."""
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            if not is_own(connection):
                connection.close()
                continue
            channel = Channel(connection)
            if self._busy:
                with contextlib.suppress(OSError):
                    channel.send(Waiting())
                self._waiting.append(channel)
            self._orders.put(channel)

    def _serve(self, channel: Channel) -> bool:
        """Answer one order; whether this process is as good as before."""
        try:
            order = channel.receive(ORDERS, _READING)
            self._busy = True
            channel.send(Taken())
        except (OSError, EOFError, ValueError):
            self._busy = False
            return True
        stays = True
        answer: Finished | Failed | Ended
        try:
            with self._beating(channel), self._watched(channel):
                answer = self._build(order, channel)
        except MemoryError:
            answer, stays = Ended(), False
        except OSError as problem:
            text = problem.strerror or str(problem)
            name = problem.filename
            file = os.fsdecode(name) if isinstance(name, (str, bytes)) else None
            answer, stays = Failed(problem.errno, text, file), False
        except (Exception, KeyboardInterrupt):
            # What it was about is found out by whoever builds in its place.
            answer, stays = Ended(), False
        # Before the answer: the next command may be there right after it.
        self._busy = False
        with contextlib.suppress(OSError):
            channel.send(answer)
        return stays

    def _build(self, order: Order, channel: Channel) -> Finished:
        from guidepress.daemon.building import Builder

        def step(name: str, done: int = 0, total: int = 0) -> None:
            with contextlib.suppress(OSError):  # the thread that listens finds out
                channel.send(Step(name, done, total))

        if self.builder is None:
            self.builder = Builder(self.folder, self.out, own_folder())
        return self.builder.build(order, step)

    @contextmanager
    def _beating(self, channel: Channel) -> Iterator[None]:
        """Say every second that this process lives, to those that wait as well."""
        done = threading.Event()

        def beat() -> None:
            while not done.wait(_BEAT):
                for one in (channel, *self._waiting):
                    with contextlib.suppress(OSError):
                        one.send(Beat())

        thread = threading.Thread(target=beat, daemon=True)
        thread.start()
        try:
            yield
        finally:
            done.set()
            thread.join()

    @contextmanager
    def _watched(self, channel: Channel) -> Iterator[None]:
        """Interrupt what is done here when the other end says so, or is gone."""

        def listen() -> None:
            with contextlib.suppress(EOFError, ValueError, OSError):
                channel.receive(STOPS)
            self._unwanted = channel
            if self._building is channel:
                # To the thread that builds: a signal ends what it waits for.
                signal.pthread_kill(main, signal.SIGINT)

        main = threading.get_ident()
        self._building = channel
        threading.Thread(target=listen, daemon=True).start()
        try:
            yield
        finally:
            self._building = None

    def _interrupt(self, number: int, frame: object) -> None:
        if self._building is not None and self._building is self._unwanted:
            self._building = None
            raise KeyboardInterrupt

    def shrink(self) -> None:
        """Let go of what a process that does nothing should not hold."""
        if self.builder is None:
            return
        garbage.trim()
        for let_go in (self.builder.close, self.builder.forget):
            if footprint.of_tree() <= footprint.MOST:
                break
            let_go()
            garbage.trim()


@dataclass(frozen=True, slots=True)
class _Home:
    """What a daemon is nothing without: its guide, its Python, guidepress itself, each with its inode."""

    places: tuple[tuple[Path, tuple[int, int]], ...]

    @classmethod
    def of(cls, folder: Path) -> _Home:
        paths = [Path.cwd(), folder.resolve(), Path(sys.executable), Path(guidepress.__path__[0])]
        return cls(tuple((path, _inode(path)) for path in paths))

    def stands(self) -> bool:
        """Whether all are where they were, and so are the libraries that this process has loaded."""
        try:
            return all(_inode(path) == inode for path, inode in self.places) and not _replaced()
        except OSError:
            return False


def _inode(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_dev, status.st_ino


def _replaced() -> bool:
    """Whether a library that is loaded has been replaced or removed since."""
    with open("/proc/self/maps", encoding="utf-8", errors="replace") as maps:
        return any(line.endswith("(deleted)\n") and ".so" in line for line in maps)


def _leave(number: int, frame: object) -> None:
    raise _Leave
