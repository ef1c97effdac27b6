"""Find WeasyPrint's libraries by the names that the system's loader knows."""

from __future__ import annotations

import ctypes
import ctypes.util
import sys
from collections.abc import Iterator
from contextlib import contextmanager

# What WeasyPrint 70 cannot do without, as Linux calls it.
_SONAMES = (
    "libgobject-2.0.so.0",
    "libpango-1.0.so.0",
    "libharfbuzz.so.0",
    "libfontconfig.so.1",
    "libpangoft2-1.0.so.0",
)


@contextmanager
def found_by_soname() -> Iterator[None]:
    """For the time of WeasyPrint's import: other systems' names of a library are not looked for.

    WeasyPrint tries them first, and for each that is not there Python runs `ldconfig`, `gcc` and `ld`: 0.15 seconds,
    and files in the folder for temporary ones when it is interrupted. Where the loader does not find all of them by
    their own names, nothing is changed.
    """
    original = ctypes.util.find_library
    if sys.platform == "linux" and all(map(_loads, _SONAMES)):
        ctypes.util.find_library = _nowhere
    try:
        yield
    finally:
        ctypes.util.find_library = original


def _loads(name: str) -> bool:
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def _nowhere(name: str) -> str | None:
    return None
