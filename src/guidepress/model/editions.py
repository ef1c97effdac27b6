"""The edition of a guide that is built, and what it leaves out."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, get_args

from guidepress.diagnostics import Span
from guidepress.model.base import Conditional, Record
from guidepress.model.guide import MAIN, EditionKind, ExamRecord, GuideFile

EDITION_KINDS: tuple[EditionKind, ...] = get_args(EditionKind)
NO_EXAM = "an exam has a handbook and no other product"


class LeftOutRecord(NamedTuple):
    """A record that an edition leaves out: the name of its kind, and what says so."""

    kind: str
    record: Record
    span: Span

    @property
    def label(self) -> str:
        """How references call it."""
        return f"{self.kind}-{self.record.id}"  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class ActiveEdition:
    """The edition that is built.

    `chapters` are the chosen ones, by id or file, empty for all of them. `known` are the names that `only` and
    `except` may use; `declares` says whether the guide has variables in any edition of it.
    """

    name: str = MAIN
    kind: EditionKind = "student"
    chapters: tuple[str, ...] = ()
    variables: Mapping[str, str] = field(default_factory=dict)
    known: Collection[str] = (MAIN, *EDITION_KINDS)
    declares: bool = False
    exam: ExamRecord | None = None
    # The language of its texts, where it is not the guide's.
    translation: str = ""
    # The edition that it is in another language; empty where it is none.
    of: str = ""

    def holds(self, only: Collection[str], except_: Collection[str]) -> bool:
        """Whether it has what those conditions stand at."""
        own = {self.name, self.of, self.kind}
        return (not only or not own.isdisjoint(only)) and own.isdisjoint(except_)

    def has(self, record: Record) -> bool:
        """Whether it has a record, going by the record's own conditions."""
        return not isinstance(record, Conditional) or self.holds(record.only, record.except_)

    def __str__(self) -> str:
        return (
            "the guide without `--edition`" if self.name == MAIN else f"the edition `{self.name}`"
        )


def active_edition(source: GuideFile, name: str | None) -> ActiveEdition:
    """The edition of that name, or the guide itself where it has none."""
    chosen = source.editions.get(name or "")
    known = (*source.editions, MAIN, *EDITION_KINDS)
    declares = bool(source.variables) or any(one.variables for one in source.editions.values())
    if name is None or chosen is None:
        return ActiveEdition(variables=source.variables, known=known, declares=declares)
    # An edition may be called `exam` and have no questions to draw.
    called = chosen.of or name
    named: EditionKind = next((kind for kind in EDITION_KINDS if kind == called), "student")
    if chosen.exam is not None or named == "exam":
        named = "exam" if chosen.exam else "student"
    return ActiveEdition(
        name,
        chosen.kind or named,
        chosen.chapters,
        {**source.variables, **chosen.variables},
        known,
        declares,
        chosen.exam,
        chosen.language if chosen.language not in (None, source.language) else "",
        chosen.of,
    )
