"""A catalogue built by a Dask cluster: the jobs that processes of one machine do, and the same bytes.

A guide travels as a bundle within its task, which the scheduler keeps until it is done: so a worker that dies takes
nothing along but its time. As many are on their way as keep all workers busy. What comes back is put in place here.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import dask.config
import msgspec
from distributed import Client, Future, KilledWorker, as_completed, get_worker

from guidepress.build import LOCK
from guidepress.cache import Cache, digest, own_folder
from guidepress.catalogue.building import Outcome, broken, note_of
from guidepress.catalogue.bundle import Bundle, bundle_of
from guidepress.catalogue.confined import cache_for
from guidepress.catalogue.jobs import Done, Job, build_bundle, toolchain
from guidepress.catalogue.placing import place
from guidepress.catalogue.running import Progress, build_task
from guidepress.catalogue.sections import ClusterCache, SectionStore
from guidepress.catalogue.task import Task
from guidepress.history import missing_lock
from guidepress.source.location import find

# Seconds for a scheduler to answer.
_PATIENCE = 10
# Guides on their way at a time: some for each thread of a worker, so that none waits for the next.
_AHEAD, _LEAST = 3, 8
# How many guides come back until it is asked again how many threads there are.
_COUNTED = 50


def build_on_cluster(
    scheduler: str,
    tasks: Sequence[Task],
    place_of_cache: Path | None,
    strict: bool,
    progress: Progress,
) -> list[Outcome]:
    """Build every guide on the cluster whose scheduler is at an address; the outcomes as `build_all` has them.

    Raises OSError where nobody answers there.
    """
    # A bundle is as large as a guide with its pictures; Dask would warn of it.
    settings = {"distributed.admin.large-graph-warning-threshold": "1 GiB"}
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    with dask.config.set(settings), _connected(scheduler) as client:
        client.register_plugin(SectionStore())
        return _Run(client, tasks, place_of_cache, strict, progress).all()


def _connected(scheduler: str) -> Client:
    try:
        return Client(scheduler, timeout=_PATIENCE, set_as_default=False)
    except (OSError, ValueError) as problem:
        raise OSError(f"no Dask scheduler answers at {scheduler}: {problem}") from problem


class _Run:
    def __init__(
        self,
        client: Client,
        tasks: Sequence[Task],
        place: Path | None,
        strict: bool,
        progress: Progress,
    ) -> None:
        self._client = client
        self._tasks = tasks
        self._place = place
        self._strict = strict
        self._progress = progress
        self._found: dict[int, list[Outcome]] = {}
        self._running: dict[Future, tuple[int, Bundle]] = {}
        self._waiting = iter(enumerate(tasks))

    def all(self) -> list[Outcome]:
        done = as_completed(loop=self._client.loop)
        room = self._room()
        self._fill(done, room)
        for number, future in enumerate(done, 1):
            index, bundle = self._running.pop(future)
            self._take(index, self._outcomes(self._tasks[index], bundle, future))
            future.release()
            if number % _COUNTED == 0:
                room = self._room()
            self._fill(done, room)
        return [outcome for index in sorted(self._found) for outcome in self._found[index]]

    def _room(self) -> int:
        threads: dict[str, int] = self._client.nthreads()
        return max(_LEAST, _AHEAD * sum(threads.values()))

    def _fill(self, done: Any, room: int) -> None:
        while len(self._running) < room and (following := next(self._waiting, None)) is not None:
            index, task = following
            if (here := self._without_cluster(task)) is not None:
                self._take(index, here)
                continue
            try:
                bundle = bundle_of(task.folder)
            except OSError as problem:
                self._take(index, [broken(task, edition, problem) for edition in task.editions])
                continue
            future = self._submit(task, bundle)
            self._running[future] = index, bundle
            done.add(future)

    def _take(self, index: int, outcomes: list[Outcome]) -> None:
        self._found[index] = outcomes
        self._progress(len(self._found), len(self._tasks))

    def _without_cluster(self, task: Task) -> list[Outcome] | None:
        """What needs no other machine: what stands, a guide without its deck.lock, of which only git here knows, and
        one by strangers with copies: this process would stamp them, unconfined.
        """
        cache = self._cache(task)
        notes = [note_of(task, edition, self._strict, cache) for edition in task.editions]
        root = found[1] if (found := find(task.folder).value) else None
        lost = root is not None and not (root / LOCK).exists()
        if (
            (task.untrusted and task.recipients is not None)
            or all(note.read() is not None for note in notes)
            or (lost and root is not None and missing_lock(task.folder, root / LOCK))
        ):
            return build_task(self._place, self._strict, task)
        return None

    def _cache(self, task: Task) -> Cache:
        return Cache(cache_for(task, self._place))

    def _submit(self, task: Task, bundle: Bundle) -> Future:
        job = msgspec.msgpack.encode(
            Job(task.name, task.editions, task.products, self._strict, toolchain(), task.untrusted)
        )
        key = f"guidepress-{digest(job, bundle.name)}"
        return self._client.submit(work, job, bundle.packed(), key=key)

    def _outcomes(self, task: Task, bundle: Bundle, future: Future) -> list[Outcome]:
        if future.status != "finished":
            problem = future.exception() if future.status == "error" else None
            return [broken(task, edition, _reason(problem)) for edition in task.editions]
        done = msgspec.msgpack.decode(future.result(), type=Done)
        return place(task, bundle, done, self._cache(task), self._strict)


def work(job: bytes, packed: bytes) -> bytes:
    """On a worker: build a bundle."""
    worker = get_worker()
    cache = ClusterCache(own_folder(), worker, digest(job, packed)[:16])
    try:
        done = build_bundle(msgspec.msgpack.decode(job, type=Job), packed, cache)
    finally:
        cache.release()
    return msgspec.msgpack.encode(done)


def _reason(problem: BaseException | None) -> BaseException | str:
    if isinstance(problem, KilledWorker):
        return "workers died over it again and again; most likely they are out of memory"
    return problem if problem is not None else "the cluster gave it up"
