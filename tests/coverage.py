"""Branch coverage by package: `pytest -p tests.coverage`, which `./press test` does by itself.

slipcover measures by probes that remove themselves and costs a few seconds a process; with coverage.py's tracer the
tests take twice as long on Python 3.11. Code that runs in processes of their own is not seen: workers, commands that
tests start.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import slipcover
from slipcover.importer import SlipcoverLoader

SOURCE = Path(__file__).parents[1] / "src" / "guidepress"
# Per cent of lines and branches that the tests reach, two less than what stood when they were last raised:
# some tests draw their cases.
# What runs in processes of its own, the preview and a confined build, has none: it is hardly seen.
FLOORS: Mapping[str, int] = {
    "book": 96,
    "card_kinds": 94,
    "cards": 95,
    "catalogue": 90,  # what workers of a cluster do is not seen
    "content": 97,
    "copies": 95,
    "deck": 94,
    "guidepress": 91,
    "handbook": 95,
    "layouts": 95,
    "lint": 97,
    "markdown": 96,
    "maths": 97,
    "model": 97,
    "pdf": 94,
    "push": 95,
    "release": 94,
    "scaffold": 89,
    "source": 96,
    "web": 93,
}
# Where the processes of pytest-xdist leave what they have seen.
_FOLDER = "GUIDEPRESS_COVERAGE"

# Slipcover takes a probe out by itself when it has been passed often, and looks through every module for the function
# each time. All at once, and rarely, costs a third less (15.5 and 10.3 s of CPU where the tests themselves took 66).
_measure = slipcover.Slipcover(branch=True, d_miss_threshold=-1)
_shares: dict[str, float] = {}


class _Finder(MetaPathFinder):
    """Finds guidepress's modules, to be loaded with probes."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname.partition(".")[0] != "guidepress":
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is not None and spec.loader is not None and spec.origin:
            spec.loader = SlipcoverLoader(_measure, spec.loader, spec.origin)
        return spec


sys.meta_path.insert(0, _Finder())


def pytest_configure() -> None:
    """Make a folder for all processes, in the first of them."""
    if _FOLDER not in os.environ:
        os.environ[_FOLDER] = tempfile.mkdtemp(prefix="coverage-")


# After how many tests of a process the probes are taken out that have been passed.
_TAKEN_OUT = frozenset(10 * 2**n for n in range(10))
_tests = 0


def pytest_runtest_teardown() -> None:
    """Take probes out that have been passed."""
    global _tests
    _tests += 1
    if _tests in _TAKEN_OUT:
        _measure.deinstrument_seen()


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Leave what this process has seen; in the last, add up all, and fail the run below a floor."""
    folder = Path(os.environ[_FOLDER])
    name = os.environ.get("PYTEST_XDIST_WORKER")
    (folder / f"{name or 'main'}.json").write_text(json.dumps(_measure.get_coverage()["files"]))
    if name is None:
        parts = [json.loads(part.read_text()) for part in sorted(folder.glob("*.json"))]
        shutil.rmtree(folder)
        _shares.update(_by_package(parts))
        if any(share < FLOORS.get(package, 0) for package, share in _shares.items()):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what the tests reached of each package."""
    terminalreporter.section("coverage: lines and branches, without other processes")
    for package, share in sorted(_shares.items()):
        floor = FLOORS.get(package, 0)
        low = f"   below its floor of {floor} %" if share < floor else ""
        terminalreporter.write_line(f"{package:12} {share:5.1f} %{low}", red=bool(low))


def _by_package(parts: Iterable[Mapping[str, Any]]) -> dict[str, float]:
    """Package -> per cent of its lines and branches that some process reached."""
    reached: dict[str, set[Any]] = defaultdict(set)
    every: dict[str, set[Any]] = defaultdict(set)
    for file, data in (item for part in parts for item in part.items()):
        path = Path(file).resolve()
        if not path.is_relative_to(SOURCE):  # a module that a test made
            continue
        inside = path.relative_to(SOURCE).parts
        package = inside[0] if len(inside) > 1 else "guidepress"
        for kind in ("lines", "branches"):
            found = {(file, str(one)) for one in data[f"executed_{kind}"]}
            reached[package] |= found
            every[package] |= found | {(file, str(one)) for one in data[f"missing_{kind}"]}
    return {name: 100 * len(reached[name]) / len(all_) for name, all_ in every.items()}
