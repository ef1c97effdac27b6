"""Finished files: written whole or not at all, all of a build together, with a manifest of their hashes.

The only module that writes into `build/` (and `deck.lock` into `source/`): temporary file, fsync, os.replace.
A build that fails leaves what was there before. One that is killed leaves every file whole; if that was between
two renames, the next to come (`recover`) brings back the files of before, so that they are of one build again.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote

MANIFEST = "manifest.json"
# On the way into a folder; and what was there before: a second name of the file, or a mark that there was none.
_NEW, _OLD, _NONE = ".guidepress-new-", ".guidepress-old-", ".guidepress-none-"
_NOTES = (_OLD, _NONE)
_PIECE = 1 << 20
_IN_NO_NAME = "\0\\:" if sys.platform == "win32" else "\0"


class Files:
    """What of the system writes, all in one place: tests put a disk in its stead that fills up, or that keeps a record.

    Each raises OSError.
    """

    def make(self, folder: Path) -> tuple[int, str]:
        """A new file in a folder, of nobody else's: its handle and its path."""
        return tempfile.mkstemp(prefix=_NEW, dir=folder)

    def write(self, handle: int, pieces: Iterable[bytes], *, wait: bool = True) -> None:
        """Write all of a file, `wait` until it is on the disk, and close it."""
        with os.fdopen(handle, "wb") as file:
            file.writelines(pieces)
            file.flush()
            if wait:
                self.sync(file.fileno())

    def sync(self, handle: int) -> None:
        """Wait until a file or a folder is on the disk."""
        os.fsync(handle)

    def sync_all(self, folder: Path, paths: Iterable[Path]) -> None:
        """Wait until files in a folder are on the disk: for all at once on Linux, in a tenth of the time."""
        if sys.platform == "linux":
            import ctypes

            # Python has no name for this call. It waits for a whole file system, and says if a write has failed.
            with _opened(folder) as handle:
                if not ctypes.CDLL(None).syncfs(handle):
                    return
        for path in paths:
            with _opened(path) as handle:
                self.sync(handle)

    def replace(self, old: str | Path, new: Path) -> None:
        """Rename, in place of what is there."""
        os.replace(old, new)

    def link(self, path: Path, name: Path) -> None:
        """Give a file a second name."""
        os.link(path, name, follow_symlinks=False)

    def touch(self, path: Path) -> None:
        """Make an empty file."""
        path.touch()

    def make_folder(self, path: Path) -> None:
        """Make a folder, and those above it, where they are not there."""
        path.mkdir(parents=True, exist_ok=True)

    def make_stage(self, folder: Path) -> str:
        """A new folder in a folder, of nobody else's: its path."""
        return tempfile.mkdtemp(prefix=_NEW, dir=folder)

    def create(self, path: Path) -> int:
        """A new file: its handle."""
        return os.open(
            path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0), 0o666
        )


_files = Files()
# Folders that this process holds; it may ask for one again.
_held: set[tuple[int, int]] = set()


def sha256_of(path: Path) -> str:
    """The hash of a file, in hexadecimal digits; it may be larger than memory. Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_atomically(path: Path, data: bytes | Path) -> None:
    """Replace the file at `path` by one that holds `data`, which is as `Staging.add` takes it.

    Raises OSError; then the old file stands.
    """
    with Staging(path.parent) as staging:
        staging.add(path.name, data)
        staging.publish()


def require_writable(folder: Path) -> None:
    """Raise OSError, which names `folder`, where no file can be put there, nor where it would have to be made.

    For work that takes long, so that this is known before it.
    """
    place = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    try:
        handle, name = _files.make(place)
    except OSError as problem:
        raise OSError(problem.errno, problem.strerror, str(folder)) from problem
    os.close(handle)
    os.unlink(name)


def write_pieces(path: Path, pieces: Iterable[bytes]) -> None:
    """Write one of very many files, whole or not at all while the system stands. Raises OSError.

    Whoever holds the folder (`exclusive`) may call this; it does not wait for the disk, which would take longer than
    all else: after a power cut the last files may have to be made again.
    """
    handle, temporary = _files.make(path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            _permit(handle, 0o666)
            file.writelines(pieces)
        _files.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise


@dataclass(slots=True)
class Staging:
    """Files on their way into `folder`. Leaving the context without `publish` throws them away.

    A name with slashes leads to a folder below. What an earlier build left and nobody stages again is removed: what
    stands in a folder of which a file is published, and what `prepare` calls `ours`. It goes by the manifest, and only
    files that are still as that says.
    """

    folder: Path
    _staged: dict[str, Path] = field(default_factory=dict)
    _entries: dict[str, dict[str, Any]] = field(default_factory=dict)
    _gone: list[str] = field(default_factory=list)
    _noted: bool = False
    _stack: ExitStack = field(default_factory=ExitStack)

    def __enter__(self) -> Staging:
        _files.make_folder(self.folder)
        self._stack.enter_context(exclusive(self.folder))
        return self

    def __exit__(self, *raised: object) -> None:
        with self._stack:
            # Some are still to be put in place: then none is to be.
            if self._noted and any(_inode(path) for path in self._staged.values()):
                _undo(self.folder)
            for path in self._staged.values():
                path.unlink(missing_ok=True)
            # Not the notes of others: a file may be written into a folder for which more is prepared.
            names = [_noted(name) for name in self._staged]
            _forget(self.folder, *(f"{note}{name}" for name in names for note in _NOTES))
            self._staged.clear()

    def add(self, name: str, data: bytes | Path, **facts: str | int) -> None:
        """Stage a file that holds `data`, or what is in the file that it names, which is then gone.

        `facts` (pages, cards …) go into the manifest. Raises OSError, as on a full disk, or where the name leads out of
        the folder; ValueError for a name that is none, or one of our own temporary files.
        """
        _require_name(name)
        _require_inside(self.folder, name)
        handle, temporary = _files.make(self.folder)
        self._staged[name] = Path(temporary)
        _permit(handle, 0o666)
        digest, size = hashlib.sha256(), 0

        def counted() -> Iterator[bytes]:
            nonlocal size
            for piece in _pieces(data):
                digest.update(piece)
                size += len(piece)
                yield piece

        _files.write(handle, counted())
        if isinstance(data, Path):
            data.unlink()
        self._entries[name] = {"bytes": size, "sha256": digest.hexdigest(), **facts}

    def prepare(
        self, about: Mapping[str, str], ours: Callable[[str], bool] = lambda name: False
    ) -> None:
        """Stage the manifest, which lists every staged file; then `publish` needs no more room on the disk.

        Artifacts of an earlier build that still stand unchanged stay in the manifest, but for those that are `ours`,
        by their name: whoever publishes would have staged them again. Raises OSError.
        """
        listed = _listed(self.folder)
        below = {name.partition("/")[0] for name in self._entries if "/" in name}
        self._gone = [
            name
            for name in listed
            if name not in self._entries
            and (ours(name) or ("/" in name and name.partition("/")[0] in below))
        ]
        entries = {n: e for n, e in listed.items() if n not in self._gone} | self._entries
        manifest = {**about, "artifacts": {name: entries[name] for name in sorted(entries)}}
        text = json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"
        self.add(MANIFEST, text.encode())
        self._note()

    def publish(self) -> None:
        """Put every staged file in place, the manifest last; or none, by the end of the context. Raises OSError."""
        if not self._noted:
            self._note()
        for name, temporary in self._staged.items():
            path = self.folder / name
            _require_inside(self.folder, name)
            _files.make_folder(path.parent)
            _files.replace(temporary, path)
        for name in self._gone:
            if _is_inside(self.folder, name):
                (self.folder / name).unlink(missing_ok=True)
        # Those below first: what the manifest lists is there when it is.
        below = {(self.folder / name).parent for name in self._staged}
        for folder in sorted(below | {self.folder}, key=lambda path: -len(path.parts)):
            _sync(folder)

    def _note(self) -> None:
        """Note what stands under the names of the staged files."""
        self._noted = True
        for name in self._staged:
            _keep(self.folder, name)


class Tree:
    """Files and folders on their way to be `folder`, or to join what is in it: all of them or none.

    They are staged beside it. Leaving the context without `place` throws them away, with the folders made for them.
    `names` are the files, relative to `folder`, with forward slashes.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.names: list[str] = []
        self._lacking = [p for p in folder.absolute().parents if not p.exists()]
        self._stage = Path()

    def __enter__(self) -> Tree:
        parent = self.folder.absolute().parent
        try:
            _files.make_folder(parent)
            self._stage = Path(_files.make_stage(parent))
        except BaseException:
            self._remove_made()
            raise
        self._stage.chmod(0o777 & ~_umask())
        return self

    def __exit__(self, *raised: object) -> None:
        shutil.rmtree(self._stage, ignore_errors=True)
        self._remove_made()

    def _remove_made(self) -> None:
        for one in self._lacking:
            # Not empty, where the tree is in place.
            with contextlib.suppress(OSError):
                one.rmdir()

    def add(self, name: str, data: bytes) -> Path:
        """Stage a file; gives where it is meanwhile."""
        _require_name(name)
        path = self._stage / name
        _files.make_folder(path.parent)
        # What is thrown away if the machine stops needs no place on the disk yet: `place` waits for all of it.
        _files.write(_files.create(path), [data], wait=False)
        self.names.append(name)
        return path

    def remove(self, name: str) -> None:
        """Take a staged file back."""
        (self._stage / name).unlink()
        self.names.remove(name)

    def place(self) -> None:
        """Put all of it in place, once it is on the disk. Raises OSError; then nothing of it is there."""
        _files.sync_all(self._stage, [self._stage / name for name in self.names])
        if not self.folder.exists() or not any(self.folder.iterdir()):
            try:
                _files.replace(self._stage, self.folder)
            except OSError as problem:
                # An empty folder that this process stands in, or that is the top of a file system.
                if problem.errno not in (errno.EBUSY, errno.EINVAL, errno.EXDEV):
                    raise
            else:
                _sync(self.folder.absolute().parent)
                return
        files: list[Path] = []
        folders: list[Path] = []
        try:
            for name in self.names:
                target = self.folder / name
                folders += [p for p in reversed(target.parents) if not p.exists()]
                _files.make_folder(target.parent)
                files.append(target)
                _files.replace(self._stage / name, target)
        except BaseException:
            for file in files:
                file.unlink(missing_ok=True)
            for folder in reversed(folders):
                with contextlib.suppress(OSError):
                    folder.rmdir()
            raise


def recover(folder: Path) -> None:
    """Finish what a process that was killed has begun in `folder`: remove its temporary files.

    If it has put some files in place but not the manifest, which is the last, they become those of before.
    """
    with exclusive(folder):
        pass


def _mend(folder: Path) -> None:
    """`recover`, by whoever holds the folder alone: what is temporary in it belongs to nobody."""
    if _inode(folder / f"{_OLD}{MANIFEST}"):
        complete = _inode(folder / f"{_OLD}{MANIFEST}") != _inode(folder / MANIFEST)
    elif _inode(folder / f"{_NONE}{MANIFEST}"):
        complete = _inode(folder / MANIFEST) is not None
    else:  # no rename yet, or a single file
        complete = True
    if not complete:
        _undo(folder)
    _forget(folder, _NEW, *_NOTES)


def _keep(folder: Path, name: str) -> None:
    """Note what stands under a name, to bring it back by; not on a file system without links.

    Raises OSError where only the room for the note is missing.
    """
    path = folder / name
    try:
        if _inode(path):
            _files.link(path, folder / f"{_OLD}{_noted(name)}")
        else:
            _files.touch(folder / f"{_NONE}{_noted(name)}")
    except OSError as problem:
        if problem.errno in (errno.ENOSPC, errno.EDQUOT):
            raise


def _is_name(name: str) -> bool:
    """Whether it can be that of an artifact: a path below its folder, with forward slashes, and not one of our own."""
    parts = name.split("/")
    wrong = {"", ".", ".."}
    own = any(part.startswith((_NEW, *_NOTES)) for part in parts)
    return not (own or wrong.intersection(parts) or set(_IN_NO_NAME) & set(name))


def _require_name(name: str) -> None:
    if not _is_name(name):
        raise ValueError(f"`{name}` is no name of an artifact")


def _is_inside(folder: Path, name: str) -> bool:
    """Whether the place of a file is below the folder, and not behind a link that leads out of it."""
    return (folder / name).parent.resolve().is_relative_to(folder.resolve())


def _require_inside(folder: Path, name: str) -> None:
    if not _is_inside(folder, name):
        problem = "a link leads out of the folder of the products; remove it"
        raise OSError(errno.ELOOP, problem, str((folder / name).parent))


def _noted(name: str) -> str:
    """A name in the name of its note, which stands in the folder itself."""
    return name.replace("%", "%25").replace("/", "%2F")


def _undo(folder: Path) -> None:
    """Bring back what `_keep` has noted.

    The note of the manifest, which tells that there is something to bring back, is the last to go.
    """
    notes = [path for note in _NOTES for path in folder.glob(f"{note}*")]
    for path in sorted(notes, key=lambda p: p.name.endswith(MANIFEST)):
        name = unquote(path.name.removeprefix(_OLD).removeprefix(_NONE))
        # The folder may have come from somebody else, with notes that nobody here has written.
        if not _is_name(name) or not _is_inside(folder, name):
            path.unlink()
        elif path.name.startswith(_OLD):
            _files.replace(path, folder / name)
            path.unlink(missing_ok=True)  # two names of one file both stay
        else:
            (folder / name).unlink(missing_ok=True)
            path.unlink()


def _forget(folder: Path, *prefixes: str) -> None:
    for prefix in prefixes:
        for path in folder.glob(f"{prefix}*"):
            with contextlib.suppress(OSError):  # a folder that may not be written
                path.unlink(missing_ok=True)


def _inode(path: Path) -> tuple[int, int] | None:
    """Which file a name stands for; None where there is none."""
    try:
        status = path.lstat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def _listed(folder: Path) -> dict[str, dict[str, Any]]:
    """Entries of the manifest in `folder` whose files are still what it says."""
    listed: dict[str, dict[str, Any]] = {}
    with contextlib.suppress(
        OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError
    ):
        entries = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["artifacts"]
        for name, entry in entries.items():
            with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
                if not _is_name(name) or not _is_inside(folder, name):
                    continue
                digest = hashlib.sha256((folder / name).read_bytes()).hexdigest()
                if digest == entry["sha256"]:
                    listed[name] = entry
    return listed


def _pieces(data: bytes | Path) -> Iterator[bytes]:
    """What is in memory as it is, what is in a file a piece at a time."""
    if isinstance(data, bytes):
        yield data
        return
    with data.open("rb") as file:
        while piece := file.read(_PIECE):
            yield piece


def _permit(handle: int, mode: int) -> None:
    """mkstemp makes files for the owner only; an artifact is as readable as any other new file.

    By its handle, which a confined build may do: not so by a path, which could be anybody's.
    """
    if sys.platform != "win32":
        os.fchmod(handle, mode & ~_umask())


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


@contextlib.contextmanager
def exclusive(*folders: Path) -> Iterator[None]:
    """Holds other builds off the folders, where the system can: each waits for its turn. Recovers them first.

    A process that dies lets go. Folders are taken in the same order by everybody, so that nobody waits forever.
    """
    places = {key: folder for folder in folders if (key := _inode(folder.resolve()))}
    with contextlib.ExitStack() as stack:
        for key in sorted(places):
            _hold(places[key], key, stack)
        yield


def _hold(folder: Path, key: tuple[int, int], stack: ExitStack) -> None:
    if key in _held or sys.platform == "win32":
        return
    import fcntl

    try:
        handle = os.open(folder, os.O_RDONLY)
        stack.callback(os.close, handle)
        fcntl.flock(handle, fcntl.LOCK_EX)
    except OSError:
        # Such as on a network drive; temporary files there may be those of a process that lives.
        return
    _held.add(key)
    stack.callback(_held.discard, key)
    _mend(folder)
    # An interrupt may have come between a temporary file and the note that it is ours.
    stack.callback(_mend, folder)


def _sync(folder: Path) -> None:
    """Make the renames durable, where the system can sync a folder."""
    with contextlib.suppress(OSError), _opened(folder) as handle:
        _files.sync(handle)


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[int]:
    # Windows waits only for what is open to be written.
    handle = os.open(path, os.O_RDWR if sys.platform == "win32" else os.O_RDONLY)
    try:
        yield handle
    finally:
        os.close(handle)
