"""What a worker may take of the machine. A section that wants more is an error at its place, not a dead build."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass

if sys.platform != "win32":
    import resource

# CPU time for one section. WeasyPrint takes 360 s and 4 GB for 1,500 pages as one document (docs/performance.md).
SECONDS = 600
# Address space of one worker, in MB, libraries and fonts included.
MEMORY = 6144
# Open files; a worker reads fonts and pictures one by one.
FILES = 256
SECONDS_NAME, MEMORY_NAME = "GUIDEPRESS_SECTION_SECONDS", "GUIDEPRESS_WORKER_MEMORY"


@dataclass(frozen=True, slots=True)
class Limits:
    """CPU seconds for a section, and MB of address space for a worker."""

    seconds: int = SECONDS
    memory: int = MEMORY

    def confine(self) -> None:
        """In a worker: no core files, few open files, so much memory. What the system does not let us set stays."""
        if sys.platform != "win32":
            _limit(resource.RLIMIT_CORE, 0)
            _limit(resource.RLIMIT_NOFILE, FILES)
            _limit(resource.RLIMIT_AS, self.memory * 1024 * 1024)

    def begin(self) -> None:
        """In a worker, before each section: from now on it has so many seconds, then the system ends the process."""
        if sys.platform != "win32":
            used = resource.getrusage(resource.RUSAGE_SELF)
            _limit(resource.RLIMIT_CPU, int(used.ru_utime + used.ru_stime) + 1 + self.seconds)


def chosen() -> Limits:
    """The limits of this build: $GUIDEPRESS_SECTION_SECONDS and $GUIDEPRESS_WORKER_MEMORY (MB), or ours."""
    return Limits(_number(SECONDS_NAME, SECONDS), _number(MEMORY_NAME, MEMORY))


if sys.platform != "win32":

    def _limit(what: int, value: int) -> None:
        """Set a soft limit; the hard one stays, so that the next section can have its own."""
        _, hard = resource.getrlimit(what)
        if hard != resource.RLIM_INFINITY:
            value = min(value, hard)
        try:
            resource.setrlimit(what, (value, hard))
        except (OSError, ValueError):
            return


def _number(name: str, default: int) -> int:
    text = os.environ.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and int(text) else default
