"""How much memory a process and those below it take."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

# Bytes that a daemon may hold while it has nothing to do; it lets go of what it knows where that is more.
MOST = 400 * 1024 * 1024
_PROC = Path("/proc")


def of_tree() -> int:
    """The bytes of this process and those below it: a page that several share is divided among them (PSS)."""
    parents: dict[int, list[int]] = {}
    for name in os.listdir(_PROC):
        if name.isdecimal():
            with contextlib.suppress(OSError, ValueError):
                fields = (_PROC / name / "stat").read_text().rpartition(")")[2].split()
                parents.setdefault(int(fields[1]), []).append(int(name))
    todo, total = [os.getpid()], 0
    while todo:
        process = todo.pop()
        todo += parents.get(process, ())
        with contextlib.suppress(OSError):
            for line in (_PROC / str(process) / "smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    total += int(line.split()[1]) * 1024
    return total
