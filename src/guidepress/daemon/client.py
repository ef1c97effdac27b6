"""A command asks its daemon for a build, and starts one where there is none.

Whatever is wrong with a daemon, the command builds by itself: None is the answer to every failure but of the machine.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from guidepress.console import Reporter
from guidepress.daemon import address
from guidepress.daemon.address import Address
from guidepress.daemon.messages import (
    ANSWERS,
    Answer,
    Beat,
    Channel,
    Failed,
    Finished,
    Order,
    Step,
    Stop,
    Taken,
    Waiting,
)
from guidepress.up_to_date import FinishedBuild

# Seconds. A daemon that is there answers at once, and then says something every second; one that is started loads
# Python first. One that is silent for so long, and has not worked either, is stuck.
_ANSWERING, _SILENCE = 3.0, 10.0
# For one that has to stop: it removes what it has begun.
_LEAVING = 10.0


def ask(
    order: Order, folder: Path, out: Path, reporter: Reporter | None, *, start: bool = True
) -> FinishedBuild | None:
    """What a daemon made of the guide in `folder`; None where the caller has to build it.

    `reporter` hears of its progress. With `start`, one is started where there is none. Raises OSError where the
    machine fails.
    """
    with address.opened(folder, out) as place:
        if place is None:
            return None
        with _connected(place, folder, out, start=start) as found:
            return None if found is None else _answer(*found, order, out, reporter)


@contextmanager
def _connected(
    place: Address, folder: Path, out: Path, *, start: bool
) -> Iterator[tuple[Channel, int, float] | None]:
    """A connection to a daemon, its process, and how long it may be silent before its first answer."""
    connection = place.connect()
    if connection is not None:
        with connection:
            yield Channel(connection), address.peer(connection), _ANSWERING
        return
    if not start:
        yield None
        return
    try:
        ours, theirs = socket.socketpair()
    except OSError:  # no file may be opened any more
        yield None
        return
    with ours:
        process = _started(place, theirs, folder, out)
        yield None if process is None else (Channel(ours), process, _SILENCE)


def _started(place: Address, theirs: socket.socket, folder: Path, out: Path) -> int | None:
    """Start a daemon that has the other end of a connection; the number of its process."""
    try:
        with theirs:
            handles = (place.place, theirs.fileno())
            command = [
                sys.executable,
                "-P",
                "-m",
                "guidepress.daemon",
                *map(str, handles),
                place.name,
            ]
            nothing = subprocess.DEVNULL
            process = subprocess.Popen(
                [*command, folder, out], pass_fds=handles, start_new_session=True,
                stdin=nothing, stdout=nothing, stderr=nothing,
            )  # fmt: skip
    except OSError:
        return None
    # It outlives this process, which has no more to do with it.
    process.returncode = 0
    return process.pid


def _answer(
    channel: Channel,
    process: int,
    seconds: float,
    order: Order,
    out: Path,
    reporter: Reporter | None,
) -> FinishedBuild | None:
    asked = _Asked(channel, process, order, reporter)
    try:
        message = asked.last(seconds)
    except (EOFError, ValueError):
        return None
    except TimeoutError:
        _kill(process)
        return None
    except BaseException:
        # What is being built may be another's.
        if not asked.waits:
            _stop(channel, process)
        raise
    if isinstance(message, Failed):
        raise _failure(message)
    if isinstance(message, Finished):
        return FinishedBuild(message.diagnostics, tuple(out / name for name in message.artifacts))
    return None


@dataclass(slots=True)
class _Asked:
    """An order that was given to a daemon; it `waits` while that has another."""

    channel: Channel
    process: int
    order: Order
    reporter: Reporter | None
    waits: bool = False

    def last(self, seconds: float) -> Answer:
        """What the daemon says in the end; the reporter hears what it says until then.

        A build waits for another of the same guide, which leaves it little to do. A check does not: it takes less time
        by itself.
        """
        try:
            self.channel.send(self.order)
        except OSError:
            raise EOFError from None
        message = _next(self.channel, self.process, seconds)
        while isinstance(message, (Waiting, Taken, Beat, Step)):
            if isinstance(message, Waiting):
                self.waits = True
                if not self.order.products:
                    raise EOFError
                self._tell("waiting for another build")
            elif isinstance(message, Taken):
                self.waits = False
            elif isinstance(message, Step):
                self._tell(message.name, message.done, message.total)
            message = _next(self.channel, self.process, _SILENCE)
        return message

    def _tell(self, step: str, done: int = 0, total: int = 0) -> None:
        if self.reporter is not None:
            self.reporter.step(step, done, total)


def _next(channel: Channel, process: int, seconds: float) -> Answer:
    """The next message. Raises TimeoutError where there is none and nothing is being done, either."""
    while True:
        before = _worked(process)
        try:
            return channel.receive(ANSWERS, seconds)
        except TimeoutError:
            if _worked(process) == before:
                raise


def _worked(process: int) -> str:
    """How much CPU time a process has had, in whatever unit."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return ""
    return " ".join(fields[11:13])


def _failure(message: Failed) -> OSError:
    if message.number is None:
        return OSError(message.text)
    return OSError(message.number, message.text, message.file)


def _stop(channel: Channel, process: int) -> None:
    """Have the build stopped, and wait until nothing of it is left."""
    end = time.monotonic() + _LEAVING
    try:
        channel.send(Stop())
        while True:
            channel.receive(ANSWERS, max(0.1, end - time.monotonic()))
            if time.monotonic() > end:
                raise TimeoutError
    except TimeoutError:
        _kill(process)
    except (OSError, EOFError, ValueError):
        return


def _kill(process: int) -> None:
    with contextlib.suppress(OSError):
        os.kill(process, signal.SIGKILL)
