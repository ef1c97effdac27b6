"""The workers of a command, and what they load before they are needed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from guidepress.products import WORK

if TYPE_CHECKING:
    from guidepress.pdf.workers import Workers


@contextmanager
def make_workers(
    jobs: int,
    place: Path | None,
    folder: Path,
    *,
    warm: bool = True,
    spawn: bool = False,
    lasting: bool = False,
) -> Iterator[Workers]:
    """Workers that, if `warm`, get ready for the project in `folder` while it is read."""
    from guidepress.pdf.warming import warm_up
    from guidepress.pdf.workers import Workers

    with Workers(jobs, WORK, spawn=spawn, lasting=lasting) as workers:
        if warm:
            workers.start(warm_up, (place, folder))
        yield workers
