"""Temporary files of a process and its workers: in one folder, which does not outlive the process for long.

It goes when the process ends. Where that was killed, the next process of the same user removes it: a lock, which
ends with its holder, tells which folders are in use.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import tempfile
from pathlib import Path

PREFIX = "guidepress-build-"
_folder: Path | None = None


def folder() -> Path:
    """The folder, made when it is first asked for. Raises OSError."""
    global _folder
    if _folder is None or not _folder.is_dir():
        # Not before: it loads half of the standard library, and a build that stands only sweeps.
        from multiprocessing import util

        sweep()
        _folder = _make()
        # After those of multiprocessing, whose files are in there. Without effect in forked processes.
        util.Finalize(None, shutil.rmtree, (_folder, True), exitpriority=-200)
    return _folder


def new_file(suffix: str) -> Path:
    """A new file in the folder, empty. Raises OSError."""
    handle, name = tempfile.mkstemp(suffix, dir=folder())
    os.close(handle)
    return Path(name)


def adopt(of_parent: Path) -> None:
    """In a worker: use the folder of the process that started it, which also removes it."""
    global _folder
    _folder = of_parent


def _make() -> Path:
    while True:
        made = Path(tempfile.mkdtemp(prefix=PREFIX))
        _lock(made)
        if made.is_dir():  # else it was swept before it was locked
            return made


def sweep() -> None:
    """Remove folders of our own that nobody holds: those of processes that were killed."""
    for other in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError):
            status = other.lstat()
            # Windows has no such locks; there they stay.
            if sys.platform == "win32" or status.st_uid != os.getuid():
                continue
            if (handle := _lock(other, wait=False)) is not None:
                shutil.rmtree(other, ignore_errors=True)
                os.close(handle)


def _lock(path: Path, wait: bool = True) -> int | None:
    """Hold a folder as long as this process lives, or its handle is open; None where that cannot be."""
    if sys.platform == "win32":
        return None
    import fcntl

    try:
        handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError:
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except OSError:
        os.close(handle)
        return None
    return handle
