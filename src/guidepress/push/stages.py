"""Stages that open one after another: the new cards of a stage stay suspended until the stages before it are known.

Cards carry their stage as a tag. Of what its owner suspended nothing is touched: which cards were locked here stands in
the record that a push leaves in the collection. A stage that was begun is never locked again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from guidepress.deck.packed import Package
from guidepress.diagnostics import Diagnosed, Span, error
from guidepress.model.guide import Plan
from guidepress.push.ankiconnect import AnkiConnect, Call
from guidepress.source.project import read_guide

# `known`: what the plan says; `all`: everything that was locked.
Unlock = Literal["known", "all"]
UNLOCKS: tuple[Unlock, ...] = get_args(Unlock)
# From this interval on Anki calls a card mature, days.
MATURE = 21


@dataclass(frozen=True, slots=True)
class StagePlan:
    """The stages of a guide in order, by id, with those that each needs; how many per cent of cards make one known."""

    guide: str
    needs: Mapping[str, tuple[str, ...]]
    known: int


@dataclass(frozen=True, slots=True)
class StageChange:
    """What becomes of cards of a stage, all of which are new: `locked` or opened; `why` says what it waits for."""

    stage: str
    locked: bool
    cards: tuple[int, ...]
    why: str = ""


@dataclass(frozen=True, slots=True)
class _StageCards:
    """The cards of a stage as Anki has them. `counted` are those that its owner did not suspend."""

    all: frozenset[int]
    new: frozenset[int]
    suspended: frozenset[int]
    counted: frozenset[int]
    mature: frozenset[int]


def read_stages(folder: Path) -> Diagnosed[StagePlan]:
    """The stages of the guide in `folder`. Errors: those of the source, `push-stages` where it has no roadmap."""
    guide = read_guide(folder)
    if guide.value is None:
        return Diagnosed(None, guide.diagnostics)
    if guide.value.roadmap is None:
        message = "there are no stages to unlock: the guide has no roadmap.yaml"
        return Diagnosed(None, (error("push-stages", message, Span("source/guide.yaml")),))
    needs = {stage.id: stage.needs for stage in guide.value.roadmap.stages}
    plan = guide.value.source.plan or Plan()
    return Diagnosed(StagePlan(guide.value.source.id, needs, plan.known))


def stage_changes(
    anki: AnkiConnect, package: Package, plan: StagePlan, locked: Collection[int], unlock: Unlock
) -> tuple[StageChange, ...]:
    """What is to be locked and opened, in the order of the stages. `locked` are cards that were locked before.

    Raises AnkiError.
    """
    found = _found(anki, package, plan, locked)
    if unlock == "all":
        return tuple(_opened(found, set(found), set(locked)))
    missing = {
        stage: [need for need in needs if need in found and _is_missing(found[need], plan.known)]
        for stage, needs in plan.needs.items()
    }
    opened = {stage for stage in plan.needs if not missing[stage] or _is_begun(stage, found)}
    # A card of several stages comes with the first that opens; one that its owner opened stays so.
    free = set(locked).union(*(found[stage].all for stage in opened))
    changes = list(_opened(found, opened, set(locked)))
    for stage in [one for one in plan.needs if one not in opened]:
        cards = sorted(found[stage].new - found[stage].suspended - free)
        free.update(cards)
        if cards:
            why = f"waits for {', '.join(_said(need, found[need]) for need in missing[stage])}"
            changes.append(StageChange(stage, True, tuple(cards), why))
    order = list(plan.needs)
    return tuple(sorted(changes, key=lambda change: order.index(change.stage)))


def _opened(
    found: Mapping[str, _StageCards], stages: Collection[str], locked: set[int]
) -> Iterator[StageChange]:
    """The cards of these stages that were locked, and are still suspended."""
    for stage, own in found.items():
        cards = sorted(own.suspended & locked) if stage in stages else []
        locked.difference_update(cards)
        if cards:
            yield StageChange(stage, False, tuple(cards))


def _found(
    anki: AnkiConnect, package: Package, plan: StagePlan, locked: Collection[int]
) -> dict[str, _StageCards]:
    """The cards of each stage."""
    types = " OR ".join(f"mid:{id_}" for id_ in sorted(package.types))
    conditions = ("", " is:new", " is:suspended", f" prop:ivl>={MATURE}")
    calls: list[Call] = [
        ("findCards", {"query": f"({types}) tag:{plan.guide}::stage::{stage}{condition}"})
        for stage in plan.needs
        for condition in conditions
    ]
    answers = [frozenset(map(int, answer)) for answer in anki.calls(calls)]
    found = {}
    for number, stage in enumerate(plan.needs):
        every, new, suspended, mature = answers[4 * number : 4 * number + 4]
        counted = every - (suspended - frozenset(locked))
        found[stage] = _StageCards(every, new, suspended, counted, mature & counted)
    return found


def _is_begun(stage: str, found: Mapping[str, _StageCards]) -> bool:
    """Whether a card that is of this stage alone was ever answered."""
    others = frozenset().union(*(own.all for name, own in found.items() if name != stage))
    own = found[stage]
    return bool(own.all - own.new - others)


def _is_missing(stage: _StageCards, known: int) -> bool:
    """Whether it is not known yet; one without cards has nothing to be known."""
    return len(stage.mature) * 100 < known * len(stage.counted)


def _said(name: str, stage: _StageCards) -> str:
    return f"{name} ({len(stage.mature)} of {len(stage.counted)} cards known)"
