"""Numbers in print: parts in Roman, chapters through the whole body, headings and captions by chapter."""

from __future__ import annotations

from dataclasses import dataclass, field

_ROMAN = (
    (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"),
    (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
)  # fmt: skip

# Headings below this level go without a number: "3.2.1.4" helps nobody to find a page.
DEEPEST_NUMBER = 3


def roman(number: int) -> str:
    """Roman capitals: 4 -> "IV"."""
    text = ""
    for value, sign in _ROMAN:
        while number >= value:
            text, number = text + sign, number - value
    return text


@dataclass(slots=True)
class SectionNumbers:
    """Numbers the headings of one chapter: "7.2", "7.2.1"; nothing in front and back matter."""

    chapter: str
    _counts: list[int] = field(default_factory=list)

    def next(self, level: int) -> str:
        """The number of the next heading; `level` 2 is the first below the chapter's title."""
        depth = level - 1
        self._counts = [*self._counts[:depth], *[0] * (depth - len(self._counts))]
        self._counts[-1] += 1
        if not self.chapter or level > DEEPEST_NUMBER or 0 in self._counts:
            # Nothing is numbered below a section that is not there.
            return ""
        return ".".join([self.chapter, *map(str, self._counts)])
