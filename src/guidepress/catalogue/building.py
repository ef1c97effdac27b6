"""Building one guide of a catalogue: whatever is wrong with it is what became of it."""

from __future__ import annotations

import os
import traceback
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from guidepress.build import Build
from guidepress.cache import Cache
from guidepress.catalogue.task import Task
from guidepress.copies.stamping import Options, stamp
from guidepress.diagnostics import Diagnostic, stops
from guidepress.model.guide import MAIN
from guidepress.pdf.workers import Workers
from guidepress.up_to_date import BuildNote

Status = Literal["built", "unchanged", "failed", "broken"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one edition of a guide.

    `built`, `unchanged` since the last build, `failed` for problems of its source, or `broken` by the machine or by
    guidepress, as `reason` says. `copies` counts the personal copies of it. `confined`: by a process that could reach
    nothing but the guide.
    """

    guide: str
    edition: str
    folder: str
    status: Status
    diagnostics: tuple[Diagnostic, ...] = ()
    artifacts: tuple[str, ...] = ()
    copies: int = 0
    reason: str = ""
    confined: bool = False

    @property
    def held(self) -> bool:
        """Whether there are good files of it."""
        return self.status in ("built", "unchanged")

    def as_dict(self) -> dict[str, object]:
        """For JSON."""
        return {
            "guide": self.guide,
            "edition": self.edition,
            "status": self.status,
            "reason": self.reason,
            "problems": [
                {
                    "code": d.code,
                    "severity": str(d.severity),
                    "message": d.message,
                    "at": str(d.span or ""),
                }
                for d in self.diagnostics
            ],
            "artifacts": list(self.artifacts),
            "copies": self.copies,
            "confined": self.confined,
        }


class _Silent:
    """Many guides at a time report no steps."""

    def step(self, name: str, done: int = 0, total: int = 0) -> None:
        """Nothing."""


def build_editions(task: Task, cache: Cache, strict: bool) -> list[Outcome]:
    """Build the editions of one guide, in any process; never raises for what is wrong with one of them."""
    outcomes = [build_edition(task, edition, cache, strict) for edition in task.editions]
    if any(one.status == "built" for one in outcomes[1:]):
        # Later editions may have added to deck.lock, which the earlier ones were made from.
        for index, one in enumerate(outcomes[:-1]):
            if one.status == "built" and note_of(task, one.edition, strict, cache).read() is None:
                outcomes[index] = build_edition(task, one.edition, cache, strict)
    return outcomes


def note_of(task: Task, edition: str, strict: bool, cache: Cache) -> BuildNote:
    """The note of the build of an edition."""
    options = ["" if edition == MAIN else edition, str(strict), *task.products]
    return BuildNote(task.folder, task.out / edition, options, cache)


def build_edition(task: Task, edition: str, cache: Cache, strict: bool) -> Outcome:
    """Build one; whatever is wrong with it, or goes wrong, is in the outcome."""
    try:
        return _pressed(task, edition, cache, strict)
    except Exception as problem:  # whatever it is, the other guides are none of its business
        return broken(task, edition, problem)


def broken(task: Task, edition: str, problem: BaseException | str) -> Outcome:
    """What became of an edition over which something raised, or happened to its machine."""
    if isinstance(problem, str):
        reason = problem
    elif isinstance(problem, OSError):
        reason = f"{problem.strerror or problem}" + (
            f": {problem.filename}" if problem.filename else ""
        )
    else:
        where = traceback.extract_tb(problem.__traceback__)[-1]
        reason = f"{type(problem).__name__}: {problem} ({Path(where.filename).name}:{where.lineno})"
    return Outcome(task.name, edition, str(task.folder), "broken", reason=reason)


def _pressed(task: Task, edition: str, cache: Cache, strict: bool) -> Outcome:
    out = task.out / edition
    name = None if edition == MAIN else edition
    note = note_of(task, edition, strict, cache)
    status: Status
    if (finished := note.read()) is not None:
        status, diagnostics, artifacts = "unchanged", finished.diagnostics, finished.artifacts
    else:
        with Workers(1) as workers:
            report = Build(
                task.folder, out, task.products, name, workers, strict, cache, note, _Silent()
            ).run()
        diagnostics, artifacts = report.diagnostics, tuple(report.artifacts)
        status = "built" if artifacts else "failed"
    files = tuple(os.fspath(path) for path in artifacts)
    made = Outcome(task.name, edition, str(task.folder), status, diagnostics, files)
    return with_copies(task, made, cache)


def with_copies(task: Task, made: Outcome, cache: Cache) -> Outcome:
    """An edition with the copies for its recipients, stamped here: each is as large as the handbook."""
    if not made.held or task.recipients is None:
        return made
    count, found = _copies(task, task.out / made.edition, cache)
    return replace(
        made,
        diagnostics=(*made.diagnostics, *found),
        copies=count,
        status="failed" if stops(found, strict=False) else made.status,
    )


def _copies(task: Task, out: Path, cache: Cache) -> tuple[int, tuple[Diagnostic, ...]]:
    """Stamp the copies of a handbook, beside it; how many there are, and the problems."""
    assert task.recipients is not None
    with Workers(1) as workers:
        stamped = stamp(
            out / "handbook.pdf",
            task.recipients,
            out / "copies",
            Options(licence=task.licence),
            workers,
            cache,
            _Silent().step,
        )
    return (len(stamped.value.files) if stamped.value else 0), stamped.diagnostics
