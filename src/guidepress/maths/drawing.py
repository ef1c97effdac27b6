"""What a formula looks like, or what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass

# Of the size of the text, for a formula that is shrunk to its room: at 10.5 pt, exponents then have the height of
# those in 6 pt type.
LEAST_SCALE = 0.6


@dataclass(frozen=True, slots=True)
class Drawing:
    """A formula as it looks. Lengths are in em of the text around it; `depth` is what is below the base line.

    `shapes` are SVG elements without colours, in the units of `box`, the view box.
    """

    width: float
    height: float
    depth: float
    box: str
    shapes: str

    def svg(self, colour: str) -> str:
        """The file, in a colour of CSS. The same formula gives the same characters, always."""
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{self.box}" width="{self.width:.3f}em" '
            f'height="{self.height:.3f}em" fill="{colour}" color="{colour}">{self.shapes}</svg>'
        )


@dataclass(frozen=True, slots=True)
class Invalid:
    """What is wrong with a formula, as a sentence without a period, and what may help."""

    message: str
    hints: tuple[str, ...] = ()
