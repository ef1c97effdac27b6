"""Environment variables that libraries read, set for a while: with one, the fonts of the host stay out."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

_CONFIGURATION = Path(__file__).with_name("fonts.conf")


@contextmanager
def variable(name: str, value: str) -> Iterator[None]:
    """Have an environment variable set, and afterwards as it was."""
    before = os.environ.get(name)
    os.environ[name] = value
    try:
        yield
    finally:
        if before is None:
            del os.environ[name]
        else:
            os.environ[name] = before


def without_host_fonts() -> AbstractContextManager[None]:
    """Make font configurations that are created meanwhile start without any font."""
    return variable("FONTCONFIG_FILE", str(_CONFIGURATION))
