"""Whether this process stays, so that the pages of the section that it laid out last can serve the next edit of it."""

from __future__ import annotations

import os

from guidepress import garbage

# Of so many sections a process that stays holds the pages, while it has no more bytes than that in memory: the pages of
# a chapter take 30 MB, and what is left of one edit after another lies scattered, so that little is given back.
SECTIONS = 1
MOST = 200 * 1024 * 1024
_stays = False


def stay(*, stays: bool = True) -> None:
    """Say whether this process stays."""
    global _stays
    _stays = stays


def stays() -> bool:
    """Whether it does."""
    return _stays


def may_hold() -> bool:
    """Whether it stays, and has room for the pages of a section."""
    if _stays and _bytes() > MOST:
        # Of what was laid out before, only this frees the memory.
        garbage.trim()
    return _stays and _bytes() <= MOST


def _bytes() -> int:
    """What of this process is in memory; 0 where the system does not say."""
    try:
        with open("/proc/self/statm", encoding="ascii") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0
