"""Results that are worth keeping between builds, by the hash of everything they were made from.

A folder of files of our own rather than diskcache: that keeps an SQLite file which a killed process can leave
locked, unpickles whatever it finds there, and has not been released since 2023; all that is needed here is a
name, a digest and a rename. A file that is missing, truncated or altered is a miss, never an error.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

# An entry is this mark, the SHA-256 of key and data, and the data.
_MARK = b"guidepress 1\n"
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
    package = Path(__file__).parent
    files = sorted([*package.rglob("*.py"), *package.rglob("*.conf")])
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

    def has(self, key: str) -> bool:
        """Whether there is an entry under `key`; only `get` tells whether it is whole."""
        return self.place is not None and os.path.isfile(self._path(key))  # never raises

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
        try:
            self._write(path, _MARK + _check(key, data) + data)
        except (FileExistsError, NotADirectoryError, IsADirectoryError):
            # A file where the folder should be, or a folder where the file should be.
            with contextlib.suppress(OSError):
                _remove(path if path.parent.is_dir() else path.parent)
                self._write(path, _MARK + _check(key, data) + data)
        except OSError:
            pass

    def memo(self, key: str, make: Callable[[], bytes]) -> bytes:
        """The data under `key`; where there is none that is whole, what `make` gives, which is then kept."""
        if (data := self.get(key)) is None:
            data = make()
            self.put(key, data)
        return data

    @staticmethod
    def _write(path: Path, content: bytes) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(prefix=_TEMPORARY, dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            os.replace(temporary, path)
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(temporary)
            raise

    def info(self) -> Contents:
        """How much is kept."""
        sizes = [size for _, _, size in self._entries()]
        return Contents(len(sizes), sum(sizes))

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


def _names(folder: Path) -> list[str]:
    """What is in a folder; nothing where that cannot be told.

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
