"""Results that are worth keeping between builds, by the hash of everything they were made from.

A folder of files of our own rather than diskcache: that keeps an SQLite file which a killed process can leave
locked, unpickles whatever it finds there, and has not been released since 2023; all that is needed here is a
name, a digest and a rename. A file that is missing, truncated or altered is a miss, never an error.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

# An entry is this mark, the SHA-256 of key and data, and the data.
_MARK = b"guidepress 1\n"
_DIGEST = 32
# Enough for some ten editions of a book of 1,500 pages (a page takes about 20 kB).
DEFAULT_LIMIT = 512 * 1024 * 1024
_TEMPORARY = ".writing-"


def folder() -> Path:
    """Where entries are kept: `$GUIDEPRESS_CACHE`, or `guidepress` in the XDG cache folder."""
    if own := os.environ.get("GUIDEPRESS_CACHE"):
        return Path(own)
    base = os.environ.get("XDG_CACHE_HOME", "")
    # The XDG Base Directory Specification: a relative path is to be ignored.
    return (Path(base) if os.path.isabs(base) else Path.home() / ".cache") / "guidepress"


def digest(*parts: bytes | str) -> str:
    """A key: the SHA-256 of the parts and of where each of them ends."""
    total = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        total.update(len(data).to_bytes(8, "big"))
        total.update(data)
    return total.hexdigest()


@cache
def code_digest() -> str:
    """The hash of guidepress' own code: what was made by other code is not used again."""
    package = Path(__file__).parent
    files = sorted(package.rglob("*.py"))
    return digest(*(part for f in files for part in (f.name, f.read_bytes())))


@dataclass(frozen=True, slots=True)
class Contents:
    """What `info` tells: how many entries there are, and how many bytes they take."""

    entries: int
    size: int


class Cache:
    """Bytes by key, in files of one folder; safe under several processes at once.

    `limit` bounds the bytes kept: `prune` removes what was not used for the longest time. `Cache(None)`
    keeps nothing.
    """

    def __init__(self, place: Path | None, limit: int = DEFAULT_LIMIT) -> None:
        self.place = place
        self.limit = limit

    def get(self, key: str) -> bytes | None:
        """The data under `key`, or None where there is none that is whole."""
        if self.place is None:
            return None
        path = self._path(key)
        try:
            content = path.read_bytes()
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

    def put(self, key: str, data: bytes) -> None:
        """Keep `data`. A full disk or a folder that cannot be written costs the entry, not the build."""
        if self.place is None:
            return
        path = self._path(key)
        temporary = ""
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            handle, temporary = tempfile.mkstemp(prefix=_TEMPORARY, dir=path.parent)
            with os.fdopen(handle, "wb") as file:
                file.write(_MARK + _check(key, data) + data)
            os.replace(temporary, path)
        except OSError:
            if temporary:
                with contextlib.suppress(OSError):
                    os.unlink(temporary)

    def info(self) -> Contents:
        """How much is kept."""
        sizes = [size for _, _, size in self._entries()]
        return Contents(len(sizes), sum(sizes))

    def clear(self) -> None:
        """Forget everything."""
        for path, _, _ in self._entries(temporary=True):
            with contextlib.suppress(OSError):
                path.unlink()

    def prune(self) -> None:
        """Bring the cache back under its limit, the least recently used first."""
        entries = sorted(self._entries(temporary=True), key=lambda e: e[1])
        size = sum(e[2] for e in entries)
        for path, _, one in entries:
            if size <= self.limit:
                break
            with contextlib.suppress(OSError):
                path.unlink()
            size -= one

    def _path(self, key: str) -> Path:
        assert self.place is not None
        return self.place / key[:2] / key

    def _entries(self, temporary: bool = False) -> Iterator[tuple[Path, float, int]]:
        """Path, time of last use and size of each file."""
        if self.place is None:
            return
        for path in self.place.glob("??/*"):
            if path.name.startswith(_TEMPORARY) and not temporary:
                continue
            try:
                status = path.stat()
            except OSError:  # another process was faster
                continue
            yield path, status.st_mtime, status.st_size


def _check(key: str, data: bytes) -> bytes:
    return hashlib.sha256(key.encode() + b"\0" + data).digest()
