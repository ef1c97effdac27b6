"""What became of a foreign book: taken, changed, left out, not understood; each with its places and its count."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum


class Fate(StrEnum):
    """What became of a thing; the value heads its section of the report."""

    CHANGED = "Changed"
    LEFT = "Left out"
    UNKNOWN = "Not understood"


_EXPLAINED = {
    Fate.CHANGED: "Written in guidepress's Markdown; it means the same.",
    Fate.LEFT: "Not in the guide.",
    Fate.UNKNOWN: "In the guide as far as it is text. Look at these places.",
}


@dataclass(slots=True)
class Report:
    """Gathers what is said of a book. `taken` are facts in a line each."""

    taken: list[str] = field(default_factory=list)
    _said: dict[tuple[Fate, str], list[tuple[str, int]]] = field(default_factory=dict)

    def say(self, fate: Fate, what: str, file: str, line: int = 0) -> None:
        """Note a thing and its place; a `line` of 0 means the file or folder as a whole."""
        self._said.setdefault((fate, what), []).append((file, line))

    def count(self, fate: Fate) -> int:
        """How many things had this fate."""
        return sum(len(places) for (one, _), places in self._said.items() if one is fate)

    def places(self, fate: Fate) -> dict[str, list[tuple[str, int]]]:
        """What had this fate -> its places, as file and line."""
        return {what: places for (one, what), places in self._said.items() if one is fate}

    def summary(self) -> list[str]:
        """The report in a few lines."""
        lines = list(self.taken)
        for fate in Fate:
            if number := self.count(fate):
                lines.append(f"{fate.lower()}: {number}")
        return lines

    def markdown(self, title: str, command: str) -> str:
        """ADOPTED.md."""
        lines = [f"# How “{title}” was adopted", "", "## Taken", ""]
        lines += [f"- {fact}" for fact in self.taken]
        for fate in Fate:
            lines += ["", f"## {fate}: {self.count(fate)}", "", _EXPLAINED[fate], ""]
            for what, places in self.places(fate).items():
                lines.append(f"- {what}: {len(places)}")
                lines += [f"  - {place}" for place in _by_file(places)]
        lines += ["", "## Next", "", f"    {command}", ""]
        lines += [
            "`strictness: adopted` in `source/guide.yaml` makes warnings of faults that stop a guide written for",
            "guidepress. Work through the warnings, then write `strictness: release`.",
        ]
        return "\n".join(lines) + "\n"


def _by_file(places: list[tuple[str, int]]) -> list[str]:
    """`file:3, 7 (2 times), 12`, a line for each file."""
    files: dict[str, Counter[int]] = {}
    for file, line in places:
        files.setdefault(file, Counter())[line] += 1
    found = []
    for file, lines in files.items():
        numbers = ", ".join(
            f"{line}{f' ({times} times)' if times > 1 else ''}"
            for line, times in sorted(lines.items())
            if line
        )
        found.append(f"`{file}`:{numbers}" if numbers else f"`{file}`")
    return found
