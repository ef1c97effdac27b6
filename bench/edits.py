"""What an edit of a section costs the process that laid it out last, and one that did not.

    python -m bench.edits GUIDE SECTION EDITS

Another word in a place of the section that is chosen by chance, again and again. The two take turns; CPU time of
compiling and proving. Prints the medians in ms, their ratio, the pages that were taken and made, and whether the bytes
were the same.
"""

from __future__ import annotations

import gc
import json
import random
import re
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from statistics import median

from bench.shortcuts import sections
from guidepress.cache import encoded
from guidepress.handbook.proof import compile_and_prove
from guidepress.pdf import Section, resident
from guidepress.pdf.engine import compiling, resuming
from guidepress.pdf.engine.patching import replaced

# A word of running text between two others.
_WORD = re.compile(r"(?<=[a-z] )(the|a|an|and|is|every)(?= [a-z])")


def main(folder: Path, name: str, edits: int) -> dict[str, object]:
    """See the module."""
    section = next(one for one in sections(folder) if one.name == name)
    places = [match.span() for match in _WORD.finditer(section.html)]
    dice = random.Random(1)
    took: dict[bool, list[float]] = {True: [], False: []}
    same = True
    gc.freeze()
    # The bench itself fills this process.
    with replaced(resident, "MOST", float("inf")), replaced(compiling, "_shelf", resuming.Shelf()):
        resident.stay()
        compile_and_prove(section)
        resuming.COUNTS.clear()
        for _ in range(edits):
            start, end = dice.choice(places)
            html = f"{section.html[:start]}altogether{section.html[end:]}"
            seconds, data = _timed(replace(section, html=html))
            took[True].append(seconds)
            with replaced(compiling, "_shelf", resuming.Shelf()):
                resident.stay(stays=False)
                seconds, others = _timed(replace(section, html=html))
                resident.stay()
            took[False].append(seconds)
            same = same and data == others
    again, anew = (1000 * median(took[holds]) for holds in (True, False))
    counts = dict(resuming.COUNTS)
    return {"again": again, "anew": anew, "ratio": again / anew, "pages": counts, "same": same}


def _timed(section: Section) -> tuple[float, bytes | None]:
    gc.collect()
    start = time.process_time()
    compiled = compile_and_prove(section)
    return time.process_time() - start, encoded(compiled)


def arguments(words: Sequence[str]) -> tuple[Path, str, int]:
    """The guide, the name of the section, the number of edits."""
    return Path(words[0]), words[1], int(words[2])


if __name__ == "__main__":
    print(json.dumps(main(*arguments(sys.argv[1:]))))
