"""What each shortcut of the engine saves: sections of a guide compiled with all of them, without each, and without any.

    python -m bench.shortcuts GUIDE ROUNDS [SECTIONS]

One process; variants take turns section by section, and the least CPU time of a section in all rounds counts, so that
a busy machine shows as little as can be. Prints ratios as JSON: the CPU time with everything by the time without.
"""

from __future__ import annotations

import gc
import json
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from bench.figures import ALL, BROKEN, PAINTED, PROOF
from bench.raw import prepared
from guidepress.handbook.proof import prove
from guidepress.pdf import Section, compile_section
from guidepress.pdf.engine import patching
from guidepress.pdf.engine.words import COUNTS


def main(folder: Path, rounds: int, most: int | None) -> dict[str, float]:
    """The ratio of each shortcut, that of all, the share of the proof in compiling and proving, and those of lines that
    are broken and painted from the shapes of words.
    """
    some = sections(folder)[:most]
    variants = {"": (), **{name: (name,) for name in patching.SHORTCUTS}, ALL: patching.SHORTCUTS}
    counts: Counter[str] = Counter()
    least: dict[tuple[str, str], float] = defaultdict(lambda: float("inf"))
    gc.freeze()
    for _ in range(rounds):
        for section in some:
            for name, left_out in variants.items():
                with patching.without(*left_out):
                    seconds = _seconds(partial(compile_section, section))
                least[name, section.name] = min(least[name, section.name], seconds)
            before = COUNTS.copy()
            fragment = compile_section(section)
            counts += COUNTS - before
            seconds = _seconds(partial(prove, section.html, fragment))
            least[PROOF, section.name] = min(least[PROOF, section.name], seconds)
    sums: dict[str, float] = defaultdict(float)
    for (name, _), seconds in least.items():
        sums[name] += seconds
    ratios = {name: sums[""] / sums[name] for name in variants if name}
    return ratios | {
        PROOF: sums[PROOF] / (sums[""] + sums[PROOF]),
        BROKEN: counts["broken"] / (counts["broken"] + counts["left"]),
        PAINTED: counts["painted"] / (counts["painted"] + counts["left unpainted"]),
    }


def sections(folder: Path) -> list[Section]:
    """Every section of a guide, the short ones between the long ones so that a part of them is of all kinds."""
    ready = prepared(folder)
    drafts = [
        draft.section(draft.html, ready.styles[draft.tab], ready.files) for draft in ready.drafts
    ]
    return sorted(drafts, key=lambda section: sum(section.name.encode()) % 17)


def _seconds(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def arguments(words: Sequence[str]) -> tuple[Path, int, int | None]:
    """The guide, the rounds, and how many sections at most."""
    return Path(words[0]), int(words[1]), int(words[2]) if len(words) > 2 else None


if __name__ == "__main__":
    print(json.dumps(main(*arguments(sys.argv[1:]))))
