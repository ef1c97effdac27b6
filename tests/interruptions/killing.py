"""Builds killed at random moments, the build itself or one of its workers, and what has to be true afterwards."""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.interruptions.builds import Known, Place, is_coherent, without

# A build that is killed is begun again; so often until one is let through.
IN_A_ROW = 5
OLD, NEW = "the last good build", "the new build"


@dataclass(frozen=True)
class Kill:
    """One kill: of whom, and what was there a moment later."""

    victim: str
    seconds: float
    left: str


def kills(known: Known, folder: Path, seed: str, count: int) -> Iterator[Kill]:
    """Kill builds of an edited guide `count` times in all, in folders below `folder`; each kill when it is done.

    Raises AssertionError where the last good build does not stand, somebody works on, the next build gives other
    bytes, or a file is left behind.
    """
    chance = random.Random(seed)
    done = 0
    while done < count:
        place = known.place.copy(folder / str(done))
        place.edit()
        for _ in range(min(IN_A_ROW, count - done)):
            one = _kill(known, place, chance)
            done += 1
            yield one
            if one.left == NEW:
                break
        place.an_hour_later()
        again = place.build()
        assert again.succeeded, again.err
        _as_edited(known, place)
        assert not place.litter(), place.litter()
        shutil.rmtree(place.folder)


def _kill(known: Known, place: Place, chance: random.Random) -> Kill:
    victim = chance.choice(("build", "build", "worker"))
    seconds = chance.uniform(0, known.seconds)
    process = place.start()
    time.sleep(seconds)
    worker = chance.choice([*place.workers(process.pid), None]) if victim == "worker" else None
    if victim == "worker" and worker is None:
        victim = "build"
    if process.poll() is not None:
        victim = "nobody"
    with contextlib.suppress(ProcessLookupError):
        os.kill(worker or process.pid, signal.SIGKILL)
    outcome = place.end(process)
    # A worker's death costs time only, and a build may have been done before.
    assert outcome.succeeded or victim == "build", outcome.err
    assert place.left_alone(), "somebody works on"
    state = place.state()
    assert is_coherent(state), "the manifest does not name the files that are there"
    products = without(state, "deck.lock")
    old, new = (without(one, "deck.lock") for one in (known.before, known.after))
    other = [name for name, data in products.items() if data not in (old.get(name), new.get(name))]
    assert products in (old, new), f"neither the last good build stands nor the new one: {other}"
    assert state["deck.lock"] in (known.before["deck.lock"], known.after["deck.lock"])
    return Kill(victim, seconds, NEW if products == new else OLD)


def daemon_kills(known: Known, folder: Path, seed: str, count: int) -> Iterator[Kill]:
    """The same of builds by a daemon: it, one of its workers, or the command that waits for it is killed.

    What happens to a daemon costs time only: raises AssertionError where a build does not come out, and as `kills`.
    """
    chance = random.Random(f"{seed} daemon")
    for number in range(count):
        place = known.place.copy_with_cache(folder / str(number))
        place.runtime = place.temporary.with_name(f"{place.temporary.name}-run")
        place.runtime.mkdir(mode=0o700)
        try:
            yield _kill_with_daemon(known, place, chance)
        finally:
            # Its daemon ends when its socket is gone.
            shutil.rmtree(place.runtime)
        assert place.left_alone(60), "a daemon stays without its socket"
        assert not place.litter(), place.litter()
        shutil.rmtree(place.folder)


def _kill_with_daemon(known: Known, place: Place, chance: random.Random) -> Kill:
    first = place.build()
    assert first.succeeded, first.err
    (daemon,) = place.daemons()
    place.edit()
    victim = chance.choice(("daemon", "daemon", "worker", "command"))
    seconds = chance.uniform(0, known.seconds / 2)
    process = place.start()
    time.sleep(seconds)
    workers = place.workers(daemon)
    victims = {"daemon": daemon, "command": process.pid}
    if victim == "worker":
        if workers:
            victims["worker"] = chance.choice(workers)
        else:
            victim = "daemon"
    if process.poll() is not None:
        victim += ", idle,"
    with contextlib.suppress(ProcessLookupError):
        os.kill(victims[victim.split(",")[0]], signal.SIGKILL)
    outcome = place.end(process)
    assert outcome.succeeded or victim == "command", outcome.err
    left = OLD
    if outcome.succeeded:
        left = NEW
        _as_edited(known, place)
    place.an_hour_later()
    again = place.build()
    assert again.succeeded, again.err
    _as_edited(known, place)
    return Kill(victim, seconds, left)


def _as_edited(known: Known, place: Place) -> None:
    now = place.state()
    other = sorted(n for n in now.keys() | known.after if now.get(n) != known.after.get(n))
    assert not other, f"a build gives other bytes: {other}"
