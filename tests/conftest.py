"""Fixtures for all tests."""

from __future__ import annotations

import faulthandler
import gc
import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

import pytest
from hypothesis import HealthCheck, settings

from tests.disks import Disks
from tests.guide_code.fences import report_unrun
from tests.project import Project

# A process that stays would be shared by tests; `tests/daemon/` has some of its own.
os.environ["GUIDEPRESS_NO_DAEMON"] = "1"


# How busy a machine is says nothing of what is tried.
settings.register_profile("steady", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("steady")

# What a build writes is synced, and so is each commit of a database: half of the time of all tests goes by in waiting
# for the disk. A file system in memory waits for nothing. As a container has it, it may be small or run no programs.
_MEMORY = "/dev/shm"
_ROOM = 4 << 30


def _serves(folder: str) -> bool:
    """Whether tests may keep their files in `folder`."""
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        return False
    return shutil.disk_usage(folder).free >= _ROOM and not os.statvfs(folder).f_flag & os.ST_NOEXEC


if _serves(_MEMORY):
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", _MEMORY)
    os.environ.setdefault("TMPDIR", _MEMORY)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A minimal guide of one chapter with one card."""
    return Project(tmp_path / "guide")


@pytest.fixture
def disks() -> Iterator[Disks]:
    """Disks of the test's own; where nothing may be mounted, the test is skipped."""
    try:
        made = Disks()
    except OSError:
        pytest.skip("cannot mount a disk here")
    with made:
        yield made


# Where a process with tests that crashes says at which lines its threads were, and the processes with tests know of.
_CRASHES = "GUIDEPRESS_TEST_CRASHES"
_CRASH = pytest.StashKey[TextIO]()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the longest: pytest-xdist takes tests from the end of what a process has before it for one that has
    nothing left, and would have the other make what these share a second time.
    """
    items.sort(key=lambda item: item.get_closest_marker("first") is None)


@pytest.hookimpl(hookwrapper=True)
def pytest_collection() -> Iterator[None]:
    """Look for no garbage while tests are collected: hardly any is made, and all that is alive is gone through."""
    gc.disable()
    yield
    gc.enable()


def pytest_collection_finish() -> None:
    """Have the garbage collector leave out what was imported and collected: it stays, and is some 300,000 objects."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """Have interrupts heeded, and the lines at which a process crashes written to a file: in what all print they stand
    far above the end.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        # What a shell starts in the background ignores interrupts, and so would the processes that tests start.
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if not hasattr(config, "workerinput"):
        os.environ[_CRASHES] = tempfile.mkdtemp(prefix="crashes-")
        return
    name = f"{config.workerinput['workerid']}-{os.getpid()}"
    config.stash[_CRASH] = file = (Path(os.environ[_CRASHES]) / name).open("w")
    faulthandler.enable(file)


def _report_crashes(terminalreporter: pytest.TerminalReporter) -> None:
    folder = Path(os.environ.pop(_CRASHES))
    for path in sorted(folder.iterdir()):
        if text := path.read_text(errors="replace"):
            terminalreporter.section(f"crash of {path.name}")
            terminalreporter.write_line(text)
    shutil.rmtree(folder)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say where processes crashed; how much of the guide's code is tried, and what is not, where tests of it ran."""
    if hasattr(terminalreporter.config, "workerinput"):
        return
    _report_crashes(terminalreporter)
    passed = terminalreporter.stats.get("passed", ())
    if not any(report.nodeid.startswith("tests/guide_code/") for report in passed):
        return
    terminalreporter.section("code of the guide")
    for line in report_unrun():
        terminalreporter.write_line(line)
