"""Questions that are answered by yes or no."""

from __future__ import annotations

from collections.abc import Iterator

from guidepress.lint import english
from guidepress.lint.card_reading import Reading
from guidepress.lint.rule import Example, Finding, Rule, each


def _check(reading: Reading) -> Iterator[Finding]:
    if not reading.english or reading.gapped or not reading.front.words:
        return
    text = reading.front.text
    asks = reading.front.words[0] in english.AUXILIARIES and text.rstrip().endswith("?")
    if (asks and "or" not in reading.front.words) or (
        "?" in text and english.YES_NO.match(reading.back.text)
    ):
        yield Finding(reading, "this is answered by yes or no", "ask for the reason, or the thing")


RULE = Rule(
    "card-yes-no",
    finds="a question answered by yes or no",
    why="half of all guesses are right, and nothing is recalled",
    means="A question is answered by yes or no.",
    remedy="Ask for the reason, or for the thing.",
    check=each(_check),
    bad=Example("""\
/// card | Does HTTP keep state between requests?
    id: http-state

No, each request stands alone.
///
"""),
    good=Example("""\
/// card | Why is HTTP called stateless?
    id: http-state

Each request stands alone.
///
"""),
)
