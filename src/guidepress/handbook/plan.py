"""The study plan: how many weeks the stages take at several paces, and when each could be done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from guidepress.book.model import Stage


@dataclass(frozen=True, slots=True)
class Pace:
    """So many hours a week, and the weeks that the whole takes then."""

    hours: int
    weeks: int


@dataclass(frozen=True, slots=True)
class PlanLine:
    """A stage in the plan: for each pace, the first and the last week of it, counted from 1."""

    stage: Stage
    weeks: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """The study plan of a roadmap; `hours` is the sum of its stages."""

    hours: int
    paces: tuple[Pace, ...]
    lines: tuple[PlanLine, ...]


def study_plan(stages: Sequence[Stage], week_hours: Sequence[int]) -> Plan | None:
    """The plan for stages in order, one after the other; None where no stage says how long it takes."""
    total = sum(stage.hours for stage in stages)
    if not total:
        return None
    paces = tuple(Pace(hours, ceil(total / hours)) for hours in week_hours)
    lines = []
    done = 0
    for stage in stages:
        weeks = tuple(
            (done // hours + 1, max(done // hours + 1, ceil((done + stage.hours) / hours)))
            for hours in week_hours
        )
        lines.append(PlanLine(stage, weeks))
        done += stage.hours
    return Plan(total, paces, tuple(lines))
