"""Processes that work for a build: each behind a pipe of its own, and none of them outlives the build.

Not a `ProcessPoolExecutor`, whose workers share two queues: one that is killed while it writes a result leaves
the others and the parent waiting for ever, workers stay behind when the parent is killed, and on Python 3.11 it
cannot replace workers (python/cpython#115634). A pipe has two ends, so a death at either is an end of file at
the other, and it is known what the dead one was working on.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import pickle
import signal
import tempfile
import threading
import traceback
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing import forkserver, resource_tracker
from multiprocessing.connection import Connection, wait
from multiprocessing.context import BaseContext
from multiprocessing.process import BaseProcess
from pathlib import Path

from guidepress import scratch
from guidepress.pdf.model import Section

# An idle worker ends as soon as its pipe is closed; one that does not is not waited for any longer (seconds).
_PATIENCE = 5.0


@dataclass(frozen=True, slots=True)
class _Worker:
    process: BaseProcess
    pipe: Connection

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


class Workers:
    """At most `jobs` processes that apply `work` to sections, one at a time; started when there are any.

    `work` is a function at the top of a module. To be left by `close` or, at once, by `kill`.
    """

    def __init__(self, work: Callable[[Section], object], jobs: int) -> None:
        self.work = work
        self.jobs = jobs
        self._idle: list[_Worker] = []
        self._busy: dict[Connection, tuple[_Worker, int]] = {}

    def run(self, sections: Sequence[Section]) -> Iterator[tuple[int, bytes]]:
        """The index of each section with the pickle of its result, as they are ready; the first begin first.

        What a worker leaves undone when it dies is done once more in the end, by one worker alone: most often
        the system was out of memory. Raises ChildProcessError if that one dies too, and what `work` raises.
        Where no process can be started, this one does the work.
        """
        undone: list[int] = []
        try:
            yield from self._round(
                sections, range(len(sections)), self.jobs, lambda index, _: undone.append(index)
            )
            if undone:
                self.close()
                yield from self._round(
                    sections, sorted(undone), 1, lambda index, how: _give_up(sections[index], how)
                )
        except BaseException:  # GeneratorExit too: nobody wants the rest
            self.kill()
            raise

    def close(self) -> None:
        """Let the workers go, which have nothing to do any more."""
        while self._idle:
            self._idle.pop().end()

    def kill(self) -> None:
        """End the workers, whatever they do."""
        for worker in (*self._idle, *(worker for worker, _ in self._busy.values())):
            worker.kill()
        self._idle.clear()
        self._busy.clear()

    def _round(
        self,
        sections: Sequence[Section],
        indices: Sequence[int],
        jobs: int,
        bury: Callable[[int, str], None],
    ) -> Iterator[tuple[int, bytes]]:
        """Do some of the sections; `bury` is told over which one a worker died, and how."""
        waiting = deque(indices)
        done: list[tuple[int, bytes]] = []
        while waiting or self._busy or done:
            while waiting and len(self._busy) < jobs and (worker := self._worker()):
                index = waiting.popleft()
                self._busy[worker.pipe] = (worker, index)
                with contextlib.suppress(OSError):  # it is dead, which its pipe tells below
                    worker.pipe.send(sections[index])
            # Not before the workers have something to do again.
            yield from done
            done = []
            if self._busy:
                done = list(self._answers(bury))
            elif waiting:
                index = waiting.popleft()
                done = [(index, pickled(self.work, sections[index]))]

    def _answers(self, bury: Callable[[int, str], None]) -> Iterator[tuple[int, bytes]]:
        """What the workers have done that are first to have done anything. Raises what one of them raised."""
        ready = wait(list(self._busy))
        for pipe in [pipe for pipe in self._busy if pipe in ready]:
            worker, index = self._busy.pop(pipe)
            try:
                data, problem = worker.pipe.recv()
            except (EOFError, OSError):
                bury(index, worker.ending())
                continue
            self._idle.append(worker)
            if problem is not None:
                raise problem
            yield index, data

    def _worker(self) -> _Worker | None:
        """A worker with nothing to do; None where the system gives no more processes."""
        if self._idle:
            return self._idle.pop()
        try:
            return _start(self.work)
        except (OSError, EOFError):  # the latter when the fork server cannot fork
            return None


def pickled(work: Callable[[Section], object], section: Section) -> bytes:
    """The pickle of what `work` makes of a section."""
    return pickle.dumps(work(section), protocol=5)


def _give_up(section: Section, ending: str) -> None:
    raise ChildProcessError(
        f"a worker process died ({ending}) over “{section.title or section.name}”, and did so again with no other"
        " beside it; most likely the system is out of memory"
    )


def _start(work: Callable[[Section], object]) -> _Worker:
    """Start a worker. Raises OSError or EOFError where the system does not let us."""
    context = _context()
    ours, theirs = context.Pipe()
    # A daemon is killed, not waited for, should this process end without closing its pipe.
    process = context.Process(target=_serve, args=(theirs, work, scratch.folder()), daemon=True)  # type: ignore[attr-defined]
    try:
        process.start()
    except BaseException:
        ours.close()
        raise
    finally:
        theirs.close()
    return _Worker(process, ours)


def _context() -> BaseContext:
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    # A fork server has no threads whose locks a fork could copy, and loads the engine once for all workers.
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["guidepress.pdf.engine"])
    resource_tracker.ensure_running()  # it would unblock what is blocked now
    # An interrupt from the terminal goes to all processes; what becomes of the workers is for this one to say.
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    default = tempfile.tempdir
    try:
        # The server's socket, which would stay if this process were killed.
        tempfile.tempdir = str(scratch.folder())
        forkserver.ensure_running()
    finally:
        tempfile.tempdir = default
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
    return context


def _serve(pipe: Connection, work: Callable[[Section], object], folder: Path) -> None:
    """In a worker: answer each thing with its result or with the exception, until the pipe is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    scratch.adopt(folder)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    while True:
        try:
            thing = pipe.recv()
        except (EOFError, OSError):
            return
        try:
            # Pickled here, so that the same bytes are sent, kept and read.
            answer: tuple[bytes | None, BaseException | None] = (pickled(work, thing), None)
        except Exception as problem:
            problem.add_note(f"In a worker process:\n{traceback.format_exc()}")
            answer = (None, problem)
        try:
            pipe.send(answer)
        except OSError:  # nobody is waiting for it
            return


def _end_with_parent() -> None:
    """End this process when the one that started it is gone, in the midst of its work if need be."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
