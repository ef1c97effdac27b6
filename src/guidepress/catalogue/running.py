"""Building a catalogue: each guide by a process, whatever happens to the others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from guidepress.cache import Cache
from guidepress.catalogue.building import Outcome, build_editions
from guidepress.catalogue.confined import build_confined, cache_for
from guidepress.catalogue.task import Task
from guidepress.pdf.workers import Workers

# Called with the number of guides done and the number there are.
Progress = Callable[[int, int], None]


def build_all(
    tasks: Sequence[Task], workers: Workers, cache: Path | None, strict: bool, progress: Progress
) -> list[Outcome]:
    """Build every guide; the outcomes in the order of the tasks and of their editions.

    The result does not depend on `workers`. A guide over which a process dies is tried once more, by itself.
    """
    work = partial(build_task, cache, strict)
    found: dict[int, list[Outcome]] = {}
    for index, outcomes in workers.run(work, tasks, lambda task: task.name, _died):
        found[index] = outcomes
        progress(len(found), len(tasks))
    return [outcome for index in sorted(found) for outcome in found[index]]


def build_task(cache: Path | None, strict: bool, task: Task) -> list[Outcome]:
    """Build the editions of one guide, in any process; never raises for what is wrong with one of them.

    A guide by strangers is built by a process of its own, which the kernel confines.
    """
    if task.untrusted:
        return build_confined(task, cache_for(task, cache), strict)
    return build_editions(task, Cache(cache), strict)


def _died(task: Task, how: str) -> list[Outcome]:
    reason = f"a process died over it twice ({how}); most likely the system is out of memory"
    return [
        Outcome(task.name, edition, str(task.folder), "broken", reason=reason)
        for edition in task.editions
    ]
