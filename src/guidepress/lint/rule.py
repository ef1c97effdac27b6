"""What a rule for good cards consists of: its check, its reasons, a bad example and a good one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from guidepress.diagnostics import Related
from guidepress.lint.card_reading import Reading

PREFIX = "card-"
ALLOW = "allow-"


class Finding(NamedTuple):
    """A card that breaks a rule: `what` is wrong with it, and the `hint` that says what to do.

    `severe` makes an error of it, where the rule has two limits.
    """

    reading: Reading
    what: str
    hint: str
    severe: bool = False
    related: tuple[Related, ...] = ()


# A check is given all cards of a book, in its order.
Check = Callable[[Sequence[Reading]], Iterator[Finding]]


def each(check: Callable[[Reading], Iterator[Finding]]) -> Check:
    """The check of a rule that looks at one card at a time."""

    def check_all(readings: Sequence[Reading]) -> Iterator[Finding]:
        for reading in readings:
            yield from check(reading)

    return check_all


@dataclass(frozen=True, slots=True)
class Example:
    """The text of a chapter below its title, and the files that it needs beside it, by their names in `source/`."""

    text: str
    files: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule, which stands in a file of its own in `lint/rules/`.

    `finds` and `why` are phrases: the limits of the rule, and why a breach is worth correcting; `why` also ends the
    message. `means` and `remedy` are sentences, for docs/diagnostics.md. `bad` breaks this rule and no other, `good`
    says the same and breaks none.
    """

    code: str
    finds: str
    why: str
    means: str
    remedy: str
    check: Check
    bad: Example
    good: Example

    @property
    def tag(self) -> str:
        """The tag that allows it at a card."""
        return ALLOW + self.code.removeprefix(PREFIX)
