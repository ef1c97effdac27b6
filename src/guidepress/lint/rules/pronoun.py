"""Questions that begin with a pronoun."""

from __future__ import annotations

from collections.abc import Iterator

from guidepress.lint import english
from guidepress.lint.card_reading import Reading
from guidepress.lint.rule import Example, Finding, Rule, each


def _check(reading: Reading) -> Iterator[Finding]:
    side = reading.front
    if not reading.english or not side.words or side.code or side.images:
        return
    first, second = (*side.words, "")[:2]
    if first in english.PRONOUNS or (
        first in english.DEMONSTRATIVES and second in english.AUXILIARIES
    ):
        yield Finding(
            reading,
            f"this starts with “{side.text.split()[0]}” and nothing says what that is",
            "name it",
        )


RULE = Rule(
    "card-pronoun",
    finds="starts with “it”, “this is” …",
    why="in a year nobody knows what “it” was",
    means="A question begins with a word such as “it”.",
    remedy="Name the thing.",
    check=each(_check),
    bad=Example("""\
/// cloze
    id: tls

It is ==encrypted== on the way to the server.
///
"""),
    good=Example("""\
/// cloze
    id: tls

With TLS a request is ==encrypted== on the way to the server.
///
"""),
)
