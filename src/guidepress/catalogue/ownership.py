"""Whose a guide is: what belongs to another user of the machine, or may be written by anybody, is a stranger's."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

from guidepress.catalogue.bundle import folders_read


def is_foreign(folder: Path) -> bool:
    """Whether anything that a build of the project in `folder` may read is not the user's alone to write.

    The group of a file does not count, as many systems give each user one. Windows tells nothing of this: there
    everything is the user's own.
    """
    return sys.platform != "win32" and any(map(_is_foreign, _paths(folder)))


def _paths(folder: Path) -> Iterator[Path]:
    yield folder
    for at, folders, names in os.walk(folder):
        folders[:] = folders_read(folders)
        yield from (Path(at, name) for name in (*folders, *names))


def _is_foreign(path: Path) -> bool:
    if sys.platform == "win32":
        return False
    try:
        # A link, and what it leads to.
        found = [path.lstat(), path.stat()]
    except OSError:
        # One that leads nowhere is nobody's; one that may not be looked at is another's.
        return not path.is_symlink()
    user = os.geteuid()
    return any(one.st_uid != user for one in found) or bool(found[1].st_mode & stat.S_IWOTH)
