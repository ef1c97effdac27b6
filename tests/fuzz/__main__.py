"""`./press fuzz`: sources by every generator, other ones each time, for so many minutes or until so many were tried.

What leads to a traceback is made as small as it gets, kept in `tests/fuzz/finds/`, and tried by every run of the tests
from then on.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
import tempfile
import time
import traceback
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, seed, settings

from tests.fuzz.examining import FINDS, examine, guide
from tests.fuzz.generators import GENERATORS, Input
from tests.project import Project

_ROUND = 200


class Fuzzing:
    """A run: which different inputs were tried, the slowest of them in CPU time, and what was found."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.tried: set[bytes] = set()
        self.slowest = 0.0
        self.found: list[Path] = []

    def round(self, name: str, number: int) -> None:
        """Some inputs of one generator; `number` chooses which."""
        last: list[Input] = []

        @seed(number)
        @settings(
            max_examples=_ROUND, deadline=None, database=None, print_blob=False,
            phases=[Phase.generate, Phase.shrink], suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @given(GENERATORS[name])
        def any_source(one: Input) -> None:
            start = time.process_time()
            self.tried.add(hashlib.sha256(one[0].encode() + b"\0" + one[1]).digest()[:16])
            try:
                examine(self.project, one)
            except BaseException:
                # The last that fails is the smallest.
                last[:] = [one]
                raise
            finally:
                self.slowest = max(self.slowest, time.process_time() - start)

        try:
            any_source()
        except Exception:
            if not last:
                raise
            self._keep(last[0])

    def _keep(self, one: Input) -> None:
        path = FINDS / hashlib.sha256(one[1]).hexdigest()[:8] / one[0]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(one[1])
        self.found.append(path)
        print(f"found: {path}", file=sys.stderr)
        traceback.print_exc()


def main() -> int:
    """Fuzz; the exit status is 1 where something was found."""
    parser = argparse.ArgumentParser(prog="./press fuzz", description=__doc__)
    parser.add_argument("--minutes", type=float, default=5)
    parser.add_argument("--inputs", type=int, help="as many different ones, however long it takes")
    parser.add_argument("--seed", type=int, default=time.time_ns() % 1_000_000)
    given_ = parser.parse_args()
    end = time.monotonic() + 60 * given_.minutes
    with tempfile.TemporaryDirectory() as folder:
        run = Fuzzing(guide(Path(folder) / "guide"))
        number = given_.seed
        try:
            while len(run.tried) < given_.inputs if given_.inputs else time.monotonic() < end:
                for name in GENERATORS:
                    run.round(name, number)
                number += 1
                print(f"{len(run.tried)} inputs", file=sys.stderr, flush=True)
        except KeyboardInterrupt:
            print("ended early", file=sys.stderr)
    print(
        f"{len(run.tried)} different inputs from seed {given_.seed}, {len(run.found)} finds; "
        f"slowest {run.slowest:.2f} s of CPU time"
    )
    return 1 if run.found else 0


if __name__ == "__main__":
    sys.exit(main())
