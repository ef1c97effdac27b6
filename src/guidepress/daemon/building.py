"""Builds of one guide in one process, each with what was known after the last."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from guidepress.build import Build, check
from guidepress.daemon.messages import Finished, Order
from guidepress.living import Living
from guidepress.memory import MemoryCache
from guidepress.pdf.warming import warm_up
from guidepress.pdf.workers import Workers
from guidepress.products import WORK, Pages
from guidepress.up_to_date import BuildNote


@dataclass(slots=True)
class _Reporter:
    step: Callable[..., None]


@dataclass(slots=True)
class Builder:
    """Builds the guide in `folder` into `out`; `cache` is the folder of its cache."""

    folder: Path
    out: Path
    cache: Path | None
    _memory: MemoryCache | None = None
    _living: Living = field(default_factory=Living)
    _edition: str | None = None
    _workers: Workers | None = None

    def build(self, order: Order, step: Callable[..., None]) -> Finished:
        """What became of an order; `step` is called as it goes on. Raises OSError as `Build` does."""
        if order.edition != self._edition:
            self._living, self._edition = Living(), order.edition
        if self._memory is None:
            self._memory = MemoryCache(self.cache)
        if not order.products:
            note = BuildNote(self.folder, self.folder, order.options, self._memory)
            return Finished(check(self.folder, order.edition, self._memory, note), ())
        note = BuildNote(self.folder, self.out, order.options, self._memory)
        build = Build(
            self.folder,
            self.out,
            order.products,
            order.edition,
            self._working(order.jobs),
            order.strict,
            self._memory,
            note,
            _Reporter(step),
            pages=cast("Pages", order.pages),
            living=self._living,
        )
        report = build.run()
        names = (path.relative_to(self.out).as_posix() for path in report.artifacts)
        return Finished(tuple(report.diagnostics), tuple(names))

    def _working(self, jobs: int) -> Workers:
        if self._workers is None or self._workers.jobs != jobs:
            self.close()
            self._workers = Workers(jobs, WORK, lasting=True)
            self._workers.start(warm_up, (self.cache, self.folder))
        return self._workers

    @property
    def knows(self) -> bool:
        """Whether anything of the guide is known."""
        return self._memory is not None

    def forget(self) -> None:
        """Let go of all that is known of the guide."""
        self._memory, self._living = None, Living()

    def close(self) -> None:
        """End the workers."""
        if self._workers is not None:
            self._workers.__exit__()
            self._workers = None
