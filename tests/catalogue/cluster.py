"""A Dask cluster on this machine: a scheduler, and two workers that share no cache."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

_PATIENCE = 120
_ROOT = Path(__file__).parents[2]


@dataclass
class Cluster:
    """The address of the scheduler, and the processes of the workers."""

    address: str
    workers: list[subprocess.Popen[bytes]]


def _command(program: str, *options: str) -> list[str]:
    return [sys.executable, "-W", "ignore", "-m", f"distributed.cli.dask_{program}", *options]


def start(folder: Path) -> tuple[Cluster, list[subprocess.Popen[bytes]]]:
    """The cluster, and all its processes, to be ended by `stop`."""
    file = folder / "scheduler.json"
    quiet = ("--host", "127.0.0.1", "--no-dashboard", "--scheduler-file", str(file))
    running = []
    with (folder / "log.txt").open("wb") as log:

        def run(cache: str, program: str, *options: str) -> None:
            # The functions below run in the scheduler.
            own = {"GUIDEPRESS_CACHE": str(folder / cache), "PYTHONPATH": str(_ROOT)}
            command = _command(program, *quiet, *options)
            running.append(
                subprocess.Popen(
                    command, env={**os.environ, **own}, stdout=log, stderr=log, cwd=folder
                )
            )

        run("none", "scheduler", "--port", "0")
        for number in range(2):
            place = str(folder / f"worker{number}")
            run(
                f"cache{number}",
                "worker",
                "--no-nanny",
                "--nthreads",
                "1",
                "--local-directory",
                place,
            )
    end = time.monotonic() + _PATIENCE
    while not file.exists() or not file.read_text():
        if time.monotonic() > end or running[0].poll() is not None:
            pytest.fail((folder / "log.txt").read_text()[-2000:])
        time.sleep(0.05)
    return Cluster(json.loads(file.read_text())["address"], running[1:]), running


def granted(dask_scheduler: Any) -> dict[str, int]:
    """How often each section was given to a worker to compile; nobody may hold one any more."""
    store = dask_scheduler.plugins["guidepress-sections"]
    assert not store.owners
    found: dict[str, int] = store.granted
    return found


def processing(dask_scheduler: Any) -> dict[str, int]:
    """How many tasks each worker has."""
    return {address: len(w.processing) for address, w in dask_scheduler.workers.items()}


def stop(running: list[subprocess.Popen[bytes]]) -> None:
    """End the processes."""
    for process in reversed(running):
        process.kill()
        process.wait()
