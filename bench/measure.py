"""What one command costs: time on the clock, time of the processor, and memory, of all processes that it starts.

For Linux: processes and their memory are read from /proc. Whatever outlives the command itself, such as a
fork server, becomes a child of this process and is counted too.
"""

from __future__ import annotations

import ctypes
import os
import select
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from resource import struct_rusage

_PR_SET_CHILD_SUBREAPER = 36
# Reading the memory of large processes takes time; it may take this part of one core at most.
_SHARE = 0.02
_PAUSE = 0.05
_PATIENCE = 30.0
_PROC = Path("/proc")


class Failed(Exception):
    """A command left with an error; the message is the last line that it wrote."""


@dataclass(frozen=True, slots=True)
class Run:
    """One run: seconds by the clock, seconds of the processors (user and system), bytes at the peak.

    The peak is the sum of the PSS (shared pages divided by those who share them) of all processes, sampled;
    or the RSS at the peak of the largest of them, which the kernel knows exactly, where that is more.
    """

    wall: float
    cpu: float
    peak: int
    out: str = ""


def measure(
    command: Iterable[object], more: Mapping[str, str] | None = None, folder: Path | None = None
) -> Run:
    """Run a command in a folder (None: this process's), `more` added to its environment, and measure it."""
    # Orphans of the command come to us, not to init. Without effect elsewhere than on Linux.
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    strangers = _children(os.getpid())
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        start = time.perf_counter()
        process = subprocess.Popen(
            [str(word) for word in command],
            stdin=subprocess.DEVNULL, stdout=out, stderr=err, env={**os.environ, **(more or {})}, cwd=folder,
        )  # fmt: skip
        peak = _watch(process.pid)
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        usages = [used, *_reap(strangers)]
        out.seek(0)
        err.seek(0)
        if process.returncode != 0:
            lines = err.read().strip().splitlines() or [f"exit status {process.returncode}"]
            raise Failed(lines[-1])
        largest = max(used.ru_maxrss for used in usages) * 1024
        cpu = sum(used.ru_utime + used.ru_stime for used in usages)
        return Run(wall, cpu, max(peak, largest), out.read())


def _watch(pid: int) -> int:
    """Wait for the end of a process; the most memory that it and its descendants were seen to hold."""
    peak, pause = 0, _PAUSE
    handle = os.pidfd_open(pid)
    try:
        while not select.select([handle], [], [], pause)[0]:
            start = time.perf_counter()
            peak = max(peak, sum(map(pss, descendants(pid))))
            pause = max(_PAUSE, (time.perf_counter() - start) / _SHARE)
    finally:
        os.close(handle)
    return peak


def _reap(strangers: set[int]) -> list[struct_rusage]:
    """The costs of orphans, which end by themselves when the command is gone."""
    usages, deadline = [], time.monotonic() + _PATIENCE
    while orphans := _children(os.getpid()) - strangers:
        for pid in orphans:
            done, _, used = os.wait4(pid, os.WNOHANG)
            if done:
                usages.append(used)
        if time.monotonic() > deadline:
            raise Failed("processes were left behind")
        time.sleep(0.005)
    return usages


def descendants(pid: int) -> list[int]:
    """A process and all below it."""
    parents = _parents()
    found = [pid]
    for one in found:  # grows while it is read
        found += [child for child, parent in parents.items() if parent == one]
    return found


def _children(pid: int) -> set[int]:
    return {child for child, parent in _parents().items() if parent == pid}


def _parents() -> dict[int, int]:
    """Every process and its parent."""
    found = {}
    for entry in _PROC.iterdir():
        if entry.name.isdigit():
            try:
                # The name, in brackets, may hold anything; then come the state and the parent.
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
                found[int(entry.name)] = int(fields[1])
            except (OSError, IndexError):
                continue
    return found


def pss(pid: int) -> int:
    """The memory of a process in bytes, a page that several share divided among them."""
    try:
        for line in (_PROC / str(pid) / "smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    except OSError:  # it has ended
        pass
    return 0


def supported() -> bool:
    """Whether this machine can be asked."""
    return sys.platform == "linux" and hasattr(os, "pidfd_open")
