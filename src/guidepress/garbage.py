"""The collector of garbage, held off where nothing would be found; memory that is free given back."""

from __future__ import annotations

import contextlib
import ctypes
import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """Look for no cycles meanwhile: for work that makes many objects and hardly a cycle.

    Each search goes through all that is alive, which for a large guide takes up to a quarter of the time.
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def trim() -> None:
    """Collect, and give memory that was freed back to the system."""
    gc.collect()
    give_back()


def give_back() -> None:
    """Give memory that was freed back to the system, where its library can."""
    with contextlib.suppress(AttributeError, OSError):
        ctypes.CDLL(None).malloc_trim(0)
