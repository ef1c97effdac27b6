"""What the form of the cache's entries costs, beside Python's pickle, on what a build of the repository's guide keeps.

`python -m bench.entries` prints a table: kinds of entries, their bytes, and the CPU time to write and to read them.
"""

from __future__ import annotations

import pickle
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

from guidepress import cache, console, conversions, up_to_date
from guidepress.build import Build
from guidepress.cards.setting import SetPages
from guidepress.handbook.proof import Compiled
from guidepress.maths import drawings
from guidepress.pdf import Section
from guidepress.pdf.workers import Workers

PRODUCTS = ("handbook", "deck", "cards")
NAMES: dict[Any, str] = {
    Compiled: "sections of the handbook",
    SetPages: "sides of cards",
    Section: "the section that warms a worker",
    conversions._Kept: "converted files",
    drawings._Kept: "formulas",
    up_to_date._Noted: "the note of the build",
    bytes: "fonts",
    frozenset[int]: "characters of fonts",
    tuple[str, ...]: "choices of fonts",
}


class _Watched(cache.Cache):
    """A cache that remembers what it is asked for, and as what type."""

    def __init__(self, place: Path) -> None:
        super().__init__(place)
        self.asked: dict[str, Any] = {}

    def get(self, key: str, kind: Any) -> Any:
        self.asked[key] = kind
        return super().get(key, kind)


def entries(folder: Path) -> dict[str, list[tuple[Any, Any]]]:
    """The values that a second build of a guide reads, with their types, by a name for the type."""
    found: dict[str, list[tuple[Any, Any]]] = defaultdict(list)
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        watched = _Watched(place / "cache")
        note = up_to_date.Note(folder, place / "build", PRODUCTS, watched)
        for _ in range(2):
            with Workers(1) as workers, console.reporter() as reporter:
                build = (folder, place / "build", PRODUCTS, None, workers, False, watched, note)
                Build(*build, reporter).run()
        note.read()
        for key, kind in watched.asked.items():
            value = cache.Cache(place / "cache").get(key, kind)
            if value is not None:
                found[NAMES.get(kind, str(kind))].append((value, kind))
    return found


def seconds(work: Callable[[], object], rounds: int = 5) -> float:
    """The least CPU time of some rounds."""
    taken = []
    for _ in range(rounds):
        begun = time.process_time()
        work()
        taken.append(time.process_time() - begun)
    return min(taken)


def main(folder: Path) -> None:
    """Print the table."""
    print(
        "| entries | number | MessagePack, kB | pickle, kB | write, ms | pickle | read, ms | pickle |"
    )
    print("| --- | --: | --: | --: | --: | --: | --: | --: |")
    for name, found in sorted(entries(folder).items()):
        ours = [cache.encoded(value) or b"" for value, _ in found]
        theirs = [pickle.dumps(value, protocol=5) for value, _ in found]
        kinds = [kind for _, kind in found]
        times = (
            seconds(lambda: [cache.encoded(value) for value, _ in found]),  # noqa: B023
            seconds(lambda: [pickle.dumps(value, protocol=5) for value, _ in found]),  # noqa: B023
            seconds(lambda: list(map(cache.decoded, ours, kinds))),  # noqa: B023
            seconds(lambda: list(map(pickle.loads, theirs))),  # noqa: B023
        )
        sizes = " | ".join(f"{sum(map(len, data)) / 1000:,.0f}" for data in (ours, theirs))
        row = " | ".join(f"{1000 * taken:.2f}" for taken in times)
        print(f"| {name} | {len(found)} | {sizes} | {row} |")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "."))
