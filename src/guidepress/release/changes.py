"""CHANGES.md of a project: a section for each release, the newest first, of what changed for learners."""

from __future__ import annotations

import re

from guidepress.deck.diff import Difference

FILE = "CHANGES.md"
_TITLE = "# Changes"
_SECTION = re.compile(r"^## ", re.MULTILINE)


def section(heading: str, difference: Difference | None) -> str:
    """What a release brought, as Markdown; without a `difference` it is the first."""
    lines = ["the first release"] if difference is None else list(difference.lines())
    # What is indented belongs to what stands above it; ids and words may hold what Markdown would take for markup.
    items = [
        f"{' ' * (len(line) - len(line.lstrip()))}- {_plain(line.strip())}"
        for line in lines or ["nothing changed for learners"]
    ]
    return f"## {heading}\n\n" + "\n".join(items) + "\n"


def with_section(text: str, heading: str, made: str) -> str:
    """The file with a section at the top of them, or in the place of the one that is called so already."""
    text = text or f"{_TITLE}\n"
    starts = [match.start() for match in _SECTION.finditer(text)]
    for number, start in enumerate(starts):
        if text[start:].partition("\n")[0].rstrip() == f"## {heading}":
            end = starts[number + 1] if number + 1 < len(starts) else len(text)
            rest = text[end:]
            return text[:start] + made + (f"\n{rest}" if rest else "")
    first = starts[0] if starts else len(text)
    before = text[:first].rstrip("\n")
    rest = text[first:]
    return f"{before}\n\n{made}" + (f"\n{rest}" if rest else "")


def _plain(line: str) -> str:
    return re.sub(r"([\\`*_<\[])", r"\\\1", line)
