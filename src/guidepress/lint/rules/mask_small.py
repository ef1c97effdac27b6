"""Masks that cannot be seen on a telephone."""

from __future__ import annotations

from collections.abc import Iterator

from guidepress.card_kinds.occlusion import MASK
from guidepress.content import Gap
from guidepress.content.walk import elements
from guidepress.lint.card_reading import Reading
from guidepress.lint.rule import Example, Finding, Rule, each

# Per cent of the picture: some ten pixels of a telephone's 360.
SMALLEST = 3.0
_DRAWING = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20" width="400" height="200">
  <path d="M2 2h14v16h-14zM24 2h14v16h-14zM16 10h8" fill="none" stroke="#000"/>
</svg>
"""


def _check(reading: Reading) -> Iterator[Finding]:
    if not reading.masked:
        return
    for gap in elements(reading.front.content.nodes, "mark"):
        if not isinstance(gap, Gap):
            continue
        _, _, width, height = map(float, gap.attributes.get(MASK, "0 0 100 100").split())
        if min(width, height) < SMALLEST:
            said = f"a mask of {width:g} × {height:g} % of the picture can hardly be seen"
            yield Finding(reading, said, "cover more of what it hides, or show less of the picture")


RULE = Rule(
    "card-mask-small",
    finds=f"a mask under {SMALLEST:g} % of the picture's width or height",
    why="on a telephone it is a speck, and what is asked for cannot be made out",
    means="A mask on a picture is too small to be seen.",
    remedy="Cover more of what it hides, or show less of the picture.",
    check=each(_check),
    bad=Example(
        """\
/// occlusion | ../images/boxes.svg
    id: boxes
    alt: A client, a server, and a line between them
    masks: {line: 40 49 20 2}
///
""",
        {"images/boxes.svg": _DRAWING},
    ),
    good=Example(
        """\
/// occlusion | ../images/boxes.svg
    id: boxes
    alt: A client, a server, and a line between them
    masks: {client: 3 5 40 90}
///
""",
        {"images/boxes.svg": _DRAWING},
    ),
)
