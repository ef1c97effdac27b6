"""Landlock: from now on this process and those it starts open the named files and no others.

`man 7 landlock`; the numbers are those of <linux/landlock.h>. The interface is three system calls, which
ctypes makes; the package of that name on PyPI wraps the same three.
"""

from __future__ import annotations

import ctypes
import errno
import os
from collections.abc import Iterable
from pathlib import Path

# System calls; their numbers are the same everywhere.
_CREATE, _ADD, _RESTRICT = 444, 445, 446
_VERSION = 1
_PATH_BENEATH = 1
_NO_NEW_PRIVILEGES = 38
# Rights, as bits.
_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_FOLDER = 1 << 0, 1 << 1, 1 << 2, 1 << 3
_REMOVE_FOLDER, _REMOVE_FILE = 1 << 4, 1 << 5
_MAKE_FOLDER, _MAKE_FILE = 1 << 7, 1 << 8
# Not to make links, which others would follow, nor sockets, pipes and devices. Since versions 2, 3 and 5:
_REFER, _TRUNCATE, _DEVICE = 1 << 13, 1 << 14, 1 << 15
READ = _READ_FILE | _READ_FOLDER
EXECUTE = READ | _EXECUTE
WRITE = (
    READ | _WRITE_FILE | _REMOVE_FOLDER | _REMOVE_FILE | _MAKE_FOLDER | _MAKE_FILE | _REFER | _TRUNCATE
)  # fmt: skip
_OF_FILES = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE | _DEVICE
# Version -> all rights that it knows; the oldest that will do can refuse to truncate.
_KNOWN = {3: (1 << 15) - 1, 4: (1 << 15) - 1, 5: (1 << 16) - 1}
OLDEST = min(_KNOWN)
# TCP, both ways; sockets of other processes by their abstract names, and signals.
_NETWORK, _SCOPES = 3, 3


class _Ruleset(ctypes.Structure):
    _fields_ = (
        ("files", ctypes.c_uint64),
        ("network", ctypes.c_uint64),
        ("scopes", ctypes.c_uint64),
    )


class _Beneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("rights", ctypes.c_uint64), ("folder", ctypes.c_int32))


def version() -> int:
    """The version of Landlock that the kernel has; 0 where it has none, or it is switched off."""
    try:
        return _call(_CREATE, None, 0, _VERSION)
    except OSError:
        return 0


def restrict(rights: Iterable[tuple[Path, int]]) -> None:
    """Keep the rights under some paths, for good. Paths that are not there are left out.

    Raises OSError where the kernel has no Landlock that will do.
    """
    known = version()
    if known < OLDEST:
        raise OSError(errno.ENOSYS, f"Landlock {OLDEST} is needed, and this kernel has {known}")
    every = _KNOWN.get(known, _KNOWN[max(_KNOWN)])
    # Older kernels know shorter structures.
    size = 8 if known < 4 else 16 if known < 6 else 24
    ruleset = _Ruleset(every, _NETWORK if known >= 4 else 0, _SCOPES if known >= 6 else 0)
    handle = _call(_CREATE, ctypes.byref(ruleset), size, 0)
    try:
        for path, wanted in rights:
            _add(handle, path, wanted & every)
        _prctl(_NO_NEW_PRIVILEGES)
        _call(_RESTRICT, handle, 0)
    finally:
        os.close(handle)


def _add(handle: int, path: Path, rights: int) -> None:
    try:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        if not path.is_dir():
            rights &= _OF_FILES
        beneath = _Beneath(rights, place)
        _call(_ADD, handle, _PATH_BENEATH, ctypes.byref(beneath), 0)
    finally:
        os.close(place)


def _call(number: int, *arguments: object) -> int:
    libc = ctypes.CDLL(None, use_errno=True)
    result: int = libc.syscall(ctypes.c_long(number), *arguments)
    if result < 0:
        raise OSError(ctypes.get_errno(), f"Landlock: {os.strerror(ctypes.get_errno())}")
    return result


def _prctl(option: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(option, 1, 0, 0, 0):
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
