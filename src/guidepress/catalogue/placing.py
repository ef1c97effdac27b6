"""What another machine built, put where a build here would have put it, and noted as one."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from guidepress.artifacts import MANIFEST, Staging, exclusive, recover, write_atomically
from guidepress.build import LOCK
from guidepress.cache import Cache
from guidepress.catalogue.building import Outcome, broken, note_of, with_copies
from guidepress.catalogue.bundle import Bundle
from guidepress.catalogue.jobs import Done
from guidepress.catalogue.task import Task
from guidepress.layouts.layout import builtin
from guidepress.products import leave
from guidepress.source.location import find
from guidepress.up_to_date import tree

_CHANGED = "deck.lock has been changed since the guide was sent; build it again"


def place(task: Task, bundle: Bundle, done: Done, cache: Cache, strict: bool) -> list[Outcome]:
    """Put the files of each edition into its folder, deck.lock into the source, and note the builds.

    Copies for recipients are stamped here. Whatever goes wrong with an edition is in its outcome.
    """
    placed = []
    for one in done.outcomes:
        here = replace(one, folder=str(task.folder), artifacts=())
        if one.held:
            try:
                here = _place(task, here, bundle, done, cache, strict)
                here = with_copies(task, here, cache)
            except Exception as problem:
                here = broken(task, one.edition, problem)
        placed.append(here)
    return placed


def _place(
    task: Task, one: Outcome, bundle: Bundle, done: Done, cache: Cache, strict: bool
) -> Outcome:
    out = task.out / one.edition
    files = done.files[one.edition]
    manifest = json.loads(files[MANIFEST])
    facts: Mapping[str, Mapping[str, Any]] = manifest.pop("artifacts")
    lock = _lock_of(task)
    recover(out)
    with exclusive(lock.parent), Staging(out) as staging:
        for name, entry in facts.items():
            own = {key: value for key, value in entry.items() if key not in ("bytes", "sha256")}
            staging.add(name, files[name], **own)
        staging.prepare(manifest, ours=partial(leave, task.products))
        # Before the deck, as a build writes it.
        if not _keep(lock, done.lock, bundle.hashes.get(lock.relative_to(task.folder).as_posix())):
            return broken(task, one.edition, _CHANGED)
        staging.publish()
    artifacts = [out / name for name in (*facts, MANIFEST)]
    # As they were sent: where one has been edited since, there is no note.
    read = {
        task.folder / n: bundle.hashes[n] for n in done.project[one.edition] if n in bundle.hashes
    }
    read |= tree([lock, *(builtin() / name for name in done.layouts[one.edition])])
    note_of(task, one.edition, strict, cache).write(read, one.diagnostics, artifacts)
    return replace(one, artifacts=tuple(os.fspath(path) for path in artifacts))


def _lock_of(task: Task) -> Path:
    found = find(task.folder).value
    return (found[1] if found else task.folder) / LOCK


def _keep(path: Path, lock: bytes | None, before: str | None) -> bool:
    """Write deck.lock; not where it is neither what was sent nor what came back."""
    now = tree([path]).get(path)
    if lock is None or now == hashlib.sha256(lock).hexdigest():
        return True
    if now != before:
        return False
    write_atomically(path, lock)
    return True
