"""Pictures on cards that are large."""

from __future__ import annotations

from collections.abc import Iterator

from guidepress.lint.card_reading import Reading
from guidepress.lint.rule import Example, Finding, Rule, each

BYTES = 500_000
PIXELS = 1600

_BOXES = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20" width="{width}" height="{height}">
  <path d="M2 2h14v16h-14zM24 2h14v16h-14zM16 10h8" fill="none" stroke="#000"/>
</svg>
"""
_CARD = """\
/// card | How is a client drawn beside its server?
    id: client-drawn

![Two boxes, and a line from one to the other](../images/boxes.svg)
///
"""


def _check(reading: Reading) -> Iterator[Finding]:
    for key, _ in reading.pictures:
        if (image := reading.images.get(key)) is None:
            continue  # a missing picture was an error already
        size = image.path.stat().st_size if image.path.is_file() else 0
        if size > BYTES or max(image.width, image.height) > PIXELS:
            yield Finding(
                reading,
                f"`{key}` has {image.width} x {image.height} px and {size // 1000} kB",
                f"bring it to {PIXELS} px and {BYTES // 1000} kB",
            )


RULE = Rule(
    "card-image-large",
    finds=f"over {BYTES // 1000} kB or {PIXELS} px",
    why="every learner's every device loads it",
    means="A picture on a card is large; every learner's device loads it.",
    remedy="Make it smaller.",
    check=each(_check),
    bad=Example(_CARD, {"images/boxes.svg": _BOXES.format(width=4000, height=2000)}),
    good=Example(_CARD, {"images/boxes.svg": _BOXES.format(width=400, height=200)}),
)
