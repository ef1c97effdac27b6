"""Worker processes: what one leaves undone is done, and none is waited for or left behind."""

from __future__ import annotations

import os
import pickle
import signal
import time
from collections.abc import Iterator
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


def sleep(section: Section) -> str:
    time.sleep(60)
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


def results(pool: Workers) -> dict[int, object]:
    found = {index: pickle.loads(data) for index, data in pool.run(SECTIONS)}
    pool.close()
    return found


@pytest.mark.parametrize("jobs", [1, 2, 8])
def test_every_section_once(jobs: int) -> None:
    """Whatever the number of workers; messages are larger than a pipe holds."""
    assert results(Workers(name_of, jobs)) == ALL
    long = results(Workers(long_name_of, jobs))
    assert long == {n: name * 1_000_000 for n, name in ALL.items()}


def test_workers_are_used_again() -> None:
    """A second run starts no others."""
    pool = Workers(process_id, 2)
    first = {pickle.loads(data) for _, data in pool.run(SECTIONS)}
    second = {pickle.loads(data) for _, data in pool.run(SECTIONS)}
    pool.close()
    assert os.getpid() not in first
    assert len(first | second) <= 2


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSEGV, signal.SIGTERM])
def test_what_a_dead_worker_left_is_done_again(tmp_path: Path, how: int) -> None:
    """The others go on meanwhile."""
    assert results(Workers(partial(die_at, tmp_path, 1, how), 2)) == ALL


def test_section_that_kills_twice(tmp_path: Path) -> None:
    """It is given up, and named, with what happened."""
    pool = Workers(partial(die_at, tmp_path, 9, signal.SIGKILL), 2)
    with pytest.raises(ChildProcessError, match=r"SIGKILL.*“Section 2”"):
        results(pool)
    assert len(list(tmp_path.iterdir())) == 2


def test_exceptions_come_back() -> None:
    """As they were raised, with the place in the worker; then the workers can be used again."""
    pool = Workers(fail_at, 2)
    with pytest.raises(EngineError, match="no such layout") as raised:
        results(pool)
    assert "fail_at" in raised.value.__notes__[0]
    assert not pool._busy
    assert {i for i, _ in pool.run(SECTIONS[:2])} == {0, 1}
    pool.close()


def test_kill_does_not_wait() -> None:
    """Nor does it leave anybody."""
    pool = Workers(sleep, 2)
    begun = time.monotonic()
    signal.setitimer(signal.ITIMER_REAL, 1.0)
    with pytest.raises(TimeoutError):
        next(pool.run(SECTIONS))
    assert time.monotonic() - begun < 8
    assert not pool._busy
    assert not pool._idle


def test_no_process_can_be_started(monkeypatch: pytest.MonkeyPatch) -> None:
    """Then this one does the work."""

    def refuse(work: object) -> None:
        raise BlockingIOError("no more processes")

    monkeypatch.setattr(workers, "_start", refuse)
    assert results(Workers(process_id, 2)) == dict.fromkeys(range(5), os.getpid())
