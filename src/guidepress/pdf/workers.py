"""Processes that work for a build: each behind a pipe of its own, and none of them outlives the build.

Not a `ProcessPoolExecutor`, whose workers share two queues: one that is killed while it writes a result leaves
the others and the parent waiting forever, workers stay behind when the parent is killed, and on Python 3.11 it
cannot replace workers (python/cpython#115634). A pipe has two ends, so a death at either is an end of file at
the other, and it is known what the dead one was working on.
"""

from __future__ import annotations

import contextlib
import gc
import multiprocessing
import os
import signal
import tempfile
import threading
import time
import traceback
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from multiprocessing import forkserver, resource_tracker
from multiprocessing.connection import Connection, wait
from multiprocessing.context import BaseContext
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, TypeVar, cast

from guidepress import garbage, scratch
from guidepress.pdf import limits, resident
from guidepress.pdf.errors import LimitError

T = TypeVar("T")
R = TypeVar("R")

# What is reported of a section that goes over a limit.
_SECONDS = f"it takes more than {{:,}} seconds of CPU time (${limits.SECONDS_NAME})"
_MEMORY = f"it takes more memory than a worker may have, {{:,}} MB (${limits.MEMORY_NAME}), or than is free"
_TIME_IS_UP = "SIGXCPU"
# An idle worker ends as soon as its pipe is closed; one that does not is not waited for any longer (seconds).
_PATIENCE = 5.0
# A fork server has no threads whose locks a fork could copy, and loads the engine once for all workers.
_FORKS = "forkserver" in multiprocessing.get_all_start_methods()
_ENGINE = "guidepress.pdf.engine"
# This part of what is left to do is given to a worker at a time, where this process does some of it too.
_SHARE = 3
# Seconds of CPU time from which on it is worth it to look for memory that is free, which takes 3 ms.
_LONG = 0.3
# An address has 104 bytes on macOS, 108 on Linux, of which multiprocessing's names take 33 and their end one.
_LONGEST = 70


class Workers:
    """At most `jobs` processes, started when there is something to do; a context, because they have to be ended.

    With one job everything is done in this process. `preload` names modules that every worker will need besides
    the engine. `spawn`: without a fork server, which listens on a socket, as a confined process must not. `lasting`:
    a worker with nothing left to do is kept, with the fonts and styles that it has loaded and the pages of what it laid
    out last, which it is given again.
    """

    def __init__(
        self,
        jobs: int,
        preload: Sequence[str] = (),
        *,
        spawn: bool = False,
        lasting: bool = False,
    ) -> None:
        self.jobs = jobs
        self.lasting = lasting
        self._forks = _FORKS and not spawn
        self._preload = [*preload, _ENGINE]
        self._idle: list[_Worker] = []
        self._ahead: threading.Thread | None = None
        self._lock = threading.Lock()
        self._closed = False
        # Of this process: a fork server has the environment in which it was started.
        self._limits = limits.chosen()
        self._busy: dict[Connection, tuple[_Worker, int]] = {}
        # Who was handed what before the run that wants it.
        self._begun: list[tuple[_Worker, object, object]] = []
        # Who did what last, by its name.
        self._did: dict[str, _Worker] = {}
        if lasting and jobs < 2:
            resident.stay()

    def __enter__(self) -> Workers:
        return self

    def __exit__(self, *raised: object) -> None:
        with self._lock:
            # A worker that is still to come is not waited for either.
            self._closed = True
        # An interrupt must not wait for sections that nobody wants any more.
        self._give_up_begun()
        self._kill()
        self._close()
        if self.lasting and self.jobs < 2:
            resident.stay(stays=False)

    def stop(self) -> None:
        """From another thread: end what is at work. Whoever waits for it, or asks for more, gets ChildProcessError."""
        with self._lock:
            self._closed = True
        # Their pipes are for the thread that waits at the other end.
        begun = [worker for worker, _, _ in self._begun]
        for worker in (*(worker for worker, _ in tuple(self._busy.values())), *begun):
            worker.process.kill()

    def start(self, work: Callable[[T], object] | None = None, thing: T | None = None) -> None:
        """Have the engine loaded, in a process of its own, while this one has other things to do.

        With `work`, a function at the top of a module, the first worker does that with `thing` then, for what it
        leaves loaded: what comes of it is nobody's business. Where it gives an iterator, that is done step by step, and
        left when there is something else to do.
        """
        if self.jobs > 1:
            # Whatever is the matter shows again where a worker is wanted, and can be done without.
            with contextlib.suppress(OSError):
                context = self._context()
                if work is not None:
                    # A thread, since it takes as long as the engine takes to load until a worker is there.
                    arguments = (context, work, thing)
                    self._ahead = threading.Thread(
                        target=self._prepare, args=arguments, daemon=True
                    )
                    self._ahead.start()

    def warm(self, work: Callable[[T], object], thing: T) -> None:
        """Have all workers do something, for what it leaves loaded, while this process has other things to do."""
        if self.jobs < 2 or self._closed:
            return
        ahead = self._ahead

        def run() -> None:
            if ahead is not None:
                ahead.join()
            with contextlib.suppress(OSError):
                with self._lock:
                    if self._closed:
                        return
                    for worker in self._idle:
                        worker.owes += 1
                        worker.pipe.send((work, thing))
                    missing = self.jobs - len(self._idle)
                context = self._context()
                for _ in range(missing):
                    self._prepare(context, work, thing)

        self._ahead = threading.Thread(target=run, daemon=True)
        self._ahead.start()

    def begin(self, work: Callable[[T], object], thing: T, name: Callable[[T], str] = str) -> None:
        """Hand something to a worker before the run that it is part of: of the same `work`, and with this very thing.

        A run that does not want it ends the worker. Nothing is done where no worker is ready.
        """
        late = self._ahead is not None and self._ahead.is_alive()
        if self._closed or late or not self._idle:
            return
        with contextlib.suppress(OSError):
            if (worker := self._worker(called := name(thing))) is not None:
                self._begun.append((worker, work, thing))
                if self.lasting:
                    self._did[called] = worker
                worker.pipe.send((work, thing))

    def begun(self, work: Callable[[T], object]) -> list[T]:
        """What was begun with some work."""
        return [cast("T", thing) for _, doing, thing in self._begun if doing is work]

    def _prepare(self, context: BaseContext, work: Callable[[T], object], thing: T) -> None:
        with contextlib.suppress(OSError, EOFError):
            worker = _start(context, self._limits, self.lasting)
            with self._lock:
                if self._closed:
                    worker.kill()
                    return
                worker.owes = 1
                worker.pipe.send((work, thing))
                self._idle.append(worker)

    def _await_ahead(self) -> None:
        if self._ahead is not None:
            self._ahead.join()
            self._ahead = None

    def renew(self) -> None:
        """Have what comes next done by new processes, where the old ones' memory is of no more use.

        A worker keeps the fonts and styles of what it laid out, and the system's allocator room for the largest
        of it; a new one is a fork away. Those that are to last stay.
        """
        if self.lasting:
            return
        self._await_ahead()
        self._close()

    def beside(self, work: Callable[[T], R], things: Sequence[T]) -> Iterator[tuple[int, R]]:
        """The index of each thing with what `work` makes of it: this process begins with the first of them, and a
        worker of its own, as soon as one can be had, with the last. Raises what `work` raises.

        That worker ends then, with all that it has loaded. What it leaves undone is done here.
        """
        left, right = 0, len(things)
        given = range(0)
        worker: _Worker | None = None
        alone = self.jobs < 2 or not self._forks
        try:
            while left < right or given:
                if worker is None and not alone and right - left > 1 and self._is_loaded():
                    worker = self._started()
                    alone = worker is None
                if worker is not None and not given and left < right:
                    # Always less of what is left, so that neither waits long for the other in the end.
                    given = range(right - max((right - left) // _SHARE, 1), right)
                    right = given.start
                    worker.ask(partial(_each, work), [things[at] for at in given])
                elif worker is not None and given and (left == right or worker.pipe.poll()):
                    made = worker.answer()
                    if made is None:
                        worker.kill()
                        worker, alone = None, True
                        made = map(work, [things[at] for at in given])
                    yield from zip(given, made, strict=True)
                    given = range(0)
                else:
                    left += 1
                    yield left - 1, work(things[left - 1])
        finally:
            if worker is not None:
                worker.kill()

    def _is_loaded(self) -> bool:
        """Whether a worker can be had without waiting for the engine."""
        return self._ahead is not None and not self._ahead.is_alive()

    def _started(self) -> _Worker | None:
        """A new worker; None where the system gives no more processes."""
        try:
            return _start(self._context(), self._limits, self.lasting)
        except (OSError, EOFError):  # the latter when the fork server cannot fork
            return None

    def run(
        self,
        work: Callable[[T], R],
        things: Sequence[T | None],
        name: Callable[[T], str] = str,
        lost: Callable[[T, str], R] | None = None,
        spare: Callable[[], bool] | None = None,
    ) -> Iterator[tuple[int, R]]:
        """The index of each thing with what `work` made of it, as they are ready. One run at a time.

        Nothing is done where a thing is None by the time that its turn has come.

        `work` is a function at the top of a module, `name` says what a thing is called. The first things are
        handed out at once, the others as results are asked for. What a worker leaves undone when it dies is done
        once more in the end, by one worker alone: most often the system was out of memory. If that one dies too,
        `lost` gives what stands for the result, from the thing and how the worker ended; without it, raises
        ChildProcessError. Raises LimitError for a thing that takes more than a worker may, and what `work` raises.
        Where no process can be started, this one does the work. While fewer workers have something to do than there
        may be, this process is waiting for them: then it calls `spare`, which does a little and says whether there
        is more.
        """
        if self.jobs < 2:
            return ((at, work(thing)) for at, thing in enumerate(things) if thing is not None)
        waiting = deque(range(len(things)))
        self._hand_out(work, things, waiting, self.jobs, name)
        self._give_up_begun()
        return self._results(work, things, waiting, name, lost, spare or _nothing)

    def _results(
        self,
        work: Callable[[T], R],
        things: Sequence[T | None],
        waiting: deque[int],
        name: Callable[[T], str],
        lost: Callable[[T, str], R] | None,
        spare: Callable[[], bool],
    ) -> Iterator[tuple[int, R]]:
        undone: list[int] = []
        given_up: list[tuple[int, str]] = []

        def bury(index: int, how: str) -> None:
            if lost is None:
                _give_up(name(_there(things[index])), how)
            given_up.append((index, how))

        try:
            yield from self._gather(
                work, things, waiting, self.jobs, name, lambda i, _: undone.append(i), spare
            )
            if undone:
                self._close()
                again = deque(sorted(undone))
                yield from self._gather(work, things, again, 1, name, bury, _nothing)
            for index, how in given_up:
                assert lost is not None
                yield index, lost(_there(things[index]), how)
        except BaseException:  # GeneratorExit too: nobody wants the rest
            self._kill()
            raise

    def _hand_out(
        self,
        work: Callable[[T], R],
        things: Sequence[T | None],
        waiting: deque[int],
        jobs: int,
        name: Callable[[T], str],
    ) -> None:
        while waiting and len(self._busy) < jobs:
            if (thing := things[waiting[0]]) is None:
                waiting.popleft()
                continue
            if (begun := self._taken(work, thing)) is not None:
                self._busy[begun.pipe] = (begun, waiting.popleft())
                continue
            called = name(thing)
            worker = self._worker(called)
            if worker is None:
                break
            index = waiting.popleft()
            if self.lasting:
                self._did[called] = worker
            self._busy[worker.pipe] = (worker, index)
            try:
                worker.pipe.send((work, thing))
            except OSError:  # it is dead, which its pipe shows whoever reads from it
                break

    def _taken(self, work: object, thing: object) -> _Worker | None:
        """The worker that has begun with something."""
        for at, (worker, doing, begun) in enumerate(self._begun):
            if doing is work and begun is thing:
                del self._begun[at]
                return worker
        return None

    def _gather(
        self,
        work: Callable[[T], R],
        things: Sequence[T | None],
        waiting: deque[int],
        jobs: int,
        name: Callable[[T], str],
        bury: Callable[[int, str], None],
        spare: Callable[[], bool],
    ) -> Iterator[tuple[int, R]]:
        """The results of the things that wait; `bury` is called with what a worker died of, and how."""
        while waiting or self._busy:
            self._hand_out(work, things, waiting, jobs, name)
            if not self._busy:
                if waiting:
                    index = waiting.popleft()
                    yield index, work(_there(things[index]))
                continue
            pipes = list(self._busy)
            while len(pipes) < jobs and not wait(pipes, 0) and spare():
                pass
            for pipe in wait(pipes):
                assert isinstance(pipe, Connection)
                worker, index = self._busy.pop(pipe)
                try:
                    result, problem = pipe.recv()
                except (EOFError, OSError):
                    ending = worker.ending()
                    if ending == _TIME_IS_UP and not worker.owes:
                        problem = LimitError(_SECONDS.format(self._limits.seconds))
                        problem.index = index
                        raise problem from None
                    bury(index, ending)
                    continue
                if worker.owes:
                    worker.owes -= 1
                    self._busy[pipe] = worker, index
                    continue
                self._idle.append(worker)
                if (self._busy or waiting) and not self.lasting:
                    # Its memory is wanted by those that are still at work. The last one is kept for what comes next.
                    self._close(len(waiting))
                if isinstance(problem, LimitError):
                    problem.index = index
                if problem is not None:
                    raise problem
                yield index, result

    def _close(self, keep: int = 0) -> None:
        """Let the workers go that have nothing to do, but for so many."""
        while len(self._idle) > keep:
            worker = self._idle.pop()
            if worker.owes:
                worker.kill()
            else:
                worker.end()

    def _kill(self) -> None:
        """End the workers that are at work."""
        while self._busy:
            self._busy.popitem()[1][0].kill()

    def _give_up_begun(self) -> None:
        while self._begun:
            self._begun.pop()[0].kill()

    def _worker(self, name: str) -> _Worker | None:
        """A worker with nothing to do, the one that did what is called so last if it is free; None where the system
        gives no more processes.
        """
        self._await_ahead()
        if self._closed:
            raise ChildProcessError("the workers have been ended")
        if self._idle:
            knowing = self._did.get(name)
            places = (at for at, worker in enumerate(self._idle) if worker is knowing)
            return self._idle.pop(next(places, -1))
        return self._started()

    def _context(self) -> BaseContext:
        if not self._forks:
            return multiprocessing.get_context("spawn")
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(self._preload)
        _do_without_tracker()
        resource_tracker.ensure_running()  # it would unblock what is blocked now
        # An interrupt from the terminal goes to all processes; what becomes of the workers is for this one to say.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        default = tempfile.tempdir
        try:
            # The server's socket, which would stay if this process were killed.
            tempfile.tempdir = _place_of_socket(scratch.folder())
            forkserver.ensure_running()
        finally:
            tempfile.tempdir = default
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
        return context


@dataclass(slots=True)
class _Worker:
    """`owes`: so many of its answers are not waited for."""

    process: BaseProcess
    pipe: Connection
    owes: int = 0

    def ask(self, work: Callable[[T], object], thing: T) -> None:
        """Have it do something."""
        with contextlib.suppress(OSError):  # it is dead, which its pipe shows whoever reads from it
            self.pipe.send((work, thing))

    def answer(self) -> Any:
        """What came of that; None where nothing did."""
        try:
            return self.pipe.recv()[0]
        except (EOFError, OSError):
            return None

    def end(self) -> None:
        """Let it finish; kill it if it does not."""
        self.pipe.close()
        self.process.join(_PATIENCE)
        self.kill()

    def kill(self) -> None:
        self.pipe.close()
        self.process.kill()
        self.process.join(_PATIENCE)

    def ending(self) -> str:
        """How a process that is gone has ended: the name of the signal that killed it."""
        self.pipe.close()
        self.process.join(_PATIENCE)
        code = self.process.exitcode
        try:
            return signal.Signals(-(code or 0)).name
        except ValueError:
            return f"exit status {code}"


def _do_without_tracker() -> None:
    """Have Python start no process beside the fork server that removes semaphores and shared memory which others leave
    behind. There are none here, and it takes 6 MB. What is sent to it goes nowhere, as if the parent had started it.
    """
    tracker: Any = resource_tracker._resource_tracker
    if getattr(tracker, "_fd", 0) is None:
        tracker._fd = os.open(os.devnull, os.O_WRONLY)


def _place_of_socket(folder: Path) -> str:
    """A folder whose path leaves room for multiprocessing's names below it in the address of a socket."""
    if len(os.fsencode(folder)) <= _LONGEST or not os.access("/tmp", os.W_OK):
        return str(folder)
    return "/tmp"


def _each(work: Callable[[T], R], things: Sequence[T]) -> list[R]:
    return list(map(work, things))


def _nothing() -> bool:
    return False


def _there(thing: T | None) -> T:
    assert thing is not None, "it was handed out"
    return thing


def _give_up(name: str, ending: str) -> None:
    raise ChildProcessError(
        f"a worker process died ({ending}) over “{name}”, and did so again with no other beside it; most likely"
        " the system is out of memory"
    )


def _start(context: BaseContext, limit: limits.Limits, lasting: bool) -> _Worker:
    """Start a worker. Raises OSError or EOFError where the system does not let us."""
    ours, theirs = context.Pipe()
    # A daemon is killed, not waited for, should this process end without closing its pipe.
    arguments = (theirs, scratch.folder(), limit, lasting)
    process = context.Process(target=_serve, args=arguments, daemon=True)  # type: ignore[attr-defined]
    try:
        process.start()
    except BaseException:
        ours.close()
        raise
    finally:
        theirs.close()
    return _Worker(process, ours)


def _serve(pipe: Connection, folder: Path, limit: limits.Limits, lasting: bool) -> None:
    """In a worker: answer each thing with its result or with the exception, until the pipe is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    limit.confine()
    if lasting:
        resident.stay()
    # What was loaded before the fork stays: looking for garbage in it would copy its pages into this process.
    gc.freeze()
    scratch.adopt(folder)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    while True:
        try:
            work, thing = pipe.recv()
        except (EOFError, OSError):
            return
        answer: tuple[Any, BaseException | None]
        begun = time.process_time()
        try:
            limit.begin()
            made = work(thing)
            if isinstance(made, Iterator):
                _step(made, pipe)
                made = None
            answer = (made, None)
        except MemoryError:
            answer = (None, LimitError(_MEMORY.format(limit.memory)))
        except Exception as problem:
            problem.add_note(f"In a worker process:\n{traceback.format_exc()}")
            answer = (None, problem)
        try:
            pipe.send(answer)
        except OSError:  # nobody is waiting for it
            return
        del answer, thing
        if time.process_time() - begun > _LONG:
            # A chapter leaves 10 MB free; the other workers may be where they need most.
            garbage.give_back()


def _step(steps: Iterator[object], pipe: Connection) -> None:
    """Take steps until there are no more, or something else is to be done (or the build is gone)."""
    for _ in steps:
        if pipe.poll():
            return


def _end_with_parent() -> None:
    """End this process when the one that started it is gone, in the midst of its work if need be."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
