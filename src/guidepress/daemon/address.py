"""Where a daemon listens: a socket in a folder of the user's own, named after all that tells two daemons apart."""

from __future__ import annotations

import contextlib
import os
import secrets
import socket
import stat
import struct
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from guidepress.cache import code_digest, digest
from guidepress.cache import folder as cache_folder

OFF = "GUIDEPRESS_NO_DAEMON"
_SUFFIX = ".sock"
_NO = ("", "0", "false", "no")
# What libraries and Python read when they are loaded. All else is read by the command, or given in its order.
_BEGINNINGS = (
    "GUIDEPRESS_", "PYTHON", "LANG", "LC_", "TZ", "XDG_", "LD_", "MALLOC_", "GIT_", "FC_", "FONTCONFIG_", "FREETYPE_",
    "PANGO_",
)  # fmt: skip
_NAMES = frozenset({"HOME", "PATH", "TMPDIR", "TEMP", "TMP", "SOURCE_DATE_EPOCH"})
_NAMESPACES = ("mnt", "pid", "user", "net")
_PEER = struct.Struct("3i")
_QUEUE = 8


def wanted() -> bool:
    """Whether the environment lets a build have a daemon, and the system can have one."""
    # Elsewhere nobody says who is at the other end.
    able = sys.platform == "linux"
    return able and all(os.environ.get(name, "").lower() in _NO for name in (OFF, "CI"))


def folder() -> Path | None:
    """Where sockets are: `guidepress` in the user's runtime folder, else `daemons` in the cache; None without both."""
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    if os.path.isabs(runtime) and os.path.isdir(runtime):
        return Path(runtime) / "guidepress"
    cache = cache_folder()
    return None if cache is None else cache / "daemons"


def clear() -> None:
    """Have every daemon of the user end, as each does when its socket is gone."""
    place = folder()
    with contextlib.suppress(OSError):
        for path in place.iterdir() if place is not None else ():
            if path.suffix == _SUFFIX:
                path.unlink()


@dataclass(frozen=True, slots=True)
class Address:
    """The name of a socket in the folder that is open as `place`, a file descriptor."""

    place: int
    name: str

    @property
    def _path(self) -> str:
        # However long the name of the folder is, and whatever is put in its place meanwhile.
        return f"/proc/self/fd/{self.place}/{self.name}"

    def inode(self) -> tuple[int, int] | None:
        """What tells this socket from another in its place; None where there is none, or it is not ours alone."""
        try:
            status = os.stat(self.name, dir_fd=self.place, follow_symlinks=False)
        except OSError:
            return None
        if not stat.S_ISSOCK(status.st_mode) or not _private(status):
            return None
        return status.st_dev, status.st_ino

    def connect(self) -> socket.socket | None:
        """A connection to the daemon that listens; None where none does, or it is not of this user."""
        if self.inode() is None:
            return None
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            connection.setblocking(False)
            connection.connect(self._path)
            if is_own(connection):
                return connection
        except OSError:
            pass
        connection.close()
        return None

    def listen(self) -> socket.socket:
        """A socket that listens here, in place of any that is there. Raises OSError."""
        temporary = Address(self.place, f"{secrets.token_hex(8)}.new")
        listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        before = os.umask(0o177)
        try:
            listening.bind(temporary._path)
            listening.listen(_QUEUE)
            os.replace(temporary.name, self.name, src_dir_fd=self.place, dst_dir_fd=self.place)
        except BaseException:
            listening.close()
            with contextlib.suppress(OSError):
                os.unlink(temporary.name, dir_fd=self.place)
            raise
        finally:
            os.umask(before)
        return listening

    def remove(self, inode: tuple[int, int] | None) -> None:
        """Remove the socket, if it is the one that had `inode`."""
        if inode is not None and self.inode() == inode:
            with contextlib.suppress(OSError):
                os.unlink(self.name, dir_fd=self.place)


@contextmanager
def opened(folder_: Path, out: Path) -> Iterator[Address | None]:
    """The address of the daemon for the guide in `folder_` that is built into `out`, both as they were typed.

    None where it may have none: nobody but the user may read or write the folder of the sockets.
    """
    place = folder()
    handle: int | None = None
    found: Address | None = None
    # Without /proc, or where the current folder is gone, there is none, either.
    with contextlib.suppress(OSError):
        if place is not None:
            place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            place.mkdir(mode=0o700, exist_ok=True)
            handle = os.open(place, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
            if _private(os.fstat(handle)):
                found = Address(handle, f"{_identity(folder_, out)[:32]}{_SUFFIX}")
    try:
        yield found
    finally:
        if handle is not None:
            os.close(handle)


def is_own(connection: socket.socket) -> bool:
    """Whether a process of this user is at the other end."""
    return _peer(connection)[1] == os.geteuid()


def peer(connection: socket.socket) -> int:
    """The number of the process that listened, or connected, at the other end."""
    return _peer(connection)[0]


def _peer(connection: socket.socket) -> tuple[int, int, int]:
    data = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _PEER.size)
    number, user, group = _PEER.unpack(data)
    return number, user, group


def _private(status: os.stat_result) -> bool:
    return status.st_uid == os.geteuid() and not status.st_mode & 0o077


def _identity(folder_: Path, out: Path) -> str:
    """A digest of all that a build depends on and its order does not say.

    The guide, the code and the packages; and what a process has from the one that started it: environment, rights,
    limits, priority, and the part of the system that it sees.
    """
    import resource

    umask = os.umask(0o077)
    os.umask(umask)
    limits = [
        resource.getrlimit(getattr(resource, name))
        for name in sorted(vars(resource))
        if name.startswith("RLIMIT_")
    ]
    environment = sorted(
        (name, value)
        for name, value in os.environ.items()
        if name.startswith(_BEGINNINGS) or name in _NAMES
    )
    with open("/proc/self/status", encoding="ascii", errors="replace") as file:
        status = [line for line in file if line.startswith(("Cap", "NoNewPrivs", "Seccomp:"))]
    parts = (
        code_digest(), os.getcwd(), str(folder_), str(out), sys.version, sys.executable, sys.prefix, sys.flags,
        [(place, _packages(place)) for place in sys.path],
        environment, umask, limits, os.getpriority(os.PRIO_PROCESS, 0), sorted(os.sched_getaffinity(0)),
        os.getresuid(), os.getresgid(), sorted(os.getgroups()), status,
        [os.readlink(f"/proc/self/ns/{name}") for name in _NAMESPACES], os.stat("/")[1:3],
    )  # fmt: skip
    return digest(repr(parts))


def _packages(place: str) -> list[str]:
    """What is installed in a folder of Python's path: its names have the versions."""
    try:
        return sorted(name for name in os.listdir(place) if name.endswith((".dist-info", ".pth")))
    except OSError:
        return []
