"""The processes that compile sections: one pool for all products of a build."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import forkserver
from types import TracebackType
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")

# A fork server has no threads whose locks a fork could copy, and loads the engine once for all workers.
_FORKS = "forkserver" in multiprocessing.get_all_start_methods()
_ENGINE = "guidepress.pdf.engine"


class Workers:
    """Up to `jobs` processes; a context, because they have to be ended.

    With one job everything is done in this process. `preload` names modules that every worker will need
    besides the engine.
    """

    def __init__(self, jobs: int, preload: Sequence[str] = ()) -> None:
        self.jobs = jobs
        self._preload = [*preload, _ENGINE]
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> Workers:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._pool is not None:
            # An interrupt must not wait for the sections that are still in the queue.
            self._pool.shutdown(wait=kind is None, cancel_futures=kind is not None)
            self._pool = None

    def start(self) -> None:
        """Have the engine loaded, in a process of its own, while this one has other things to do."""
        if self.jobs > 1 and _FORKS:
            multiprocessing.get_context("forkserver").set_forkserver_preload(self._preload)
            forkserver.ensure_running()

    def map(self, work: Callable[[T], R], items: Iterable[T]) -> Iterator[R]:
        """What `work` makes of each item, in their order. All are handed out at once.

        Raises what `work` raises.
        """
        if self.jobs < 2:
            return map(work, items)
        if self._pool is None:
            self.start()
            # No max_tasks_per_child: on Python 3.11 the pool waits for ever once a worker has had its share
            # (python/cpython#115634). The engine frees a section's memory itself.
            context = multiprocessing.get_context("forkserver" if _FORKS else "spawn")
            self._pool = ProcessPoolExecutor(self.jobs, mp_context=context)
        return self._pool.map(work, items)
