"""Cloze texts that are long."""

from __future__ import annotations

from collections.abc import Iterator

from guidepress.lint.card_reading import Reading
from guidepress.lint.rule import Example, Finding, Rule, each

WORDS = 40


def _check(reading: Reading) -> Iterator[Finding]:
    if reading.gapped and reading.front.count > WORDS:
        yield Finding(
            reading,
            f"the text has {reading.front.count} words",
            f"bring it to {WORDS} words or fewer",
        )


RULE = Rule(
    "card-cloze-long",
    finds=f"a text of over {WORDS} words",
    why="a long text with a gap is recognised, not recalled",
    means="A cloze text is so long that it is recognised, not recalled.",
    remedy="Make it one sentence.",
    check=each(_check),
    bad=Example("""\
/// cloze
    id: queue

Where a request starts work that takes long, such as an e-mail to thousands of readers, the server does not \
do it at once: it puts a message into a ==queue==, answers the client, and leaves the work to another process.
///
"""),
    good=Example("""\
/// cloze
    id: queue

Work that takes long is put into a ==queue== and left to another process.
///
"""),
)
