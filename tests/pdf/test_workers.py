"""Worker processes: what one leaves undone is done, and none is waited for or left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from guidepress.pdf import EngineError, Section, workers
from guidepress.pdf.workers import Workers

SECTIONS = [Section(f"s-{n}", "x" * 200_000, (), {}, title=f"Section {n}") for n in range(5)]
ALL = {n: f"s-{n}" for n in range(5)}


def name_of(section: Section) -> str:
    return section.name


def long_name_of(section: Section) -> str:
    return section.name * 1_000_000


def die_at(marks: Path, times: int, how: int, section: Section) -> str:
    """Dies over the third section, so many times; `marks` is where the times are counted."""
    if section.name == "s-2" and len(list(marks.iterdir())) < times:
        (marks / str(os.getpid())).touch()
        os.kill(os.getpid(), how)
        time.sleep(60)
    return section.name


def fail_at(section: Section) -> str:
    if section.name == "s-2":
        raise EngineError("no such layout")
    return section.name


# So long that a test which waits for it differs from one that does not on the busiest machine, s.
SLEEP = 600


def sleep(section: Section) -> str:
    time.sleep(SLEEP)
    return section.name


def steps(folder: Path, section: Section) -> Iterator[None]:
    """Steps without an end, each of which leaves its mark."""
    while True:
        mark(folder, section)
        yield


def touch(path: Path, section: Section) -> None:
    path.touch()


def mark(folder: Path, section: Section) -> None:
    with (folder / str(os.getpid())).open("a") as file:
        file.write(section.name)


def marks_of(folder: Path, section: Section) -> str:
    return (folder / str(os.getpid())).read_text()


def existing(path: Path, section: Section) -> bool:
    return path.exists()


def await_file(path: Path, section: Section) -> str:
    while not path.exists():
        time.sleep(0.001)
    return section.name


def process_id(section: Section) -> int:
    return os.getpid()


@pytest.fixture(autouse=True)
def impatient() -> Iterator[None]:
    """What hangs is a failure."""

    def alarm(number: int, frame: object) -> None:
        raise TimeoutError("a worker is waited for in vain")

    before = signal.signal(signal.SIGALRM, alarm)
    signal.alarm(40)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


def results(work: Callable[[Section], object], jobs: int = 2) -> dict[int, object]:
    with Workers(jobs) as pool:
        return dict(pool.run(work, SECTIONS, lambda section: section.title))


@pytest.mark.parametrize("jobs", [1, 2, 8])
def test_every_section_once(jobs: int) -> None:
    """Whatever the number of workers; messages are larger than a pipe holds."""
    assert results(name_of, jobs) == ALL
    long = results(long_name_of, jobs)
    assert long == {n: name * 1_000_000 for n, name in ALL.items()}


def test_what_else_there_is_to_do_is_done_for_a_worker_that_is_missing(tmp_path: Path) -> None:
    """Bit by bit, until nothing is left of it; and not while there is enough to do for all."""
    done: list[int] = []

    def spare() -> bool:
        done.append(len(done))
        if len(done) == 3:
            (tmp_path / "third").touch()
        return len(done) < 3

    with Workers(2) as pool:
        waiting = partial(await_file, tmp_path / "third")
        assert dict(pool.run(waiting, SECTIONS[:1], spare=spare)) == {0: "s-0"}
        assert done == [0, 1, 2]
        both = pool.run(waiting, SECTIONS[:2], spare=spare)
        next(both)
        assert done == [0, 1, 2]
        assert len(list(both)) == 1
    alone = Workers(1).run(waiting, SECTIONS, spare=spare)
    assert len(list(alone)) == len(SECTIONS)
    assert len(done) <= 4


def test_a_worker_is_used_again() -> None:
    """One that has nothing left to do ends while others are at work; the last one has the next thing to do."""
    with Workers(2) as pool:
        first = {process for _, process in pool.run(process_id, SECTIONS)}
        assert len(pool._idle) <= 1
        second = {process for _, process in pool.run(process_id, SECTIONS)}
    assert os.getpid() not in first
    assert len(first | second) <= 3
    assert first & second


def test_a_worker_ends_also_when_two_are_done_at_once() -> None:
    """With one thing left for both, only one of them is kept for it."""
    with Workers(2) as pool:
        coming = pool.run(process_id, SECTIONS[:3])
        assert all(pipe.poll(60) for pipe in pool._busy)
        assert len(list(coming)) == 3
        assert len(pool._idle) == 1


def test_no_process_but_the_fork_server_and_workers() -> None:
    """Python would start one more, which looks after what nothing here makes."""
    code = (
        "from guidepress.pdf.workers import Workers\n"
        "from multiprocessing import resource_tracker\n"
        "from pathlib import Path\n"
        "if __name__ == '__main__':\n"
        "    with Workers(2) as workers:\n"
        "        assert dict(workers.run(abs, [-1, 2, -3])) == {0: 1, 1: 2, 2: 3}\n"
        "        stats = [p.read_text() for p in Path('/proc/self/task').glob('*/children')]\n"
        "        print(sum(len(s.split()) for s in stats), resource_tracker._resource_tracker._pid)\n"
    )
    found = subprocess.run(
        [sys.executable, "-P", "-W", "error", "-c", code],
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert (found.stdout, found.stderr) == ("1 None\n", "")


def test_lasting_workers_are_all_kept() -> None:
    """So that none has to load fonts and styles again for the next edit of a preview."""
    with Workers(2, lasting=True) as pool:
        first = {process for _, process in pool.run(process_id, SECTIONS)}
        started = {worker.process.pid for worker in pool._idle}
        second = {process for _, process in pool.run(process_id, SECTIONS)}
    assert len(started) == 2
    assert first | second <= started


def test_first_worker_has_done_something_before(tmp_path: Path) -> None:
    """What came of that is not among the results, and nobody waits for it in the end."""
    with Workers(2) as pool:
        pool.start(partial(touch, tmp_path / "begun"), SECTIONS[0])
        assert dict(pool.run(partial(existing, tmp_path / "begun"), SECTIONS[:1])) == {0: True}
        assert dict(pool.run(name_of, SECTIONS)) == ALL
    begun = time.monotonic()
    with Workers(2) as pool:
        pool.start(sleep, SECTIONS[0])
    with Workers(2) as pool:
        pool.start(sleep, SECTIONS[0])
        pool._await_ahead()
    assert time.monotonic() - begun < SLEEP / 2


def test_first_worker_leaves_what_it_does_before_when_there_is_work(tmp_path: Path) -> None:
    """And does that work itself."""
    with Workers(2) as pool:
        pool.start(partial(steps, tmp_path), SECTIONS[0])
        found = dict(pool.run(partial(marks_of, tmp_path), SECTIONS[:1]))
    assert set(found[0]) == set("s-0")


@pytest.mark.parametrize("jobs", [1, 2])
def test_what_is_not_wanted_when_its_turn_has_come_is_left_out(jobs: int) -> None:
    things = [None, *SECTIONS[1:3], None, SECTIONS[4], None]
    with Workers(jobs) as pool:
        assert dict(pool.run(name_of, things)) == {1: "s-1", 2: "s-2", 4: "s-4"}
        assert dict(pool.run(name_of, [None, None])) == {}


def ready(pool: Workers) -> None:
    """Wait until there is a worker."""
    pool.start(name_of, SECTIONS[0])
    pool._await_ahead()


def test_what_was_begun_is_part_of_the_run(tmp_path: Path) -> None:
    """It is done once, by the worker that has begun with it; nothing is begun where none is ready."""
    work = partial(mark, tmp_path)
    with Workers(2) as pool:
        pool.begin(work, SECTIONS[0])
        assert not pool.begun(work)
        ready(pool)
        pool.begin(work, SECTIONS[1])
        assert pool.begun(work) == [SECTIONS[1]]
        assert not pool.begun(name_of)
        assert {index for index, _ in pool.run(work, SECTIONS[:3])} == {0, 1, 2}
        assert not pool.begun(work)
    assert sorted("".join(path.read_text() for path in tmp_path.iterdir())) == sorted("s-0s-1s-2")


def test_what_was_begun_and_is_not_wanted_is_let_go() -> None:
    begun = time.monotonic()
    with Workers(2) as pool:
        ready(pool)
        pool.begin(sleep, SECTIONS[0])
        [(worker, _, _)] = pool._begun
        assert dict(pool.run(name_of, SECTIONS)) == ALL
        assert worker.process.exitcode == -signal.SIGKILL
        ready(pool)
        pool.begin(sleep, SECTIONS[0])
    assert time.monotonic() - begun < SLEEP / 2


def test_worker_that_dies_over_what_it_has_begun(tmp_path: Path) -> None:
    """It is done again in the run."""
    work = partial(die_at, tmp_path, 1, signal.SIGKILL)
    with Workers(2) as pool:
        ready(pool)
        pool.begin(work, SECTIONS[2])
        assert dict(pool.run(work, SECTIONS)) == ALL
    assert len(list(tmp_path.iterdir())) == 1


def test_all_workers_have_done_something_before(tmp_path: Path) -> None:
    """Also the one that has done something already."""
    work = partial(mark, tmp_path)
    with Workers(2) as pool:
        pool.start(work, SECTIONS[0])
        pool.warm(work, SECTIONS[1])
        found = dict(pool.run(partial(marks_of, tmp_path), SECTIONS[:2]))
    assert sorted(found.values()) == ["s-0s-1", "s-1"]
    with Workers(2) as pool:
        pool.warm(partial(die_at, tmp_path, 9, signal.SIGKILL), SECTIONS[2])
        assert dict(pool.run(name_of, SECTIONS)) == ALL
    with Workers(1) as pool:
        pool.warm(work, SECTIONS[0])
        assert not pool._idle


def die_elsewhere(here: int, section: Section) -> str:
    if os.getpid() != here:
        os.kill(os.getpid(), signal.SIGKILL)
    return section.name


def loaded(pool: Workers) -> None:
    """Wait until a worker can be had at once."""
    pool.start(name_of, SECTIONS[0])
    assert pool._ahead is not None
    pool._ahead.join()


def test_this_process_and_a_worker_share_what_there_is_to_do() -> None:
    """One begins with the first, the other with the last; the worker is ended."""
    with Workers(2) as pool:
        loaded(pool)
        found = dict(pool.beside(process_id, SECTIONS))
        assert dict(pool.beside(name_of, SECTIONS)) == ALL
        assert dict(pool.beside(name_of, [])) == {}
        assert not pool._busy
        assert len(pool._idle) == 1
    assert found[0] == os.getpid()
    assert found[4] != os.getpid()


@pytest.mark.parametrize("jobs", [1, 2])
def test_this_process_does_all_where_there_is_no_worker(jobs: int) -> None:
    with Workers(jobs) as pool:
        assert dict(pool.beside(process_id, SECTIONS)) == dict.fromkeys(range(5), os.getpid())


def test_what_a_worker_fails_at_is_done_here() -> None:
    """One that dies; and what cannot be done here either is raised."""
    with Workers(2) as pool:
        loaded(pool)
        assert dict(pool.beside(partial(die_elsewhere, os.getpid()), SECTIONS)) == ALL
        with pytest.raises(EngineError, match="no such layout"):
            list(pool.beside(fail_at, SECTIONS[::-1]))


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_worker_that_dies_before_there_is_work(tmp_path: Path, how: int) -> None:
    with Workers(2) as pool:
        pool.start(partial(die_at, tmp_path, 1, how), SECTIONS[2])
        assert dict(pool.run(name_of, SECTIONS)) == ALL


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSEGV, signal.SIGTERM])
def test_what_a_dead_worker_left_is_done_again(tmp_path: Path, how: int) -> None:
    """The others go on meanwhile."""
    assert results(partial(die_at, tmp_path, 1, how)) == ALL


def test_section_that_kills_twice(tmp_path: Path) -> None:
    """It is given up, and named, with what happened."""
    with pytest.raises(ChildProcessError, match=r"SIGKILL.*“Section 2”"):
        results(partial(die_at, tmp_path, 9, signal.SIGKILL))
    assert len(list(tmp_path.iterdir())) == 2


def test_exceptions_come_back() -> None:
    """As they were raised, with the place in the worker; then the workers can be used again."""
    with Workers(2) as pool:
        with pytest.raises(EngineError, match="no such layout") as raised:
            list(pool.run(fail_at, SECTIONS))
        assert "fail_at" in raised.value.__notes__[0]
        assert not pool._busy
        assert {i for i, _ in pool.run(fail_at, SECTIONS[:2])} == {0, 1}


def test_kill_does_not_wait() -> None:
    """Nor does it leave anybody."""
    begun = time.monotonic()
    signal.setitimer(signal.ITIMER_REAL, 1.0)
    with pytest.raises(TimeoutError), Workers(2) as pool:
        next(pool.run(sleep, SECTIONS))
    assert time.monotonic() - begun < SLEEP / 2
    assert not pool._busy
    assert not pool._idle


def test_stopped_from_another_thread() -> None:
    """Whoever waits gets an exception, at once; no other worker is started for what is left."""
    with Workers(2) as made:
        running = made.run(sleep, SECTIONS)
        timer = threading.Timer(0.2, made.stop)
        timer.start()
        with pytest.raises(ChildProcessError):
            next(running)
        timer.join()
        with pytest.raises(ChildProcessError):
            list(made.run(name_of, SECTIONS))


def test_no_process_can_be_started(monkeypatch: pytest.MonkeyPatch) -> None:
    """Then this one does the work."""

    def refuse(*_: object) -> None:
        raise BlockingIOError("no more processes")

    monkeypatch.setattr(workers, "_start", refuse)
    assert results(process_id) == dict.fromkeys(range(5), os.getpid())
