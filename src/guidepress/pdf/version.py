"""Which engine sets the pages: part of every cache key."""

from __future__ import annotations

import ctypes
from functools import cache

# The version of WeasyPrint that this package is written for.
WEASYPRINT = "70.0"

# Raised with every change that gives other fragments or another book for the same input.
REVISION = 5

ENGINE_VERSION = f"weasyprint-{WEASYPRINT}+{REVISION}"

# The libraries that choose glyphs and break lines, by platform, and the function that returns the version.
_NATIVE = (
    ("libpango-1.0.so.0", "libpango-1.0.0.dylib", "libpango-1.0-0.dll", "pango_version_string"),
    ("libharfbuzz.so.0", "libharfbuzz.0.dylib", "libharfbuzz-0.dll", "hb_version_string"),
)


@cache
def native_versions() -> str:
    """The versions of Pango and HarfBuzz, as far as they say: an upgrade of the system may move text."""
    found = []
    for *names, function in _NATIVE:
        for name in names:
            try:
                tell = getattr(ctypes.CDLL(name), function)
            except (OSError, AttributeError):
                continue
            tell.restype = ctypes.c_char_p
            found.append(f"{function} {tell().decode()}")
            break
    return ", ".join(found)
