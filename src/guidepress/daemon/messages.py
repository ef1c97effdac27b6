"""What a command and its daemon say to each other: MessagePack, each message after its length."""

from __future__ import annotations

import socket
import struct
import threading
from typing import TypeVar

import msgspec

from guidepress.diagnostics import Diagnostic

# Four bytes. More than any list of problems takes.
_LENGTH = struct.Struct("!I")
_LONGEST = 256 * 1024 * 1024


class Order(msgspec.Struct, frozen=True, tag=True):
    """What is to be built: the arguments of `build.Build` but those that a daemon is for, and the note's options.

    Without products the guide is checked, and nothing is pressed.
    """

    products: tuple[str, ...]
    edition: str | None
    jobs: int
    strict: bool
    pages: str
    options: tuple[str, ...]


class Stop(msgspec.Struct, frozen=True, tag=True):
    """Nobody wants the build any more."""


class Taken(msgspec.Struct, frozen=True, tag=True):
    """The order is being worked on."""


class Waiting(msgspec.Struct, frozen=True, tag=True):
    """Another order came first; this one is taken when that one is done."""


class Beat(msgspec.Struct, frozen=True, tag=True):
    """Sent every second while there is nothing else to say."""


class Step(msgspec.Struct, frozen=True, tag=True):
    """See `console.Reporter`."""

    name: str
    done: int
    total: int


class Finished(msgspec.Struct, frozen=True, tag=True):
    """A build that came to its end; its artifacts are named below the folder of the products."""

    diagnostics: tuple[Diagnostic, ...]
    artifacts: tuple[str, ...]


class Failed(msgspec.Struct, frozen=True, tag=True):
    """The machine failed: what an OSError says."""

    number: int | None
    text: str
    file: str | None


class Ended(msgspec.Struct, frozen=True, tag=True):
    """The build was stopped, or broke; whoever wants it has to do it."""


Answer = Taken | Waiting | Beat | Step | Finished | Failed | Ended
M = TypeVar("M")
ORDERS = msgspec.msgpack.Decoder(Order)
STOPS = msgspec.msgpack.Decoder(Stop)
ANSWERS: msgspec.msgpack.Decoder[Answer] = msgspec.msgpack.Decoder(Answer)


class Channel:
    """One end of a connection. Several threads may send, one receives."""

    def __init__(self, connection: socket.socket) -> None:
        self.connection = connection
        self._sending = threading.Lock()
        self._received = bytearray()

    def send(self, message: Order | Stop | Answer) -> None:
        """Raises OSError where nobody is there any more."""
        data = msgspec.msgpack.encode(message)
        with self._sending:
            self.connection.sendall(_LENGTH.pack(len(data)) + data)

    def receive(self, kind: msgspec.msgpack.Decoder[M], seconds: float | None = None) -> M:
        """The next message.

        Raises TimeoutError where none came in so many seconds (it may still come), EOFError where the other end is
        gone, ValueError where it is none of that kind.
        """
        self.connection.settimeout(seconds)
        self._fill(_LENGTH.size)
        (length,) = _LENGTH.unpack_from(self._received)
        if length > _LONGEST:
            raise ValueError("a message that is too long")
        end = _LENGTH.size + length
        self._fill(end)
        data = bytes(self._received[_LENGTH.size : end])
        del self._received[:end]
        return kind.decode(data)

    def _fill(self, count: int) -> None:
        while len(self._received) < count:
            try:
                piece = self.connection.recv(1 << 16)
            except TimeoutError:
                raise
            except OSError:
                piece = b""
            if not piece:
                raise EOFError
            self._received += piece
