"""Fixtures for all tests."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.disks import Disks
from tests.guide_code.fences import report_unrun
from tests.project import Project

# A process that stays would be shared by tests; `tests/daemon/` has some of its own.
os.environ["GUIDEPRESS_NO_DAEMON"] = "1"


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


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how much of the guide's code is tried, and what is not."""
    terminalreporter.section("code of the guide")
    for line in report_unrun():
        terminalreporter.write_line(line)
