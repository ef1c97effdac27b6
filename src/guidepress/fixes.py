"""`guidepress check --fix`: write the fixes that diagnostics carry into the source."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from guidepress.artifacts import write_atomically
from guidepress.diagnostics import Diagnostic, Fix

_LINE_END = re.compile(r"\r\n|\r|\n")
_MARK = "\ufeff"


def fix(folder: Path, diagnostics: Iterable[Diagnostic]) -> dict[Path, int]:
    """Apply the fixes of problems in the project at `folder`; the files changed, with how many each got.

    Of fixes that overlap the first is applied; the others are offered again when the file is next checked. Raises
    OSError where a file cannot be read or written; it is then as before.
    """
    wanted: dict[str, set[Fix]] = defaultdict(set)
    for problem in diagnostics:
        if problem.fix is not None:
            wanted[problem.fix.span.file].add(problem.fix)
    changed: dict[Path, int] = {}
    for file, fixes in sorted(wanted.items()):
        path = folder / file
        # Bytes that are no UTF-8, line ends and a byte order mark stay as they are.
        text = path.read_bytes().decode("utf-8", "surrogateescape")
        text, count = apply(text, fixes)
        if count:
            write_atomically(path, text.encode("utf-8", "surrogateescape"))
            changed[path] = count
    return changed


def apply(text: str, fixes: Iterable[Fix]) -> tuple[str, int]:
    """The text of a file with fixes applied, and how many they are; what lies outside of the text is left out."""
    ends = [*_LINE_END.finditer(text)]
    starts = [len(_MARK) if text.startswith(_MARK) else 0, *(end.end() for end in ends)]
    stops = [*(end.start() for end in ends), len(text)]
    out: list[str] = []
    done = count = 0
    last = -1
    for one in sorted(fixes, key=lambda one: (one.span, one.text)):
        line = one.span.line - 1
        if not 0 <= line < len(starts):
            continue
        start = starts[line] + one.span.column - 1
        stop = start + one.span.length
        if not starts[line] <= start <= stop <= stops[line] or start < done or start == last:
            continue
        # The line end of this line, else of the first one.
        end = ends[min(line, len(ends) - 1)][0] if ends else "\n"
        out += (text[done:start], one.text.replace("\n", end))
        done, last = stop, start
        count += 1
    return "".join(out) + text[done:], count
