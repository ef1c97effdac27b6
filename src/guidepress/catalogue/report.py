"""What became of a catalogue, as lines for people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from guidepress.catalogue.building import Outcome
from guidepress.diagnostics import Severity
from guidepress.model.guide import MAIN

_ORDER = ("built", "unchanged", "failed", "broken")


def lines(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """A line for each edition of each guide, those that are not there last; and a count of all."""
    for one in sorted(outcomes, key=lambda one: not one.held):
        name = one.guide if one.edition == MAIN else f"{one.guide} ({one.edition})"
        yield f"{one.status:10}{name}{_more(one)}"
    counts = Counter(one.status for one in outcomes)
    summary = ", ".join(
        f"{counts[status]} {status}"
        for status in ("built", "unchanged", "failed", "broken")
        if counts[status]
    )
    yield f"{len(outcomes)} in all: {summary}"


def _more(one: Outcome) -> str:
    if one.reason:
        return f": {one.reason}"
    said = []
    for severity, word in ((Severity.ERROR, "error"), (Severity.WARNING, "warning")):
        if count := sum(d.severity is severity for d in one.diagnostics):
            said.append(f"{count} {word}{'' if count == 1 else 's'}")
    if one.confined:
        said.append("confined")
    if one.copies:
        said.append(f"{one.copies} {'copy' if one.copies == 1 else 'copies'}")
    return f": {', '.join(said)}" if said else ""
