"""The operators that set a page number, from the glyph metrics recorded at compile time."""

from __future__ import annotations

from guidepress.pdf.model import Align, Figures

DIGITS = "0123456789"
ROMAN = "ivxlcdm"


def every_pair(characters: str) -> str:
    """Return the shortest text in which every two of the characters stand side by side.

    Shaping it once shows all the kerning that a number can meet.
    """
    text = ""
    for index, left in enumerate(characters):
        text += left
        for right in characters[index + 1 :]:
            text += left + right
    return text + characters[0]


def printable(figures: Figures, text: str) -> bool:
    """Say whether the font has every character of the text."""
    return all(character in figures.glyphs for character in text)


def measure(figures: Figures, text: str) -> float:
    """Return the width of a text, in thousandths of the em."""
    return sum(_advances(figures, text))


def show(figures: Figures, text: str, shift: float = 0.0) -> bytes:
    """Return the operator that shows a text, moved to the right by `shift` thousandths of the em.

    The glyphs are adjusted the way the engine does it, so that a number which
    did not change gives the same bytes again.
    """
    operand = _number(-shift) if shift else ""
    operand += "<"
    for character, advance in zip(text, _advances(figures, text), strict=True):
        operand += f"{figures.glyphs[character]:04x}"
        adjustment = int(figures.widths[character] - advance)
        if adjustment:
            operand += f">{adjustment}<"
    operand = operand.removesuffix("<") if operand.endswith("<") else operand + ">"
    return f"[{operand}] TJ".encode("ascii")


def move(distance: float) -> bytes:
    """Return the operator that moves the pen to the right, in thousandths of the em."""
    return f"[{_number(-distance)}] TJ".encode("ascii")


def shift(align: Align, old: float, new: float) -> float:
    """Return how far to move a text so that it stays aligned when its width changes."""
    if align == "left":
        return 0.0
    return (old - new) / 2 if align == "center" else old - new


def _advances(figures: Figures, text: str) -> list[float]:
    return [
        figures.advances.get(text[index : index + 2], figures.advances[text[index]])
        for index in range(len(text))
    ]


def _number(value: float) -> str:
    # PDF knows no exponents.
    return f"{value:.3f}".rstrip("0").rstrip(".")
