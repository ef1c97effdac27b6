"""The source of a guide as one value, named by its content: what travels to the machines of a cluster."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import msgspec
import zstandard

from guidepress.cache import digest

# What no build reads: what builds write, and what other tools keep.
_LEFT_OUT = frozenset({"build", "node_modules", "__pycache__"})
# Where Linux tells which file an open one is.
_OPENED = "/proc/self/fd"
_LEVEL = 3


@dataclass(frozen=True)
class Bundle:
    """The files of a project by their paths in it, with forward slashes."""

    files: Mapping[str, bytes]

    @cached_property
    def hashes(self) -> dict[str, str]:
        """The SHA-256 of each file."""
        return {name: hashlib.sha256(data).hexdigest() for name, data in self.files.items()}

    @cached_property
    def name(self) -> str:
        """A hash of all names and contents."""
        return digest(*(part for pair in sorted(self.hashes.items()) for part in pair))

    def packed(self) -> bytes:
        """Its bytes."""
        content = msgspec.msgpack.encode(dict(sorted(self.files.items())))
        return zstandard.ZstdCompressor(level=_LEVEL).compress(content)


def bundle_of(folder: Path) -> Bundle:
    """The bundle of the project in `folder`: all its files but hidden ones and those of `build/`. Raises OSError.

    A link within the project becomes what it leads to; one that leads elsewhere stays behind, as a build refuses it.
    """
    return Bundle(dict(_files(folder, folder.resolve())))


def unpack(packed: bytes, folder: Path) -> Bundle:
    """Put the files of a bundle into a new folder. Raises OSError; ValueError where a path leads out of it."""
    content = zstandard.ZstdDecompressor().decompress(packed)
    bundle = Bundle(msgspec.msgpack.decode(content, type=dict[str, bytes]))
    for name, data in bundle.files.items():
        path = folder / name
        if not path.resolve().is_relative_to(folder.resolve()):
            raise ValueError(f"`{name}` leads out of the project")
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(data)
    return bundle


def _files(folder: Path, project: Path) -> Iterator[tuple[str, bytes]]:
    for at, folders, names in os.walk(folder):
        folders[:] = folders_read(folders)
        for name in sorted(names):
            path = Path(at) / name
            if name.startswith("."):
                continue
            if path.is_file() and (data := _read(path, project)) is not None:
                yield path.relative_to(folder).as_posix(), data


def folders_read(names: Iterable[str]) -> list[str]:
    """Of the folders in a project those that a build may read, in order."""
    return [name for name in sorted(names) if not name.startswith(".") and name not in _LEFT_OUT]


def _read(path: Path, project: Path) -> bytes | None:
    """A file of the project; None for one outside. Whoever owns the project may exchange it for a link meanwhile."""
    with path.open("rb") as file:
        opened = Path(_OPENED, str(file.fileno()))
        real = Path(os.readlink(opened)) if opened.is_symlink() else path.resolve()
        return file.read() if real.is_relative_to(project) else None
