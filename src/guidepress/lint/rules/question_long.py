"""Questions that are long."""

from __future__ import annotations

from collections.abc import Iterator

from guidepress.lint.card_reading import Reading
from guidepress.lint.rule import Example, Finding, Rule, each

# Of words: a warning above the first, an error above the second.
WORDS = (25, 40)
CHARACTERS = 200


def _check(reading: Reading) -> Iterator[Finding]:
    count, length = reading.front.count, len(reading.front.text)
    if not reading.gapped and (count > WORDS[0] or length > CHARACTERS):
        yield Finding(
            reading,
            f"the question has {count} words and {length} characters",
            f"bring it to {WORDS[0]} words or fewer; move what explains it to `extra`",
            severe=count > WORDS[1],
        )


RULE = Rule(
    "card-question-long",
    finds=f"over {WORDS[0]} words or {CHARACTERS} characters; over {WORDS[1]} words: error",
    why="a long question is answered by its shape, not by what it asks",
    means="A question is long.",
    remedy="Shorten it; move what explains it to `extra`.",
    check=each(_check),
    bad=Example("""\
/// card | When a client has sent a request to a server and has waited for a long time without any answer \
at all, which status code does a proxy between the two of them send?
    id: proxy-timeout

504
///
"""),
    good=Example("""\
/// card | Which status code does a proxy send when the server does not answer in time?
    id: proxy-timeout

504
///
"""),
)
