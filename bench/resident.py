"""A guide under test that is built by a daemon: what a build costs once the daemon knows the guide."""

from __future__ import annotations

import contextlib
import os
import subprocess
import tempfile
import time
from pathlib import Path
from types import TracebackType

from bench.guide import Guide
from bench.measure import Failed, Run, descendants, pss
from guidepress.daemon.address import OFF

# Seconds. After a build a daemon lets go of what it does not need; that counts as well.
_SETTLING = 1.5
_LEAVING = 30.0
_TICKS = os.sysconf("SC_CLK_TCK")
_PROC = Path("/proc")


class Resident:
    """Builds a guide again and again with its daemon; a context, at whose end there is none."""

    def __init__(self, guide: Guide) -> None:
        self.guide = guide
        self._runtime = tempfile.TemporaryDirectory(prefix="guidepress-run-")

    def __enter__(self) -> Resident:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        raised: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        daemons = self._daemons()
        self._runtime.cleanup()
        end = time.monotonic() + _LEAVING
        while daemons and time.monotonic() < end:
            daemons = [pid for pid in daemons if _stays(pid)]
            time.sleep(0.1)

    def build(self, jobs: int) -> Run:
        """Press the handbook. The peak is what the daemon and its workers hold when it has nothing to do any more."""
        own = {"GUIDEPRESS_CACHE": str(self.guide.cache), "XDG_RUNTIME_DIR": self._runtime.name}
        others = {key: value for key, value in os.environ.items() if key not in (OFF, "CI")}
        before = _cpu(self._daemons())
        start = time.perf_counter()
        process = subprocess.Popen(
            self.guide.command(jobs), env={**others, **own},
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise Failed(f"exit status {process.returncode}")
        time.sleep(_SETTLING)
        daemons = self._daemons()
        if not daemons:
            raise Failed("there is no daemon")
        cpu = used.ru_utime + used.ru_stime + _cpu(daemons) - before
        return Run(wall, cpu, sum(pss(one) for pid in daemons for one in descendants(pid)))

    def _daemons(self) -> list[int]:
        """The processes of daemons for the guide."""
        wanted = [b"guidepress.daemon", os.fsencode(self.guide.out)]
        found = []
        for entry in _PROC.iterdir():
            if entry.name.isdigit():
                with contextlib.suppress(OSError):
                    words = (entry / "cmdline").read_bytes().split(b"\0")
                    if all(word in words for word in wanted):
                        found.append(int(entry.name))
        return found


def _cpu(processes: list[int]) -> float:
    """Seconds of CPU time that processes, those below them, and those that ended below them have had."""
    ticks = 0
    for pid in {one for process in processes for one in descendants(process)}:
        with contextlib.suppress(OSError):
            fields = (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
            ticks += sum(int(field) for field in fields[11:15])
    return ticks / _TICKS


def _stays(pid: int) -> bool:
    """Whether a process lives; one that has ended is reaped where it is ours."""
    with contextlib.suppress(OSError):
        os.waitpid(pid, os.WNOHANG)
    return (_PROC / str(pid)).exists()
