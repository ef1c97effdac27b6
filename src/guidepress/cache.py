"""Results that are worth keeping between builds, by the hash of everything they were made from.

A folder of files of our own rather than diskcache: that keeps an SQLite file which a killed process can leave
locked, unpickles whatever it finds there, and has not been released since 2023; all that is needed here is a
name, a digest and a rename. A file that is missing, truncated or altered is a miss, never an error.

Entries are data: MessagePack, decoded into the type that the reader names. Whoever writes an entry can spoil a page,
but runs no code. What does not decode into that type is a miss, too.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import re
import shutil
import stat
import sys
import tempfile
import time
from collections.abc import Callable, Collection, Hashable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TypeVar, cast

import msgspec

T = TypeVar("T")

# An entry is this mark, the SHA-256 of key and data, and the data. The digest finds damage; it is no signature.
_MARK = b"guidepress 2\n"
_DIGEST = 32
# Enough for some ten editions of a book of 1,500 pages (a page takes about 20 kB).
DEFAULT_LIMIT = 512 * 1024 * 1024
_TEMPORARY = ".writing-"
_NAME = re.compile(r"[0-9a-f]{64}")
_FOLDER = re.compile(r"[0-9a-f]{2}")
# A temporary file of another age was left by a process that was killed. Seconds; a clock may be wrong either way.
_WRITING = 3600


def folder() -> Path | None:
    """Where entries are kept: `$GUIDEPRESS_CACHE`, or `guidepress` in the XDG cache folder.

    None where the user has no home.
    """
    if own := os.environ.get("GUIDEPRESS_CACHE"):
        return Path(own)
    base = os.environ.get("XDG_CACHE_HOME", "")
    # The XDG Base Directory Specification: a relative path is to be ignored.
    if os.path.isabs(base):
        return Path(base) / "guidepress"
    try:
        return Path.home() / ".cache" / "guidepress"
    except RuntimeError:
        return None


def refuse_shared(place: Path | None) -> None:
    """Raise PermissionError, with what to do about it, where other users of the machine may write a cache.

    They could not run code, but choose what is printed.
    """
    if place is None or sys.platform == "win32":
        return
    try:
        status = place.stat()
    except OSError:
        return
    if not stat.S_ISDIR(status.st_mode):
        return
    if status.st_uid != os.geteuid():
        problem = (
            "the cache belongs to another user; name a folder of your own with $GUIDEPRESS_CACHE"
        )
    elif status.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        problem = "other users may write the cache; take that right away with `chmod go-w`"
    else:
        return
    raise PermissionError(errno.EPERM, problem, str(place))


def own_folder() -> Path | None:
    """`folder`, where it is the user's alone to write. Raises PermissionError."""
    place = folder()
    refuse_shared(place)
    return place


def digest(*parts: bytes | str) -> str:
    """A key: the SHA-256 of the parts and of where each of them ends."""
    total = hashlib.sha256()
    for part in parts:
        # A path whose bytes are not UTF-8 has surrogates in it.
        data = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        total.update(len(data).to_bytes(8, "big"))
        total.update(data)
    return total.hexdigest()


@cache
def code_digest() -> str:
    """The hash of guidepress' own code: what was made by other code is not used again."""
    # Each command waits for this, and path objects would double it.
    files = sorted(
        os.path.join(folder, name)
        for folder, _, names in os.walk(os.path.dirname(__file__))
        for name in names
        if name.endswith((".py", ".conf"))
    )
    return digest(*(part for file in files for part in (os.path.basename(file), _whole(file))))


def _whole(file: str) -> bytes:
    with open(file, "rb", buffering=0) as opened:
        return opened.read()


@dataclass(frozen=True, slots=True)
class Usage:
    """What `info` reports: how many entries there are, and how many bytes they take."""

    entries: int
    size: int


class Cache:
    """Values by key, in files of one folder; safe under several processes at once.

    `limit` bounds the bytes kept: `prune` removes what was not used for the longest time. `Cache(None)`
    keeps nothing.
    """

    # Whether other processes are told what is claimed.
    shared = False

    def __init__(self, place: Path | None, limit: int = DEFAULT_LIMIT) -> None:
        self.place = place
        self.limit = limit

    def has(self, key: str) -> bool:
        """Whether there is an entry under `key`; only `get` tells whether it is whole."""
        return self.place is not None and os.path.isfile(self._path(key))  # never raises

    def get(self, key: str, kind: type[T]) -> T | None:
        """The value under `key`, or None where there is none that is whole and of the type `kind`."""
        data = self._read(key)
        return None if data is None else decoded(data, kind)

    def put(self, key: str, value: object) -> None:
        """Keep a value. A full disk or a folder that cannot be written costs the entry, not the build."""
        if self.place is not None and (data := encoded(value)) is not None:
            self.put_encoded(key, data)

    def memo(self, key: str, make: Callable[[], T], kind: type[T]) -> T:
        """The value under `key`; where there is none that can be used, what `make` gives, which is then kept.

        Either way it went through the form of the entries, so that it does not depend on what was kept.
        """
        if (value := self.get(key, kind)) is not None:
            return value
        made = make()
        if (data := encoded(made)) is None:
            return made
        self.put_encoded(key, data)
        value = decoded(data, kind)
        assert value is not None, f"{made!r} is not of the type {kind}"
        return value

    def held(self, key: str, make: Callable[[], T]) -> T:
        """What `make` gives. Only a process that stays keeps it, as it is, for the next who asks; it is no entry."""
        return make()

    def claim(self, keys: Collection[str]) -> frozenset[str]:
        """Say that these are being made here; those that another process has made or makes, which `awaited` gives.

        Processes that share this folder do not ask each other: none is another's.
        """
        return frozenset()

    def awaited(self, key: str) -> bytes | None:
        """What another process makes of a key that was not claimed; None where it did not, and it is claimed now."""
        return None

    def put_encoded(self, key: str, data: bytes) -> None:
        """Keep what `encoded` gave."""
        if self.place is None:
            return
        path = self._path(key)
        try:
            self._write(path, _MARK + _check(key, data) + data)
        except (FileExistsError, NotADirectoryError, IsADirectoryError):
            # A file where the folder should be, or a folder where the file should be.
            with contextlib.suppress(OSError):
                _remove(path if path.parent.is_dir() else path.parent)
                self._write(path, _MARK + _check(key, data) + data)
        except OSError:
            pass

    def _read(self, key: str) -> bytes | None:
        """The data of the entry under `key`, if it is whole."""
        if self.place is None:
            return None
        path = self._path(key)
        try:
            content = _content(path, self.limit)
        except OSError:
            return None
        data = content[len(_MARK) + _DIGEST :]
        if content[: len(_MARK) + _DIGEST] != _MARK + _check(key, data):
            with contextlib.suppress(OSError):
                path.unlink()
            return None
        # Only `prune` looks at the time, to tell what is in use.
        with contextlib.suppress(OSError):
            os.utime(path)
        return data

    def _write(self, path: Path, content: bytes) -> None:
        assert self.place is not None
        # Whatever the umask says: nobody else has business here.
        self.place.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.parent.mkdir(mode=0o700, exist_ok=True)
        handle, temporary = tempfile.mkstemp(prefix=_TEMPORARY, dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            os.replace(temporary, path)
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(temporary)
            raise

    def info(self) -> Usage:
        """How much is kept."""
        sizes = [size for _, _, size in self._entries()]
        return Usage(len(sizes), sum(sizes))

    def clear(self) -> None:
        """Forget everything. Raises OSError where something has to stay, as on a read-only disk."""
        stays: OSError | None = None
        for path, _, _ in self._entries(temporary=True):
            try:
                _remove(path)
            except OSError as problem:
                stays = problem
        if stays is not None:
            raise stays

    def prune(self) -> None:
        """Bring the cache back under its limit, the least recently used first.

        What killed processes left half-written goes in any case.
        """
        now = time.time()
        entries = sorted(self._entries(temporary=True), key=lambda e: e[1])
        size = sum(e[2] for e in entries)
        for path, used, one in entries:
            litter = path.name.startswith(_TEMPORARY) and abs(now - used) > _WRITING
            if litter or size > self.limit:
                with contextlib.suppress(OSError):
                    _remove(path)
                size -= one

    def _path(self, key: str) -> Path:
        assert self.place is not None
        return self.place / key[:2] / key

    def _entries(self, temporary: bool = False) -> Iterator[tuple[Path, float, int]]:
        """Path, time of last use and size of each file."""
        if self.place is None:
            return
        # By their names: the folder may be one that holds other things.
        for name in filter(_FOLDER.fullmatch, _names(self.place)):
            folder = self.place / name
            for path in map(folder.joinpath, _names(folder)):
                is_entry = _NAME.fullmatch(path.name) and path.name.startswith(name)
                if not is_entry and not (temporary and path.name.startswith(_TEMPORARY)):
                    continue
                try:
                    status = path.lstat()
                except OSError:  # another process was faster
                    continue
                yield path, status.st_mtime, status.st_size


def encoded(value: object) -> bytes | None:
    """A value in the form of the entries; None for text that has none, with half of a character in it.

    Raises TypeError where the value is of a type that is no data.
    """
    try:
        return msgspec.msgpack.encode(value)
    except UnicodeEncodeError:
        return None


def decoded(data: bytes, kind: type[T]) -> T | None:
    """What `encoded` was given, as a value of the type `kind`; None where the data hold no such value."""
    decoder = _decoder(cast("Hashable", kind))
    try:
        return cast(T, decoder.decode(data))
    except (ValueError, TypeError, RecursionError, MemoryError):
        return None


@cache
def _decoder(kind: Hashable) -> msgspec.msgpack.Decoder[object]:
    return msgspec.msgpack.Decoder(kind)


def _content(path: Path, limit: int) -> bytes:
    """What is in a file. Raises OSError where it is none, or is larger than `limit`.

    A pipe in its place would keep us waiting forever.
    """
    with open(os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0)), "rb") as file:
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode) or status.st_size > limit:
            raise OSError(errno.EINVAL, "no entry", str(path))
        return file.read()


def _names(folder: Path) -> list[str]:
    """What is in a folder; nothing where that is unknown.

    `Path.glob` raises before Python 3.13 where a folder goes while it looks, as all do in `rm -r`.
    """
    try:
        return os.listdir(folder)
    except OSError:
        return []


def _remove(path: Path) -> None:
    """Remove what stands there, a folder too. Raises OSError where it stays."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _check(key: str, data: bytes) -> bytes:
    return hashlib.sha256(key.encode() + b"\0" + data).digest()
