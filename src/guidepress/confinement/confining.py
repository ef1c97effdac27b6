"""What a build of a stranger's guide may reach: project, Python, packages and fonts; output, cache, temporary files."""

from __future__ import annotations

import errno
import mimetypes
import os
import sys
import sysconfig
import tempfile
import threading
from collections.abc import Iterable
from pathlib import Path

import guidepress
from guidepress import scratch
from guidepress.cache import digest
from guidepress.confinement import landlock, mark_confined, seccomp
from guidepress.source.location import find

# Libraries, what loads them, and where fonts and time zones are; devices without a state.
_SYSTEM = (
    "/lib", "/lib32", "/lib64", "/usr/lib", "/usr/lib32", "/usr/lib64", "/usr/local/lib",
    "/etc/ld.so.cache", "/etc/ld.so.preload", "/etc/localtime", "/etc/fonts", "/usr/share/fonts",
    "/usr/local/share/fonts", "/usr/share/zoneinfo", "/usr/share/mime", "/usr/share/locale",
    "/dev/null", "/dev/zero", "/dev/urandom", "/dev/random",
)  # fmt: skip
# What starts programs. The only one besides is Python, which workers are.
_LOADERS = ("lib/ld-linux*.so*", "lib64/ld-linux*.so*", "lib/ld-musl*.so*")
# What of the environment says how a build goes, and nothing about who runs it. The rest is taken out.
_KEPT = ("PATH", "LANG", "LANGUAGE", "TZ", "TERM", "COLUMNS", "LINES", "NO_COLOR", "FORCE_COLOR")
_KEPT_PREFIXES = (
    "LC_",
    "GUIDEPRESS_",
    "PYTHONHASHSEED",
    "DYLD_",
    "LD_LIBRARY_PATH",
    "SOURCE_DATE_EPOCH",
)


def cache_of(place: Path | None, project: Path) -> Path | None:
    """The folder for what a confined build of a project keeps: no other build believes what is in it."""
    return place and place / "untrusted" / digest(str(project.resolve()))[:32]


def kept_environment() -> dict[str, str]:
    """What of the environment a confined process keeps."""
    return {
        name: value
        for name, value in os.environ.items()
        if name in _KEPT or name.startswith(_KEPT_PREFIXES)
    }


def confine(project: Path, out: Path, cache: Path | None, read: Iterable[Path] = ()) -> None:
    """Confine this process and those it will start, for good.

    `project` is the folder of the guide, `out` the folder of its products, `cache` the folder of a cache; the latter
    two are made. `read` names other files that are wanted. Raises OSError where the system cannot do it, a thread runs
    already, which would stay as it is, or the project would have the build write to other places than it seems to.
    """
    if sys.platform != "linux":
        raise OSError(errno.ENOSYS, "--untrusted needs Linux")
    if landlock.version() >= landlock.OLDEST and threading.active_count() > 1:
        raise OSError(errno.EBUSY, "--untrusted cannot confine threads that run already")
    # What this process cannot remove then, being in a folder of others, the next build does.
    temporary = scratch.folder()
    _require_no_link(project, out)
    out.mkdir(parents=True, exist_ok=True)
    if cache is not None:
        cache.mkdir(parents=True, exist_ok=True, mode=0o700)
    # deck.lock is written beside guide.yaml, and put in place whole.
    written = [out, temporary, *([cache] if cache else []), *_places_of_lock(project)]
    rights = [
        *((Path(path), landlock.READ) for path in (*_SYSTEM, *mimetypes.knownfiles)),
        *((path, landlock.READ) for path in (*_python(), project, *read)),
        *((path, landlock.EXECUTE) for path in _programs()),
        *((path, landlock.WRITE) for path in (*written, Path("/dev/null"))),
    ]
    try:
        landlock.restrict((path.resolve(), right) for path, right in rights)
        seccomp.refuse()
    except OSError as problem:
        text = f"this system cannot confine a build: {problem.strerror}"
        raise OSError(problem.errno, text) from problem
    mark_confined()
    for name in os.environ.keys() - kept_environment().keys():
        del os.environ[name]
    os.environ["TMPDIR"] = tempfile.tempdir = str(temporary)


def _python() -> list[Path]:
    """Where Python's library, the packages and guidepress are; the last may be elsewhere, being developed."""
    package = Path(guidepress.__path__[0])
    names = ("stdlib", "platstdlib", "purelib", "platlib")
    found = {Path(sysconfig.get_path(name)) for name in names}
    # The folder around guidepress, where it is not among the packages, is looked through on the way to it.
    found |= {Path(sys.base_prefix, "lib"), Path(sys.prefix), package.parent}
    # In a checkout the layouts stand beside src/.
    found.add(package.parents[1] / "layouts")
    return sorted(found)


def _programs() -> list[Path]:
    loaders = [path for pattern in _LOADERS for path in Path("/").glob(pattern)]
    return [Path(sys.executable), *loaders]


def _places_of_lock(project: Path) -> list[Path]:
    """The folder of guide.yaml, in which deck.lock is put in place."""
    found = find(project).value
    if found is None:
        return []
    folder = found[1]
    _require_no_link(project, folder)
    if (folder / ".git").exists():
        problem = (
            "deck.lock would be written where .git is, whose hooks are programs; put the guide into source/,"
            " or build a copy without .git"
        )
        raise OSError(errno.EPERM, problem, str(folder))
    return [folder]


def _require_no_link(project: Path, folder: Path) -> None:
    """Refuse a folder in the project from which links lead elsewhere: whoever made them chose what may be written."""
    at, base = Path(os.path.abspath(folder)), Path(os.path.abspath(project))
    if at.is_relative_to(base) and folder.resolve() != base.resolve() / at.relative_to(base):
        problem = "a link of the project leads elsewhere; name another folder with --out"
        raise OSError(errno.ELOOP, problem, str(folder))
