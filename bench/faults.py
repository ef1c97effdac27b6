"""`./press bench --only faults`: builds and daemons killed at random moments, and what they leave."""

from __future__ import annotations

import random
import sys
from collections import Counter
from itertools import chain
from pathlib import Path

from tests.interruptions.builds import Known
from tests.interruptions.killing import daemon_kills, kills

KILLS = 200
# One in so many is a daemon, its worker, or the command that waits for it.
DAEMONS = 4


def run(place: Path, count: int, seed: int | None) -> int:
    """Kill as many builds, in folders below `place`; 1 where one left what it should not. Prints what was done.

    With the seed of another run the same processes are killed after the same times, as far as a machine does the same
    twice.
    """
    chosen = random.SystemRandom().randrange(1 << 32) if seed is None else seed
    print(f"{count} kills, --seed {chosen}", file=sys.stderr)
    known = Known.made(place)
    seen: Counter[str] = Counter()
    killed = chain(
        kills(known, place / "kills", str(chosen), count - count // DAEMONS),
        daemon_kills(known, place / "daemons", str(chosen), count // DAEMONS),
    )
    try:
        for number, one in enumerate(killed, 1):
            seen[f"{one.victim} killed, {one.left} stands"] += 1
            print(
                f"{number:4} {one.victim:8}{one.seconds:6.2f} s  {one.left}",
                file=sys.stderr,
                flush=True,
            )
    except AssertionError as problem:
        print(f"after {sum(seen.values())} kills, --seed {chosen}: {problem}")
        return 1
    for what, times in sorted(seen.items()):
        print(f"{times:4} {what}")
    print(
        f"{count} kills, --seed {chosen}: what stood was whole, and each next build gave its bytes"
    )
    return 0
