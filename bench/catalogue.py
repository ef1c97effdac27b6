"""What a guide of a catalogue costs: by itself, among others on one machine, and on a cluster.

    python -m bench.catalogue [--guides 50] [--workers 1,2,4] [--jobs 1000]

builds guides of two short chapters, one of which all of them share, from empty caches: one `guidepress build` after
the other, `batch` with so many processes, and `batch --scheduler` with so many workers on this machine. Then a
cluster gets jobs that come to nothing, guides without a title: one, then many. What these take more, each, is what a
job costs besides the work.
At the end stands what 100,000 such guides would cost, computed from these.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.measure import measure

GUIDEPRESS = (sys.executable, "-P", "-m", "guidepress")
_PARAGRAPHS, _CARDS = 20, 10
_TEXT = (
    "A process keeps its own memory, and what two of them share they have to send each other. "
    "Whoever waits for an answer holds nothing that somebody else could wait for."
)
_GUIDE = """\
id: g{number}
title: A Guide Among Others
edition: "1"
language: en
contents:
  parts:
    - {{title: The Only Part, chapters: [chapters/shared.md, chapters/own.md]}}
"""
_PATIENCE = 120
# What is computed from the figures: so many guides, on so many cores.
_MANY, _CORES = 100_000, 200


def guides(count: int, place: Path) -> Path:
    """So many guides, and a catalogue of them."""
    for number in range(count):
        source = place / "guides" / f"g{number:03}" / "source"
        (source / "chapters").mkdir(parents=True)
        (source / "guide.yaml").write_text(_GUIDE.format(number=number))
        (source / "chapters" / "shared.md").write_text(_chapter("What All Share", 0))
        (source / "chapters" / "own.md").write_text(_chapter("What Is Its Own", number + 1))
    catalogue = place / "all.yaml"
    catalogue.write_text("guides: [{guide: 'guides/*', only: [handbook, deck]}]\n")
    return catalogue


def _chapter(title: str, number: int) -> str:
    """A chapter of some pages, with cards."""
    cards = "".join(
        f"/// card | What is the value of item {n} in list {number}?\n    id: c{number}-{n}\n\nIt is {n * 7}.\n///\n\n"
        for n in range(_CARDS)
    )
    paragraphs = "".join(
        f"{_TEXT} Item {n} of list {number} stands here.\n\n" for n in range(_PARAGRAPHS)
    )
    return f"# {title}\n\n{paragraphs}{cards}"


def nothings(count: int, place: Path) -> Path:
    """So many guides of which nothing can be made."""
    for number in range(count):
        folder = place / "guides" / f"g{number:04}"
        folder.mkdir(parents=True)
        (folder / "guide.yaml").write_text(f"id: g{number}\n")
    catalogue = place / "all.yaml"
    catalogue.write_text("guides: [{guide: 'guides/*', only: [deck]}]\n")
    return catalogue


@contextmanager
def cluster(workers: int, place: Path) -> Iterator[tuple[str, list[int]]]:
    """The address of a scheduler with so many workers on this machine, and the ids of all processes."""
    file = place / "scheduler.json"
    common = ("--host", "127.0.0.1", "--no-dashboard", "--scheduler-file", str(file))
    running = []
    with (place / "log.txt").open("wb") as log:

        def start(program: str, cache: str, *options: str) -> None:
            command = (sys.executable, "-m", f"distributed.cli.dask_{program}", *common, *options)
            own = {"GUIDEPRESS_CACHE": str(place / cache)}
            running.append(
                subprocess.Popen(
                    command, env={**os.environ, **own}, stdout=log, stderr=log, cwd=place
                )
            )

        start("scheduler", "none", "--port", "0")
        for number in range(workers):
            start("worker", f"cache-{number}", "--no-nanny", "--nthreads", "1")
    try:
        from distributed import Client

        end = time.monotonic() + _PATIENCE
        while not file.exists() and time.monotonic() < end:
            time.sleep(0.1)
        with Client(scheduler_file=str(file), set_as_default=False) as client:
            client.wait_for_workers(workers, timeout=_PATIENCE)
            address = client.scheduler.address
        yield address, [process.pid for process in running]
    finally:
        for process in reversed(running):
            process.kill()
            process.wait()


def _seconds(pids: list[int]) -> float:
    """The seconds of the processors that processes took, and theirs that have ended."""
    ticks = 0
    for pid in pids:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        ticks += sum(map(int, fields[11:15]))
    return ticks / os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Cost:
    """What so many guides or jobs took: seconds by the clock, and of the processors."""

    count: int
    wall: float
    cpu: float


def _say(name: str, cost: Cost) -> Cost:
    wall, cpu = (1000 * seconds / cost.count for seconds in (cost.wall, cost.cpu))
    print(
        f"{name:42}{cost.wall:8.1f} s{cost.cpu:8.1f} s CPU; a guide {wall:8.1f} ms{cpu:8.1f} ms CPU",
        flush=True,
    )
    return cost


def one_by_one(count: int, place: Path) -> Cost:
    """A process for each guide, one after the other."""
    folder = guides(count, place).parent / "guides"
    wall = cpu = 0.0
    for guide in sorted(folder.iterdir()):
        options = ("--only", "handbook", "--only", "deck", "--jobs", "1")
        run = measure(
            [*GUIDEPRESS, "build", guide, *options], {"GUIDEPRESS_CACHE": str(place / "c")}
        )
        wall, cpu = wall + run.wall, cpu + run.cpu
    return _say("guidepress build, one after the other", Cost(count, wall, cpu))


def here(count: int, jobs: int, place: Path) -> Cost:
    """`batch` on this machine."""
    catalogue = guides(count, place)
    command = [*GUIDEPRESS, "batch", catalogue, "--jobs", jobs]
    run = measure(command, {"GUIDEPRESS_CACHE": str(place / "c")})
    return _say(f"guidepress batch --jobs {jobs}", Cost(count, run.wall, run.cpu))


def there(catalogue: Path, count: int, workers: int, place: Path, name: str) -> Cost:
    """`batch` on a cluster; its processor time is that of sender, scheduler and workers, without their start."""
    with cluster(workers, place) as (address, pids):
        before = _seconds([*pids, os.getpid()])
        own = {"GUIDEPRESS_CACHE": str(place / "c")}
        start = time.perf_counter()
        done = subprocess.run(
            [*GUIDEPRESS, "batch", str(catalogue), "--scheduler", address],
            env={**os.environ, **own}, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=False,
        )  # fmt: skip
        wall = time.perf_counter() - start
        print(f"  {done.stdout.splitlines()[-1]}")
        return _say(name, Cost(count, wall, _seconds([*pids, os.getpid()]) - before))


def _many(cost: Cost, job: Cost) -> Iterator[str]:
    """What many such guides come to, from what one costs on one process here and what a job costs besides."""
    seconds = _MANY * (cost.cpu / cost.count + job.cpu / job.count)
    hours = seconds / 3600
    yield f"{_MANY:,} such guides: {hours:.0f} hours of a core, {60 * hours / _CORES:.0f} min on {_CORES} cores"


def main() -> None:
    """Measure all of it, and print a line each."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--guides", type=int, default=50)
    parser.add_argument("--jobs", type=int, default=1000)
    parser.add_argument(
        "--workers", type=lambda text: [int(n) for n in text.split(",")], default=[1, 2, 4]
    )
    asked = parser.parse_args()
    print(f"{asked.guides} guides, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory(prefix="guidepress-bench-") as folder:

        def place(name: str) -> Path:
            made = Path(folder) / name
            made.mkdir()
            return made

        one_by_one(asked.guides, place("one"))
        costs = [here(asked.guides, jobs, place(f"here-{jobs}")) for jobs in asked.workers]
        for workers in asked.workers:
            at = place(f"there-{workers}")
            name = f"guidepress batch --scheduler, {workers} worker{'s' if workers > 1 else ''}"
            there(guides(asked.guides, at), asked.guides, workers, at, name)
        one, job = (
            there(
                nothings(count, at), count, 2, at, f"jobs that come to nothing: {count}, 2 workers"
            )
            for count in (1, asked.jobs)
            for at in (place(f"nothing-{count}"),)
        )
        more = Cost(asked.jobs - 1, job.wall - one.wall, job.cpu - one.cpu)
        for line in _many(costs[0], _say("each job of these after the first", more)):
            print(line)


if __name__ == "__main__":
    main()
