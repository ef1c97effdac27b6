"""`guidepress check --fix`: what can be mended without the author, mended in the source.

One thing so far: a card without an id gets one, a readable slug that is never changed again.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from guidepress.artifacts import write_atomically
from guidepress.diagnostics import Diagnostic

_SUGGESTED = re.compile(r"add `id: ([a-z0-9-]+)`")


def fix(folder: Path, diagnostics: Iterable[Diagnostic]) -> list[Path]:
    """Write the ids that `card-id-missing` suggests under the headers of their cards; the files changed.

    Raises OSError where a file cannot be written; it is then as before.
    """
    missing: dict[str, dict[int, str]] = defaultdict(dict)
    for problem in diagnostics:
        if problem.code == "card-id-missing" and problem.span:
            for hint in problem.hints:
                if found := _SUGGESTED.match(hint):
                    missing[problem.span.file][problem.span.line] = found[1]
    changed: list[Path] = []
    for file, ids in sorted(missing.items()):
        path = folder / file
        # Bytes, so that line ends and a byte order mark stay as they are.
        lines = path.read_bytes().splitlines(keepends=True)
        # From the end, so that the lines before keep their numbers.
        for number, name in sorted(ids.items(), reverse=True):
            header = lines[number - 1]
            text = header.rstrip(b"\r\n")
            indent = text[: len(text) - len(text.lstrip(b" >\t"))]
            end = header[len(text) :] or b"\n"
            lines[number - 1] = text + end
            lines.insert(number, indent + b"    id: " + name.encode() + end)
        write_atomically(path, b"".join(lines))
        changed.append(path)
    return changed
