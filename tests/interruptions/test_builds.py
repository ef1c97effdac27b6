"""Real builds, killed and disturbed at random moments: the last good build stays, and the next one is as ever."""

from __future__ import annotations

import os
import random
import shutil
import signal
import sys
import time
from pathlib import Path

import pytest

from tests.interruptions.builds import Known, files_below, is_coherent, without
from tests.interruptions.killing import daemon_kills, kills

pytestmark = pytest.mark.slow

KILLS = 40
SHARES = 4


@pytest.mark.parametrize("share", range(SHARES))
def test_killed_at_any_moment(known: Known, tmp_path: Path, share: int) -> None:
    """What was there stays whole, or the new files are there; nobody works on, and the next build is as ever.

    `./press bench --only faults` kills more.
    """
    done = list(kills(known, tmp_path, str(share), KILLS // SHARES))
    assert len(done) == KILLS // SHARES


@pytest.mark.skipif(sys.platform != "linux", reason="there are no daemons here")
@pytest.mark.parametrize("share", range(2))
def test_killed_with_its_daemon_at_any_moment(known: Known, tmp_path: Path, share: int) -> None:
    """A daemon that is killed, or a worker of its, costs time only; one whose command is killed leaves nothing."""
    assert len(list(daemon_kills(known, tmp_path, str(share), 4))) == 4


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_ended_at_any_moment(known: Known, tmp_path: Path, seed: int, how: signal.Signals) -> None:
    """The same, where the build may end in order."""
    place = known.place.copy(tmp_path)
    place.edit()
    process = place.start()
    time.sleep(random.Random(f"{seed} {how}").uniform(0, known.seconds))
    # To the build alone, as the system does that is out of memory; its workers have to notice.
    os.kill(process.pid, how)
    place.end(process)
    state = place.state()
    assert is_coherent(state)
    assert without(state, "deck.lock") in (
        without(known.before, "deck.lock"),
        without(known.after, "deck.lock"),
    )
    assert state["deck.lock"] in (known.before["deck.lock"], known.after["deck.lock"])
    assert place.left_alone()
    again = place.build()
    assert again.succeeded, again.err
    assert place.state() == known.after
    assert not place.litter()


@pytest.mark.parametrize("seed", range(3))
def test_damaged_cache(known: Known, tmp_path: Path, seed: int) -> None:
    """An entry that was cut, emptied or altered is a miss: the bytes are the same."""
    place = known.place.copy(tmp_path)
    shutil.copytree(known.place.cache, place.cache)
    chance = random.Random(seed)
    for path in files_below([place.cache]):
        data = bytearray(path.read_bytes())
        match chance.choice(("keep", "cut", "empty", "alter")):
            case "cut":
                path.write_bytes(data[: chance.randrange(len(data))])
            case "empty":
                path.write_bytes(b"")
            case "alter":
                data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
                path.write_bytes(data)
    out = tmp_path / "out"
    built = place.build("--out", out)
    assert built.succeeded, built.err
    assert place.state(out) == known.before


def test_two_builds_at_once(known: Known, tmp_path: Path) -> None:
    """Of the same guide, with the same cache, into the same folder."""
    place = known.place.copy(tmp_path)
    place.edit()
    both = [place.start(), place.start()]
    for outcome in map(place.end, both):
        assert outcome.succeeded, outcome.err
    assert place.state() == known.after
    assert not place.litter()


def test_worker_killed(known: Known, tmp_path: Path) -> None:
    """As by a system that is out of memory: its section is compiled again."""
    place = known.place.copy(tmp_path)
    process = place.start("--no-cache")
    deadline = time.monotonic() + 30
    while not (workers := place.workers(process.pid)) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert workers
    os.kill(workers[0], signal.SIGKILL)
    outcome = place.end(process)
    assert outcome.succeeded, outcome.err
    assert place.state() == known.before
