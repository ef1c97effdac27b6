"""Pictures on cards without alternative text."""

from __future__ import annotations

from collections.abc import Iterator

from guidepress.lint.card_reading import Reading
from guidepress.lint.rule import Example, Finding, Rule, each

_BOXES = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20" width="400" height="200">
  <path d="M2 2h14v16h-14zM24 2h14v16h-14zM16 10h8" fill="none" stroke="#000"/>
</svg>
"""


def _check(reading: Reading) -> Iterator[Finding]:
    for key, alt in reading.pictures:
        if not alt.strip():
            yield Finding(
                reading,
                f"the picture `{key}` has no alternative text",
                "say in brackets what it shows: `![Two boxes](…)`",
            )


RULE = Rule(
    "card-image-alt",
    finds="no alternative text",
    why="a picture without alternative text is a blank card to some",
    means="A picture on a card has no alternative text.",
    remedy="Say between the brackets what it shows.",
    check=each(_check),
    bad=Example(
        """\
/// card | How is a client drawn beside its server?
    id: client-drawn

![](../images/boxes.svg){: .decoration }
///
""",
        {"images/boxes.svg": _BOXES},
    ),
    good=Example(
        """\
/// card | How is a client drawn beside its server?
    id: client-drawn

![Two boxes, and a line from one to the other](../images/boxes.svg)
///
""",
        {"images/boxes.svg": _BOXES},
    ),
)
